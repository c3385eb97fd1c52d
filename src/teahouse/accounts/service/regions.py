"""Of which region each account is, told to the vault: so that a region can be upgraded by itself.

New accounts are told as they are made. Those that are not yet are of the time before, or were made by a
worker of the release before.
"""

from dataclasses import dataclass

from teahouse.accounts import store
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.vault import Vault

PAGE_ROWS = 2000


@dataclass(frozen=True, slots=True, repr=False)
class Regions:
    """Goes through all accounts, a page at a time."""

    db: Database
    vault: Vault

    async def tell(self) -> int:
        """Tell the vault of all; return how many it did not know. Twice is once."""
        news, after = 0, ""
        while True:
            async with self.db.transaction() as tx:
                page = await store.regions(tx, after, PAGE_ROWS)
                news += await self.vault.settle(tx, page)
            if len(page) < PAGE_ROWS:
                return news
            after = max(page)
