"""Accounts as operators see them, and what Matrix's administrators ask."""

from datetime import datetime

import msgspec

from teahouse.accounts.model import Account, Session


class SuspendIn(msgspec.Struct):
    """``PUT /admin/suspend/{user}``."""

    suspended: bool


class LockIn(msgspec.Struct):
    """``PUT /admin/lock/{user}``."""

    locked: bool


class ReasonIn(msgspec.Struct):
    """Why."""

    reason: str


class LockReasonIn(msgspec.Struct):
    """Why; ``cause`` is own_wish, stolen or guardian when it is for the account's own safety."""

    reason: str
    cause: str = ""


class FoundOut(msgspec.Struct):
    """An account as operators see it: nothing personal but what its name tells."""

    account_id: str
    user_id: str
    account_class: str
    region: str
    state: str
    state_reason: str
    administrator: bool
    door: str
    created_at: datetime
    deactivated_at: datetime | None


class FoundListOut(msgspec.Struct):
    """Accounts that a search found."""

    accounts: list[FoundOut]


class FoundDetailOut(msgspec.Struct):
    """An account, its devices, and its contacts masked; ``withheld`` of a minor nobody opened."""

    account: FoundOut
    phone_masked: str | None
    email_masked: str | None
    sessions: list[Session]
    withheld: bool = False


def found_out(account: Account) -> FoundOut:
    """Return an account as operators see it."""
    return FoundOut(
        account_id=account.account_id,
        user_id=account.user_id,
        account_class=account.account_class.value,
        region=account.region,
        state=account.state.value,
        state_reason=account.state_reason,
        administrator=account.administrator,
        door=account.door,
        created_at=account.created_at,
        deactivated_at=account.deactivated_at,
    )
