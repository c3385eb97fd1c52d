"""Looking, in the back end, whether an erasure happened [B30]."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.model import Erased
from teahouse.infra.vault.vault import Vault
from teahouse.rights import store
from teahouse.rights.model.exports import VerifyErasure
from teahouse.rights.model.holdings import Holding, Whose, held
from teahouse.rights.store import ErasureRow

FIRST_LOOK = timedelta(minutes=10)
NEXT_LOOK = timedelta(hours=1)
LOOKS_MAX = 48
LISTED_MAX = 100
LISTED_FOR = timedelta(days=30)


@dataclass(frozen=True, repr=False)
class Erasures:
    """Erasure from the privacy centre, and the proof of it."""

    db: Database
    vault: Vault
    jobs: Jobs
    audit: Audit
    clock: Clock
    holdings: Callable[[], Sequence[Holding]]

    async def ended(self, tx: Tx, account_id: str, user_id: str, erase: bool) -> None:
        """Have an account that ended looked for, a while later."""
        now = self.clock.now()
        await store.insert_erasure(tx, (account_id, user_id), erase, now)
        await self.jobs.enqueue(tx, VerifyErasure(account_id), now + FIRST_LOOK, account_id)

    async def verify(self, asked: VerifyErasure) -> None:
        """Look for what is left, note it, and look again while there is anything."""
        async with self.db.read() as tx:
            row = await store.erasure(tx, asked.account_id)
        if row is None or row.done:
            return
        left = await self.left(Whose(row.account_id, row.user_id), row.erase)
        found = ", ".join(f"{name}: {count}" for name, count in sorted(left.items()))
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await store.looked(tx, asked.account_id, now, found, not left)
            act = "rights.erasure_incomplete" if left else "rights.erasure_verified"
            detail: dict[str, object] = dict(left)
            await self.audit.append(tx, "system", act, asked.account_id, detail)
            if left and row.times + 1 < LOOKS_MAX:
                await self.jobs.enqueue(tx, asked, now + NEXT_LOOK, asked.account_id)

    async def left(self, whose: Whose, erase: bool) -> dict[str, int]:
        """Return what can still be found of an account that ended, by kind."""
        left: dict[str, int] = {}
        for holding in self.holdings():
            if holding.erasure == "kept" or (holding.erasure == "asked" and not erase):
                continue
            try:
                if holding.left is not None:
                    count = await holding.left(whose)
                else:
                    count = (await held(holding, whose)).count
            except Erased:
                count = 0  # there, and nobody can open it
            if count:
                left[holding.name] = count
        async with self.db.read() as tx:
            if not await self.vault.is_erased(tx, whose.account_id):
                left["keys"] = 1
        return left

    async def listed(self) -> Sequence[ErasureRow]:
        """Return, for operators, erasures that are not done and those done lately."""
        async with self.db.read() as tx:
            return await store.erasures(tx, self.clock.now() - LISTED_FOR, LISTED_MAX)
