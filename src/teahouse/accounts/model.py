"""What an account is, how it may be named, and from which state it may go to which."""

import enum
import re
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.errors import Kind, Refused, UnknownToken

USER_ID_BYTES_MAX = 255
DEVICE_ID_BYTES_MAX = 255
DEVICE_NAME_LETTERS_MAX = 255
REASON_LETTERS_MAX = 500
SESSIONS_MAX = 1000  # of one account
SEARCH_RESULTS_MAX = 100

TOKEN_LIFE = timedelta(hours=1)  # of an access token whose client asked for refresh tokens
REFRESH_LIFE = timedelta(days=180)
UNUSED_LIFE = REFRESH_LIFE  # a token without an end that is not used for so long may be refused
SEEN_EVERY = timedelta(hours=1)  # no finer record of when somebody was here

REGIONS = ("intl", "eu", "cn-mainland")

_LOCALPART = re.compile(r"[a-z0-9._=\-/+]+")


class AccountClass(enum.Enum):
    """Whose account it is; the gate's scopes tell them apart [R-002]."""

    PERSONAL = "personal"
    OFFICIAL = "official"
    DEVELOPER = "developer"
    ENTERPRISE = "enterprise"


class AccountState(enum.Enum):
    """What an account may do. Locked is everything shut; suspended is reading and leaving."""

    ACTIVE = "active"
    LOCKED = "locked"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's word that an account may come to be. Only ``gate/service.py`` makes one."""

    admission_id: str
    door: str
    account_class: str
    region: str
    policy_version: int
    at: datetime


class Account(msgspec.Struct, frozen=True):
    """One account, without anything personal."""

    account_id: str
    localpart: str
    user_id: str
    account_class: AccountClass
    region: str
    regime_version: int
    state: AccountState
    state_reason: str
    administrator: bool
    door: str
    created_at: datetime
    deactivated_at: datetime | None
    ends_at: datetime | None = None  # its owner deleted it; until then it can be called back
    state_before: str | None = None  # while it is locked
    reason_before: str = ""


class Contact(msgspec.Struct, frozen=True):
    """A proved number or address, opened. Rank 1 is the main one, 0 one that was replaced."""

    kind: str
    value: str
    rank: int
    proved_at: datetime
    leaves_at: datetime | None


class Activity(msgspec.Struct, frozen=True):
    """How an account has been used of late."""

    active_at: datetime
    devices: int
    password: bool
    password_shown: bool  # or set here; one that was brought in never was


class Session(msgspec.Struct, frozen=True):
    """A device that is signed in. ``last_seen_at`` is true to the hour."""

    session_id: str
    device_id: str
    device_name: str | None
    last_seen_at: datetime
    last_seen_address: str | None
    created_at: datetime


class DeviceOf(NamedTuple):
    """A device that is signed in, and whose it is."""

    user_id: str
    device_id: str
    session_id: str


class OpenedSession(msgspec.Struct, frozen=True):
    """Fresh tokens; the last time that anybody can read them here."""

    access_token: str
    device_id: str
    refresh_token: str | None
    expires_in_ms: int | None
    session_id: str
    new: bool = False  # and not that of a device which had one


class Device(msgspec.Struct, frozen=True):
    """How a client that signs in presents itself; ``address`` is where it comes from.

    ``way`` is by which way it comes, in the words of the domain that knows the way. ``matrix_only``:
    it may use Matrix's calls, and not our own.
    """

    device_id: str | None = None
    device_name: str | None = None
    refresh: bool = False
    address: str = ""
    way: tuple[str, ...] = ()
    matrix_only: bool = False


class Wanted(NamedTuple):
    """Which accounts; ``None`` is any. In the order of the statement's values."""

    name: str = ""
    deactivated: bool | None = None
    locked: bool | None = None
    administrator: bool | None = None
    backwards: bool = False
    order: str = "name"
    guest: bool | None = None


class Listed(NamedTuple):
    """An account in a list, and how many the list has."""

    account_id: str
    user_id: str
    state: str
    administrator: bool
    created_at: datetime
    active_at: datetime | None
    account_class: str
    door: str
    total: int


class BadLocalpart(Refused):
    """A user name may hold a-z, 0-9 and . _ = - / + only, and must not be too long."""

    code = "accounts.bad_localpart"
    kind = Kind.INVALID


class NameTaken(Refused):
    """That user name is taken."""

    code = "accounts.name_taken"
    kind = Kind.CONFLICT


class NotThatGuest(Refused):
    """That access token is not of a guest of that name."""

    code = "accounts.not_that_guest"
    kind = Kind.FORBIDDEN


class GuestElsewhere(Refused):
    """A guest's account cannot move to another region: register a new one."""

    code = "accounts.guest_elsewhere"
    kind = Kind.FORBIDDEN


class ContactInUse(Refused):
    """That number or address already belongs to an account."""

    code = "accounts.contact_in_use"
    kind = Kind.CONFLICT


class WrongCredentials(Refused):
    """The name, number, address, password or code is not right."""

    code = "accounts.wrong_credentials"
    kind = Kind.FORBIDDEN


class AccountLocked(Refused):
    """This account is locked. You may sign out, and ask the operator why."""

    code = "accounts.locked"
    kind = Kind.FORBIDDEN

    def __init__(self, words: str = "") -> None:
        super().__init__(words, soft_logout=True)


