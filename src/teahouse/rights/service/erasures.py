"""Looking, in the back end, whether an erasure happened [B30]."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.holds.service.stopping import Stopped
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
FILES = "files"  # the kind of which holds keep some while the rest of an account is erased


@dataclass(frozen=True, repr=False)
class Erasures:
    """Erasure from the privacy centre, and the proof of it."""

    db: Database
    vault: Vault
    jobs: Jobs
    audit: Audit
    clock: Clock
    holdings: Callable[[], Sequence[Holding]]
    files_held: Callable[[Tx, str], Awaitable[int]]

    async def put_off(self, tx: Tx, told: Stopped) -> None:
        """Note that a legal hold has an erasure wait. The account is signed out meanwhile."""
        whose = (told.account_id, told.user_id)
        now = self.clock.now()
        await store.put_off(tx, whose, told.erase, now, told.until_at, told.told)
        detail: dict[str, object] = {"until": told.until_at.isoformat()}
        await self.audit.append(tx, "system", "rights.erasure_put_off", told.account_id, detail)

    async def called_back(self, tx: Tx, account_id: str) -> None:
        """Forget an erasure that waited: the account's owner has called it back."""
        await store.called_back(tx, account_id)

    async def look_again(self, tx: Tx, account_ids: set[str]) -> None:
        """Have erasures looked for once more of which a legal hold that is over kept something."""
        for account_id in sorted(account_ids):
            await self.jobs.enqueue(tx, VerifyErasure(account_id), unique=account_id)

    async def ended(self, tx: Tx, account_id: str, user_id: str, erase: bool) -> None:
        """Have an account that ended looked for, a while later."""
        now = self.clock.now()
        await store.insert_erasure(tx, (account_id, user_id), erase, now)
        await self.jobs.enqueue(tx, VerifyErasure(account_id), now + FIRST_LOOK, account_id)

    async def verify(self, asked: VerifyErasure) -> None:
        """Look for what is left, note it, and look again while there is anything."""
        async with self.db.read() as tx:
            row = await store.erasure(tx, asked.account_id)
        if row is None or row.done or row.held_until is not None:
            return
        left = await self.left(Whose(row.account_id, row.user_id), row.erase)
        now = self.clock.now()
        async with self.db.transaction() as tx:
            held = {FILES: await self.files_held(tx, row.account_id)}
            missed = {name: count - held.get(name, 0) for name, count in left.items()}
            missed = {name: count for name, count in missed.items() if count > 0}
            found = (_written(missed), _written({one: held[one] for one in held if held[one]}))
            await store.looked(tx, asked.account_id, now, found, not any(found))
            act = "rights.erasure_incomplete" if missed else "rights.erasure_verified"
            if found[1] and not missed:
                act = "rights.erasure_held"
            detail: dict[str, object] = dict(left)
            await self.audit.append(tx, "system", act, asked.account_id, detail)
            if missed and row.times + 1 < LOOKS_MAX:
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


def _written(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
