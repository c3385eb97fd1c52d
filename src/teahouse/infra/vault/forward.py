"""Keys forward: what a back-up was sealed under is wrapped anew under the newest key there is.

For a house that is being brought back, in which nobody else is at work. The newest key of the key
source may be younger than the back-up, and is then not in its database yet. A key that was only
borrowed, because it had been destroyed since, is destroyed again once nothing is under it.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault import envelope
from teahouse.infra.vault.keyfile import KeySource
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.lifecycle import DISPLACED, OPENING, KeyPurpose, KeyState
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.sources import by_scope
from teahouse.infra.vault.store import census
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.store.keys import KeyRow

_MAY_LEAD = frozenset({KeyState.PENDING, KeyState.READABLE, KeyState.DECRYPT_ONLY})


@dataclass(frozen=True, slots=True)
class KeyUsed:
    """A key-encryption key that something is sealed under, and how many keys that are."""

    ref: KeyRef
    state: KeyState
    check_value: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was done: which key is primary, and how many keys were wrapped anew under it."""

    primary: KeyRef
    rewrapped: int
    destroyed: tuple[KeyRef, ...]


@dataclass(frozen=True, repr=False)
class Forward:
    """Brings keys forward. ``others`` wrap anew what domains keep under such a key themselves."""

    db: Database
    ring: KeyRing
    others: Sequence[Callable[[Tx], Awaitable[int]]]

    async def whole(self, borrowed: Collection[KeyRef], now: datetime) -> Forwarded:
        """Do all of it; doing it again does what is left."""
        async with self.db.transaction() as tx:
            for scope, source in by_scope(self.ring.source).items():
                await self._lead(tx, scope, await source.newest(), borrowed, now)
        async with self.db.transaction() as tx:
            await self.ring.reload(tx)
        rewrap = Rewrap(self.db, self.ring, self.others)
        done, former = 0, await self._former()
        for row in former:
            done += await rewrap.whole(row.ref)
        if former:
            async with self.db.transaction() as tx:
                done += await rewrap.house(tx)
        gone = await self._destroy(borrowed, now)
        for ref in gone:
            await self.ring.source.remove(ref)
        async with self.db.transaction() as tx:
            await self.ring.reload(tx)
        return Forwarded(self.ring.keys.primary, done, gone)

    async def _lead(
        self,
        tx: Tx,
        scope: str,
        newest: KeyRef | None,
        borrowed: Collection[KeyRef],
        now: datetime,
    ) -> None:
        """Have the newest key of a place lead in its scope."""
        generation = await keys_store.next_generation(tx)
        _, rows = await keys_store.keys(tx)
        keks = [row for row in rows if row.purpose is KeyPurpose.KEK]
        if newest is None or newest in borrowed:
            return
        known = next((row for row in keks if row.ref == newest), None)
        if known is None and any(row.version == newest.version for row in keks):
            return  # another key of that number: what is here stays the primary
        if known is not None and (known.state not in _MAY_LEAD or known.scope != scope):
            return
        for row in keks:
            if row.state is KeyState.PRIMARY and row.scope == scope:
                await keys_store.move_key(tx, row, DISPLACED, generation, now)
        if known is not None:
            await keys_store.move_key(tx, known, KeyState.PRIMARY, generation, now)
        else:
            made = await _made(self.ring.source, newest, scope, generation, now)
            await keys_store.insert_key(tx, made)
            if scope != SHARED:  # that it leads there is noted as it is moved
                await keys_store.move_key(tx, made, KeyState.PRIMARY, generation, now)
        await keys_store.raise_floor(tx)

    async def _former(self) -> list[KeyRow]:
        async with self.db.read() as tx:
            _, rows = await keys_store.keys(tx)
        leading = self.ring.keys.leading
        return [
            row
            for row in rows
            if row.purpose is KeyPurpose.KEK and row.state in OPENING and row.ref not in leading
        ]

    async def _destroy(self, borrowed: Collection[KeyRef], now: datetime) -> tuple[KeyRef, ...]:
        async with self.db.transaction() as tx:
            generation = await keys_store.next_generation(tx)
            used = {one.ref: one.count for one in await keys_used(tx)}
            _, rows = await keys_store.keys(tx)
            gone = [
                row
                for row in rows
                if row.purpose is KeyPurpose.KEK and row.ref in borrowed and not used.get(row.ref)
            ]
            for row in gone:
                await keys_store.move_key(tx, row, KeyState.DESTROYED, generation, now)
        return tuple(row.ref for row in gone)


async def keys_used(tx: Tx) -> list[KeyUsed]:
    """Return every key-encryption key that is not destroyed, and what is under it."""
    counts = await census.under_keks(tx)
    _, rows = await keys_store.keys(tx)
    for row in rows:
        if row.wrapped is not None:
            ref = envelope.key_of(row.wrapped)
            counts[ref] = counts.get(ref, 0) + 1
    return [
        KeyUsed(row.ref, row.state, row.check_value, counts.get(row.ref, 0))
        for row in rows
        if row.purpose is KeyPurpose.KEK and row.state is not KeyState.DESTROYED
    ]


async def destroy_idle(tx: Tx, refs: Collection[KeyRef], now: datetime) -> None:
    """Note that keys under which nothing is are destroyed: they are in no key source any more."""
    if not refs:
        return
    generation = await keys_store.next_generation(tx)
    _, rows = await keys_store.keys(tx)
    for row in rows:
        if row.purpose is KeyPurpose.KEK and row.ref in refs:
            await keys_store.move_key(tx, row, KeyState.DESTROYED, generation, now)


async def is_held(source: KeySource, ref: KeyRef, check_value: bytes) -> bool:
    """Tell whether a source has a key, and it is the one that is meant. Raises ``UnknownKey``."""
    return await source.check_value(ref) == check_value


async def _made(
    source: KeySource, ref: KeyRef, scope: str, generation: int, now: datetime
) -> KeyRow:
    return KeyRow(
        purpose=KeyPurpose.KEK,
        key_id=ref.key_id,
        version=ref.version,
        state=KeyState.PRIMARY if scope == SHARED else KeyState.DECRYPT_ONLY,
        check_value=await source.check_value(ref),
        wrapped=None,
        suite=await source.suite(ref),
        generation=generation,
        changed_at=now,
        scope=scope,
    )