class AccountSuspended(Refused):
    """This account is suspended: it can read and leave, and not do this."""

    code = "accounts.suspended"
    kind = Kind.FORBIDDEN


class AccountLeaving(Refused):
    """This account is being deleted; sign in to call it back."""

    code = "accounts.leaving"
    kind = Kind.FORBIDDEN


class AccountGone(Refused):
    """This account has been deactivated."""

    code = "accounts.deactivated"
    kind = Kind.FORBIDDEN


class TokenExpired(UnknownToken):
    """The access token has expired: refresh it."""

    code = "accounts.token_expired"

    def __init__(self, words: str = "") -> None:
        super().__init__(words, soft_logout=True)


class NoSuchAccount(Refused):
    """There is no such account."""

    code = "accounts.not_found"
    kind = Kind.NOT_FOUND


class TooManySessions(Refused):
    """This account is signed in on too many devices: sign out some of them first."""

    code = "accounts.too_many_sessions"
    kind = Kind.FORBIDDEN


class NoSuchDevice(Refused):
    """There is no such device."""

    code = "accounts.no_device"
    kind = Kind.NOT_FOUND


class BadDevice(Refused):
    """A device id or name is empty, too long, or holds characters it must not."""

    code = "accounts.bad_device"
    kind = Kind.INVALID


class BadTransition(Refused):
    """The account is not in a state from which that can be done."""

    code = "accounts.bad_transition"
    kind = Kind.CONFLICT


class ReasonNeeded(Refused):
    """Say why: a reason of at most 500 letters."""

    code = "accounts.reason_needed"
    kind = Kind.UNPROCESSABLE


class NotAdministrator(Refused):
    """Only a server administrator may do that, and not to themselves or to another one."""

    code = "accounts.not_administrator"
    kind = Kind.FORBIDDEN


class NotLocal(Refused):
    """That user does not belong to this server."""

    code = "accounts.not_local"
    kind = Kind.INVALID


# From which states an operator's act leads where; everything else is refused.
TRANSITIONS: dict[str, dict[AccountState, AccountState]] = {
    "lock": {AccountState.ACTIVE: AccountState.LOCKED, AccountState.SUSPENDED: AccountState.LOCKED},
    "unlock": {AccountState.LOCKED: AccountState.ACTIVE},
    "suspend": {AccountState.ACTIVE: AccountState.SUSPENDED},
    "unsuspend": {AccountState.SUSPENDED: AccountState.ACTIVE},
}


def next_state(state: AccountState, act: str, before: str | None = None) -> AccountState:
    """Return where ``act`` leads from ``state``, or raise ``BadTransition``.

    Who is unlocked goes back to what they were ``before``: a lock does not end a suspension.
    """
    if state is AccountState.LOCKED and act == "unlock" and before:
        return AccountState(before)
    found = TRANSITIONS[act].get(state)
    if found is None:
        raise BadTransition(f"An account that is {state.value} cannot be made to {act}.")
    return found


def check_localpart(written: str, server_name: str) -> str:
    """Return a new account's name in lower case. Raises ``BadLocalpart``.

    The grammar is that of Matrix user identifiers; historical names are not given out any more.
    """
    localpart = written.lower() if written.isascii() else written
    if not _LOCALPART.fullmatch(localpart):
        raise BadLocalpart
    if len(user_id_of(localpart, server_name)) > USER_ID_BYTES_MAX:
        raise BadLocalpart
    return localpart


def user_id_of(localpart: str, server_name: str) -> str:
    """Return ``@localpart:server``."""
    return f"@{localpart}:{server_name}"


def localpart_of(written: str, server_name: str) -> str | None:
    """Return the name in ``@name:server`` or plain ``name``; ``None`` if of another server."""
    if not written.startswith("@"):
        return written.lower()
    localpart, _, server = written[1:].partition(":")
    return localpart.lower() if server == server_name else None


def check_device(device_id: str | None, device_name: str | None) -> None:
    """Refuse device ids and names that are empty or too long: ``BadDevice``."""
    if device_id is not None and not 0 < len(device_id.encode()) <= DEVICE_ID_BYTES_MAX:
        raise BadDevice
    if device_id is not None and not device_id.isprintable():
        raise BadDevice
    if device_name is not None and len(device_name) > DEVICE_NAME_LETTERS_MAX:
        raise BadDevice


def changed(
    account: Account, act: str, reason: str
) -> tuple[AccountState, str, tuple[str | None, str]]:
    """Return the state after an act, its reason, and (state, reason) to come back to.

    Raises ``BadTransition``.
    """
    state = next_state(account.state, act, account.state_before)
    back = act == "unlock" and account.state_before is not None
    kept = account.reason_before if back else reason
    before = (account.state.value, account.state_reason) if act == "lock" else (None, "")
    return state, "" if state is AccountState.ACTIVE else kept, before


def check_reason(reason: str) -> str:
    """Return a reason without its margins, or raise ``ReasonNeeded``."""
    text = reason.strip()
    if not 0 < len(text) <= REASON_LETTERS_MAX:
        raise ReasonNeeded
    return text


def masked(kind: str, value: str) -> str:
    """Return enough of a number or address for its owner to know it again."""
    if kind == "phone":
        return f"{value[:3]}{'•' * max(len(value) - 7, 1)}{value[-4:]}"
    local, _, host = value.partition("@")
    return f"{local[:1]}{'•' * 3}@{host}"
