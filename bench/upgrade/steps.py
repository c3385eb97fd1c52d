"""What a run does to the keys, one step after another, each as often as it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from teahouse.app import KEY_COLUMNS, PASSING, SEALED, House
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.model import BarrierBlocked, KeyNotEverywhere, KeyRef
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.sweep.slots import IndexHoldings, clear_whole
from teahouse.infra.vault.verifier import Looking, Verified, Verifier

AGAIN_SECONDS = 0.2
DESTROY_ROWS = 2000
BOTH = TwoPersons("bench one", "bench two")
INDEXED = tuple(one for one in SEALED if one.indexed)
Verb = Callable[[Tx], Awaitable[KeysChanged]]

assert "vault_deks.wrapped_dek" in KEY_COLUMNS, "what a new key-encryption key wraps anew"


@dataclass
class Steps:
    """The steps. ``former`` and ``version`` are of the index key, ``old`` of what wraps."""

    house: House
    former: int = 0
    version: int = 0
    old: KeyRef = field(default_factory=lambda: KeyRef("", 0))
    since: datetime | None = None

    # -- before anything is done to rows -------------------------------------------------------

    async def begin(self) -> None:
        """Promote a new key-encryption key, and have two versions of the index written."""
        ground = self.house.ground
        self.old = ground.vault.ring.held.primary
        self.former = ground.vault.ring.held.index.primary
        kek = await self._add(KeyPurpose.KEK)
        await self._do(lambda tx: ground.locksmith.promote(tx, KeyPurpose.KEK, kek))
        self.version = await self._add(KeyPurpose.INDEX)
        await self._everywhere()
        await self._do(lambda tx: ground.locksmith.write_also(tx, self.version))
        async with ground.db.transaction() as tx:
            self.since = await ground.locksmith.seal_since(tx)
        await self._settle()

    async def wrap(self) -> int:
        """Wrap every data key, and the house's own, under the new one."""
        ground = self.house.ground
        others = (self.house.doors.notices.history.rewrap_keys,)
        rewrap = Rewrap(self.house.db, ground.vault.ring, others)
        done = await rewrap.whole(self.old)
        async with self.house.db.transaction() as tx:
            await rewrap.house(tx)
        return done

    async def roll(self) -> int:
        """Give those a young data key, too, of whom nothing was sealed; return how many."""
        ground, count = self.house.ground, 0
        assert self.since is not None, "it has begun"
        rolling = Roll(self.house.db, ground.vault.ring, ground.ids, ground.clock)
        turn = await rolling.page(self.since)
        while turn.last is not None:
            count += turn.done
            turn = await rolling.page(self.since, turn.last)
        return count + turn.done

    # -- after it ------------------------------------------------------------------------------

    async def lacking(self) -> dict[str, int]:
        """Return, by table, the rows that lack an index of the new version."""
        async with self.house.db.read() as tx:
            return await IndexHoldings(SEALED).lacking(tx, self.version)

    async def read_new(self) -> None:
        """Promote the new version of the index, and write no other."""
        smith = self.house.ground.locksmith
        await self._do(lambda tx: smith.promote(tx, KeyPurpose.INDEX, self.version))
        await self._everywhere()
        await self._do(lambda tx: smith.write_no_more(tx, self.former))
        await self._settle()

    async def clear(self) -> int:
        """Empty the slots of the former version."""
        count = 0
        for one in INDEXED:
            while done := await clear_whole(self.house.db, one, self.former, self.version):
                count += done
        return count

    async def destroy_old(self) -> int:
        """Empty the data keys that a younger one has taken the place of."""
        ground, count = self.house.ground, 0
        assert self.since is not None, "it has begun"
        roll = Roll(self.house.db, ground.vault.ring, ground.ids, ground.clock)
        turn = await roll.destroy_old(self.since, (), DESTROY_ROWS)
        while turn.last is not None:
            count += turn.done
            turn = await roll.destroy_old(self.since, turn.last, DESTROY_ROWS)
        return count + turn.done

    async def retire(self) -> bool:
        """Destroy the former keys; tell whether the index's could be: codes keep it for an hour."""
        smith = self.house.ground.locksmith
        old = self.old.version
        await self._do(lambda tx: smith.soft_disable(tx, KeyPurpose.KEK, old))
        await self._do(lambda tx: smith.destroy(tx, KeyPurpose.KEK, old, BOTH))
        async with self.house.db.read() as tx:
            if await IndexHoldings(SEALED, PASSING).held(tx, KeyRef("", self.former)):
                return False
        await self._do(lambda tx: smith.soft_disable(tx, KeyPurpose.INDEX, self.former))
        await self._do(lambda tx: smith.destroy(tx, KeyPurpose.INDEX, self.former, BOTH))
        return True

    async def verified(
        self, sealed: Sequence[Sealed], looking: Looking, key: bytes
    ) -> list[Verified]:
        """Open everything, by code that shares nothing with what sealed it."""
        verifier = Verifier(self.house.db, self.house.ground.vault.ring, key)
        return [await verifier.table(one, looking) for one in sealed]

    # -- within --------------------------------------------------------------------------------

    async def _add(self, purpose: KeyPurpose) -> int:
        smith, made = self.house.ground.locksmith, list[int]()

        async def add(tx: Tx) -> KeysChanged:
            told = await smith.add(tx, purpose)
            made.append(told.version)
            return told

        await self._do(add)
        await self._do(lambda tx: smith.distribute(tx, purpose, made[-1]))
        return made[-1]

    async def _do(self, verb: Verb) -> None:
        """Do a verb, as soon as every worker has the key for it, and tell of it."""
        ground = self.house.ground
        while True:
            try:
                async with ground.db.transaction() as tx:
                    await ground.log.put(tx, await verb(tx))
                break
            except KeyNotEverywhere:
                await asyncio.sleep(AGAIN_SECONDS)
        async with ground.db.read() as tx:
            await ground.vault.ring.reload(tx)

    async def _everywhere(self) -> None:
        """Wait until every worker has read the keys as they are now."""
        generation = self.house.ground.vault.ring.held.generation
        while True:
            async with self.house.db.read() as tx:
                behind = await tx.value(BEHIND, generation)
            if not behind:
                return
            await asyncio.sleep(AGAIN_SECONDS)

    async def _settle(self) -> None:
        ground = self.house.ground
        async with ground.db.transaction() as tx:
            await ground.locksmith.raise_floor(tx)
        while True:
            try:
                await ground.locksmith.barrier(ground.db)
            except BarrierBlocked:
                continue
            return


BEHIND = """
select count(*) from vault_workers
where generation < $1 and heartbeat_at > clock_timestamp() - interval '15 seconds'"""
