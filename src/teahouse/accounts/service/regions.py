"""Of which region each account is, told to the vault: so that a region can be upgraded by itself.

New accounts are told as they are made. Those that are not yet are of the time before, or were made by a
worker of the release before.
"""

from dataclasses import dataclass

from teahouse.accounts import store
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault


@dataclass(frozen=True, slots=True, repr=False)
class Regions:
    """Goes through accounts, a page at a time."""

    db: Database
    vault: Vault

    async def tell(self, after: str, until: str, limit: int) -> tuple[int, str | None]:
        """Tell the vault of so many; return how many, and the last if more may come. Twice is once.

        ``after`` and ``until`` are accounts' ids; no ``until``: to the last.
        """
        async with self.db.transaction() as tx:
            page = await store.regions(tx, after, until, limit)
            await self.vault.settle(tx, page)
        return len(page), next(reversed(page)) if len(page) == limit else None
