"""Many accounts at once, for operators' tools. Who asks is checked by those who call."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.accounts.events import AccountStateChanged
from teahouse.accounts.model import Account, Listed, Wanted
from teahouse.accounts.store import listing as store
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Listing:
    """Lists accounts."""

    async def page(self, tx: Tx, wanted: Wanted, limit: int, offset: int) -> list[Listed]:
        """Return a page of accounts, each with how many the list has."""
        return await store.page(tx, wanted, limit, offset)

    async def user_ids(self, tx: Tx, account_ids: Sequence[str]) -> dict[str, str]:
        """Return the Matrix ids of accounts."""
        return await store.user_ids(tx, account_ids)

    async def officials(self, tx: Tx, user_ids: Sequence[str]) -> set[str]:
        """Return which of these accounts speak in public for somebody."""
        return await store.officials(tx, user_ids)

    async def set_administrator(
        self, tx: Tx, account: Account, value: bool
    ) -> AccountStateChanged | None:
        """Say whether an account may use Matrix's administration calls.

        Returns the announcement, for the caller to put last; ``None`` when nothing changed.
        """
        if not await store.set_administrator(tx, account.account_id, value):
            return None
        return AccountStateChanged(account.account_id, account.user_id, account.state.value)
