"""The locksmith: what is done to the keys of the house, each in its caller's transaction.

Every verb counts one more generation, which makes the verbs one after the other, and returns what
is to be announced, for the caller to put last on the log. The caller writes the audit, too.

A change is safe by the floor, not by word from the workers: :meth:`raise_floor` makes the database
refuse what is written under older keys, and :meth:`barrier` waits for the transactions that began
before. From then on nothing can appear under the former key, by whomever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault import envelope, store, suites
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.keyring import KeyRing, primary_of, secret_check, secret_place
from teahouse.infra.vault.lifecycle import (
    DISPLACED,
    HOUSE_WORDS_LIFE,
    ONCE_EMPTY,
    OPENING,
    Facts,
    KeyPurpose,
    KeyState,
    TwoPersons,
    Verb,
    check,
)
from teahouse.infra.vault.model import SHARED, BadKeyState, BarrierBlocked, KeyRef, NoSuchKey
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.store import workers as workers_store
from teahouse.infra.vault.store.keys import KeyRow

BARRIER_SECONDS_MAX = 60.0
LOOK_AGAIN_SECONDS = 0.05

# Counts what only a key opens or finds, in the caller's transaction.
Holding = Callable[[Tx, KeyRef], Awaitable[int]]


@dataclass(frozen=True, repr=False)
class Locksmith:
    """Makes keys, moves them through their life, and destroys them."""

    ring: KeyRing
    ids: Ids
    clock: Clock
    holdings: dict[KeyPurpose, list[Holding]] = field(
        default_factory=dict[KeyPurpose, list[Holding]]
    )

    def also_holds(self, purpose: KeyPurpose, holding: Holding) -> None:
        """Ask ``holding``, too, before a key of a purpose is disabled or destroyed."""
        self.holdings.setdefault(purpose, []).append(holding)

    # -- verbs ---------------------------------------------------------------------------------

    async def add(
        self,
        tx: Tx,
        purpose: KeyPurpose,
        suite: int = suites.INTERNATIONAL,
        scope: str = SHARED,
        normaliser: int | None = None,
    ) -> KeysChanged:
        """Make the next key of a purpose; nobody uses it yet. Raises ``BadKeys``.

        ``scope`` is whose data keys a key-encryption key is to wrap; other keys are everybody's.
        ``normaliser`` is that of an index key; none: that of the present one.

        A key-encryption key is written to the key source before the commit: a transaction that
        comes to nothing leaves one there that is never used.
        """
        assert scope == SHARED or purpose is KeyPurpose.KEK, "only what wraps is of a scope"
        generation = await keys_store.next_generation(tx)
        _, rows = await keys_store.keys(tx)
        mine = [row for row in rows if row.purpose is purpose]
        version = max((row.version for row in mine), default=0) + 1
        row = KeyRow(
            purpose=purpose,
            key_id=self.ids.ulid(),
            version=version,
            state=KeyState.PENDING,
            check_value=b"",
            wrapped=None,
            suite=suite,
            generation=generation,
            changed_at=self.clock.now(),
            scope=scope,
        )
        if purpose is KeyPurpose.INDEX:
            same = primary_of(rows, KeyPurpose.INDEX).normaliser
            row = row._replace(normaliser=normaliser or same)
        if purpose is KeyPurpose.KEK:
            await self.ring.source.add(row.ref, suite, scope)
            row = row._replace(check_value=await self.ring.source.check_value(row.ref))
        else:
            row = await self._with_secret(tx, row, rows)
        await keys_store.insert_key(tx, row)
        return _changed(row, KeyState.PENDING, generation)

    async def distribute(
        self, tx: Tx, purpose: KeyPurpose, version: int, agreed: TwoPersons | None = None
    ) -> KeysChanged:
        """Have every worker open with a key; each says so with its next heartbeat."""
        return await self._move(tx, Verb.DISTRIBUTE, purpose, version, agreed)

    async def promote(
        self, tx: Tx, purpose: KeyPurpose, version: int, agreed: TwoPersons | None = None
    ) -> KeysChanged:
        """Make new things with a key; the primary of before opens on.

        Raises ``KeyNotEverywhere`` while a live worker has not said that it has the key [U-03];
        two persons may do it all the same, and that worker then waits at the floor.
        """
        return await self._move(tx, Verb.PROMOTE, purpose, version, agreed)

    async def write_also(self, tx: Tx, version: int) -> KeysChanged:
        """Have blind indexes written under a version, too, in the slot that the primary has not.

        When it is promoted, the former primary goes on being written: either of the two can be
        given up. Raises ``NoSuchKey``, and ``BadKeyState`` for one that does not open, and for one
        of the primary's slot.
        """
        return await self._written(tx, version, True)

    async def write_no_more(self, tx: Tx, version: int) -> KeysChanged:
        """Have blind indexes written under the primary only; then floor, barrier, and clearing."""
        return await self._written(tx, version, False)

    async def retire(self, tx: Tx, purpose: KeyPurpose, version: int) -> KeysChanged:
        """Give up a key that was not promoted."""
        return await self._move(tx, Verb.RETIRE, purpose, version, None)

    async def soft_disable(self, tx: Tx, purpose: KeyPurpose, version: int) -> KeysChanged:
        """Let a key open nothing any more, so that what still needed it shows itself.

        Raises ``KeyNotSettled`` before floor and barrier, ``KeyNotRested``, ``KeyInUse``.
        """
        return await self._move(tx, Verb.SOFT_DISABLE, purpose, version, None)

    async def revive(
        self, tx: Tx, purpose: KeyPurpose, version: int, agreed: TwoPersons
    ) -> KeysChanged:
        """Let a disabled key open again: for the day on which something did need it."""
        return await self._move(tx, Verb.REVIVE, purpose, version, agreed)

    async def destroy(
        self, tx: Tx, purpose: KeyPurpose, version: int, agreed: TwoPersons | None = None
    ) -> KeysChanged:
        """Destroy a key for ever; raises ``KeyInUse`` as long as anything at all is under it."""
        changed = await self._move(tx, Verb.DESTROY, purpose, version, agreed)
        if purpose is KeyPurpose.KEK:
            ref = KeyRef(changed.key_id, changed.version)

            async def remove() -> None:
                await self.ring.source.remove(ref)

            tx.after_commit(remove)
        return changed

    async def lacking(self, tx: Tx, purpose: KeyPurpose, version: int) -> tuple[str, ...]:
        """Name the live workers that do not have a key. Raises ``NoSuchKey``."""
        return await self._lacking(tx, await self.key(tx, purpose, version))

    async def held(self, tx: Tx, purpose: KeyPurpose, version: int) -> int:
        """Count what is still under a key. Raises ``NoSuchKey``."""
        return await self._held(tx, await self.key(tx, purpose, version))

    async def key(self, tx: Tx, purpose: KeyPurpose, version: int) -> KeyRow:
        """Return a key. Raises ``NoSuchKey``."""
        _, rows = await keys_store.keys(tx)
        found = next((r for r in rows if (r.purpose, r.version) == (purpose, version)), None)
        if found is None:
            raise NoSuchKey
        return found

    async def versions(self, tx: Tx, purpose: KeyPurpose, state: KeyState) -> list[int]:
        """Return the keys of a purpose that are in a state, the oldest first."""
        _, rows = await keys_store.keys(tx)
        return [row.version for row in rows if row.purpose is purpose and row.state is state]

    async def primary(self, tx: Tx, purpose: KeyPurpose, scope: str = SHARED) -> KeyRow | None:
        """Return the key of a purpose that a scope's new things are made with, if it has one."""
        _, rows = await keys_store.keys(tx)
        mine = [row for row in rows if (row.purpose, row.scope) == (purpose, scope)]
        return next((row for row in mine if row.state is KeyState.PRIMARY), None)

    async def newest(self, tx: Tx, purpose: KeyPurpose, scope: str = SHARED) -> KeyRow:
        """Return the newest key of a purpose and scope that has one, whatever its state."""
        _, rows = await keys_store.keys(tx)
        mine = (row for row in rows if (row.purpose, row.scope) == (purpose, scope))
        return max(mine, key=lambda row: row.version)

    async def scopes(self, tx: Tx) -> list[str]:
        """Return the scopes that have a key-encryption key of their own."""
        _, rows = await keys_store.keys(tx)
        mine = {row.scope for row in rows if row.state is KeyState.PRIMARY}
        return sorted(mine - {SHARED})

    async def seal_since(self, tx: Tx, scope: str = SHARED) -> datetime:
        """Have everything of a scope sealed under younger data keys from now on; return since when.

        Then wait at the barrier: whoever read before may still seal under an older one.
        """
        return await keys_store.seal_since(tx, self.clock.now(), scope)

    async def retire_before(self, tx: Tx, since: datetime | None, scope: str = SHARED) -> None:
        """Count from now on what of a scope still opens under data keys from before a moment."""
        await keys_store.retire_before(tx, since, scope)

    async def late(self, tx: Tx) -> dict[tuple[str, KeyRef], tuple[int, datetime]]:
        """Return how often keys that go were needed, by purpose, and when last."""
        return await keys_store.late(tx)

    # -- floor and barrier ---------------------------------------------------------------------

    async def raise_floor(self, tx: Tx) -> int:
        """Have the database refuse what is written under keys older than those of now."""
        return await keys_store.raise_floor(tx)

    async def barrier(self, db: Database, seconds_max: float = BARRIER_SECONDS_MAX) -> int:
        """Wait until whoever began before the floor was raised has ended; return that floor.

        Call it when the raise is committed. Raises ``BarrierBlocked``: wait again.
        """
        async with db.read() as tx:
            floor = (await keys_store.ring(tx)).floor
            older = await keys_store.under_way(tx)
        try:
            async with asyncio.timeout(seconds_max):
                while older:
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                    async with db.read() as tx:
                        older &= await keys_store.under_way(tx)
        except TimeoutError:
            raise BarrierBlocked(left=len(older)) from None
        async with db.transaction() as tx:
            await keys_store.settle(tx, floor)
        return floor

    # -- within --------------------------------------------------------------------------------

    async def _move(
        self, tx: Tx, verb: Verb, purpose: KeyPurpose, version: int, agreed: TwoPersons | None
    ) -> KeysChanged:
        generation = await keys_store.next_generation(tx)
        _, rows = await keys_store.keys(tx)
        mine = [row for row in rows if row.purpose is purpose]
        row = next((row for row in mine if row.version == version), None)
        if row is None:
            raise NoSuchKey
        becomes = check(verb, row.state, await self._facts(tx, row, agreed, verb))
        if verb is Verb.SOFT_DISABLE and row.written:
            raise BadKeyState(verb=verb.value, state="written")
        now = self.clock.now()
        if becomes is KeyState.PRIMARY:
            for former in mine:
                if former.state is KeyState.PRIMARY and former.scope == row.scope:
                    await keys_store.move_key(tx, former, DISPLACED, generation, now)
                    await keys_store.set_written(tx, former, row.written)
        await keys_store.move_key(tx, row, becomes, generation, now)
        return _changed(row, becomes, generation)

    async def _written(self, tx: Tx, version: int, written: bool) -> KeysChanged:
        generation = await keys_store.next_generation(tx)
        _, rows = await keys_store.keys(tx)
        primary = primary_of(rows, KeyPurpose.INDEX)
        mine = [row for row in rows if row.purpose is KeyPurpose.INDEX]
        row = next((row for row in mine if row.version == version), None)
        if row is None:
            raise NoSuchKey
        slots = [one.version % 2 for one in mine if one.written and one != row]
        taken = version % 2 in (primary.version % 2, *slots)
        if row is primary or (written and (taken or row.state not in OPENING)):
            raise BadKeyState(verb="write", state=row.state.value)
        await keys_store.set_written(tx, row, written)
        return _changed(row, row.state, generation)

    async def _facts(self, tx: Tx, row: KeyRow, agreed: TwoPersons | None, verb: Verb) -> Facts:
        ring = await keys_store.ring(tx)
        rests_until = row.changed_at + HOUSE_WORDS_LIFE
        rested = row.purpose is not KeyPurpose.HOUSE or rests_until <= self.clock.now()
        return Facts(
            lacking=await self._lacking(tx, row),
            held=await self._held(tx, row) if verb in ONCE_EMPTY else 0,
            settled=ring.settled >= row.generation,
            rests_until=None if rested else rests_until,
            agreed=agreed,
        )

    async def _lacking(self, tx: Tx, row: KeyRow) -> tuple[str, ...]:
        """Name the live workers that cannot use a key's suite, or have not read it since it came."""
        live = await workers_store.live(tx)
        needed = 0 if row.state is KeyState.PENDING else row.generation
        return tuple(
            f"{one.host}/{one.pid}"
            for one in live
            if row.suite not in one.suites
            or one.generation < needed
            or (row.scope != SHARED and not one.scoped)
            or one.normaliser < row.normaliser
        )

    async def _held(self, tx: Tx, row: KeyRow) -> int:
        held = 0
        if row.purpose is KeyPurpose.KEK:
            async with tx.patient():
                held += await store.count_under_kek(tx, row.ref)
            _, rows = await keys_store.keys(tx)
            wrapped = [one.wrapped for one in rows if one.wrapped is not None]
            held += sum(envelope.key_of(one) == row.ref for one in wrapped)
        for holding in self.holdings.get(row.purpose, []):
            held += await holding(tx, row.ref)
        return held

    async def _with_secret(self, tx: Tx, row: KeyRow, rows: list[KeyRow]) -> KeyRow:
        kek = primary_of(rows, KeyPurpose.KEK).ref
        secret = self.ids.bytes(suites.MAC_KEY_BYTES)
        place = secret_place(self.ring.tenant, row.ref, row.normaliser)
        wrapped = await self.ring.source.wrap(kek, secret, place)
        await keys_store.count_wraps(tx, kek, 1)
        return row._replace(check_value=secret_check(secret), wrapped=wrapped)


def _changed(row: KeyRow, state: KeyState, generation: int) -> KeysChanged:
    return KeysChanged(
        generation=generation,
        purpose=row.purpose.value,
        key_id=row.key_id,
        version=row.version,
        state=state.value,
    )
