"""The key ring: which keys there are, which one seals, and the keys of indexes and words.

:class:`Keys` are the keys as they were at one generation; a :class:`KeyRing` holds them and is
given newer ones while requests run. Whoever makes something reads ``ring.keys`` once and makes it
from that, so that nothing is made half under one generation and half under the next.
"""

import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import CHECK_BYTES, KeySource
from teahouse.infra.vault.lifecycle import OPENING, KeyPurpose, KeyState
from teahouse.infra.vault.model import (
    SHARED,
    WRAPS_MAX,
    BadKeys,
    Fenced,
    KeyRef,
    KeyServiceAway,
    StaleRing,
    UnknownKey,
    VaultFault,
    WrapsSpent,
)
from teahouse.infra.vault.normal import EXACT
from teahouse.infra.vault.store import keys as store
from teahouse.infra.vault.store.keys import KeyRow

DATA_KEYS = "dek"  # what data keys are called among the purposes of keys
NO_KEY = KeyRef("", 0)  # of those that are counted together
_SECRET_CHECK = b"teahouse index check 1"  # of every key that is kept here, sealed


@dataclass(frozen=True, slots=True, repr=False)
class MacKey:
    """A key that makes MACs, with the suite by which."""

    suite: int
    secret: bytes
    normaliser: int = EXACT  # of an index key: by which form people are found


@dataclass(frozen=True, slots=True, repr=False)
class Versions:
    """The keys of a purpose that open, by version."""

    primary: int
    keys: dict[int, MacKey]
    written: frozenset[int] = frozenset()  # beside the primary

    @property
    def to_write(self) -> list[int]:
        """Return the versions under which blind indexes are written."""
        return sorted({self.primary, *self.written})

    @property
    def newest_first(self) -> list[int]:
        """Return the versions."""
        return sorted(self.keys, reverse=True)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Return the keys, the primary first."""
        others = [version for version in self.newest_first if version != self.primary]
        return tuple(self.keys[version].secret for version in (self.primary, *others))


@dataclass(frozen=True, repr=False)
class Keys:
    """The keys of the house as they were at a generation."""

    generation: int
    primary: KeyRef  # wraps new data keys
    suite: int  # of new data keys: that of the primary
    states: dict[KeyRef, KeyState]  # of every key-encryption key
    secrets: dict[KeyPurpose, Versions]  # of the purposes that have a primary
    scoped: dict[str, tuple[KeyRef, int]] = field(default_factory=dict[str, tuple[KeyRef, int]])

    @property
    def index(self) -> Versions:
        """The keys of the blind indexes."""
        return self.secrets[KeyPurpose.INDEX]

    @property
    def leading(self) -> frozenset[KeyRef]:
        """The primary, and those that lead in scopes with keys of their own."""
        return frozenset({self.primary, *(ref for ref, _ in self.scoped.values())})

    def wrapping(self, scope: str) -> tuple[KeyRef, int]:
        """Return what wraps the data keys of a scope, with its suite: its own key, else all's."""
        return self.scoped.get(scope, (self.primary, self.suite))


def _open_to_all() -> bool:
    return False


@dataclass(repr=False)
class KeyRing:
    """Holds the newest keys that this worker has read."""

    tenant: str
    source: KeySource
    held: Keys
    is_fenced: Callable[[], bool] = field(default=_open_to_all)
    late: Counter[tuple[str, KeyRef]] = field(default_factory=Counter[tuple[str, KeyRef]])
    wraps: dict[KeyRef, int] = field(default_factory=dict[KeyRef, int])  # of the keys that wrap

    @property
    def keys(self) -> Keys:
        """The keys of now. Raises ``Fenced`` in a worker that has lost touch with the others."""
        self.check_touch()
        return self.held

    def check_touch(self) -> None:
        """Refuse with ``Fenced`` in a worker that has lost touch with the others."""
        if self.is_fenced():
            raise Fenced

    def check_wraps(self, kek: KeyRef) -> None:
        """Refuse with ``WrapsSpent`` to wrap under a key that has done so too often [U-04]."""
        if self.wraps.get(kek, 0) >= WRAPS_MAX:
            raise WrapsSpent

    def came_late(self, purpose: str, ref: KeyRef) -> None:
        """Count that something still needs a key that is about to be destroyed."""
        self.late[purpose, ref] += 1

    def house_keys(self) -> tuple[bytes, ...]:
        """Return the keys to know the house's own words by, the one to make them with first."""
        return self.held.secrets[KeyPurpose.HOUSE].secrets

    def oldest_house_key(self) -> bytes:
        """Return the key for digests that are kept and must go on to be found while keys change."""
        versions = self.held.secrets[KeyPurpose.HOUSE]
        return versions.keys[min(versions.keys)].secret

    @classmethod
    async def open(
        cls, tx: Tx, source: KeySource, ids: Ids, tenant: str, now: datetime
    ) -> "KeyRing":
        """Read the keys, making the first ones in an empty database.

        Raises ``BadKeys`` when the key file does not belong to this database: making new keys
        then would lose everything sealed under the old.
        """
        await store.lock_first_keys(tx)
        _, rows = await store.keys(tx)
        maker = _Maker(tx, source, ids, tenant, now)
        if not rows:
            await maker.first()
        elif not [row for row in rows if row.purpose is KeyPurpose.HOUSE]:
            await maker.house_apart(rows)
        ring = cls(tenant, source, await _read(tx, source, tenant))
        ring.wraps = await store.wraps(tx)
        return ring

    async def reload(self, tx: Tx) -> None:
        """Read the keys again; what is older than what is held is let go.

        Raises ``BadKeys`` when a key is not here that the others use.
        """
        read = await _read(tx, self.source, self.tenant)
        if read.generation >= self.held.generation:
            self.held = read

    async def catch_up(self, tx: Tx) -> bool:
        """Read the keys when there are newer ones; tell whether there were. Raises ``BadKeys``."""
        if (await store.ring(tx)).generation <= self.held.generation:
            return False
        await self.reload(tx)
        return True

    async def written(self, tx: Tx, write: Callable[[], Awaitable[bool]]) -> None:
        """Do a write that compares its generation with the floor: ``vault_current`` in its SQL.

        When the database says no, it is done once more under the newest keys, in the same
        transaction: nothing was written and nobody need be told. Raises ``StaleRing``.
        """
        if await write():
            return
        await self.reload(tx)
        if not await write():
            raise StaleRing

    async def wrap(self, tx: Tx, secret: bytes, place: Place) -> bytes:
        """Seal a key under the primary key, and count it. Raises ``WrapsSpent``."""
        kek = self.keys.primary
        self.check_wraps(kek)
        await store.count_wraps(tx, kek, 1)
        return await self.source.wrap(kek, secret, place)

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a data key.

        Raises ``UnknownKey`` when its key-encryption key may not open any more, ``Tampered`` when
        it was sealed for another place.
        """
        ref = envelope.key_of(wrapped)
        state = self.keys.states.get(ref)
        if state not in OPENING:
            if state is KeyState.SOFT_DISABLED:
                self.came_late(KeyPurpose.KEK, ref)
            raise UnknownKey(f"key-encryption key {ref.key_id} is {state or 'of no database here'}")
        return await self.source.unwrap(wrapped, place)

    async def unwrap_many(self, wrapped: Sequence[tuple[bytes, Place]]) -> list[bytes | None]:
        """Open data keys, ``None`` for each that :meth:`unwrap` would refuse."""
        states = self.keys.states
        for one, _ in wrapped:
            ref = _kek_of(one)
            if states.get(ref) is KeyState.SOFT_DISABLED:
                self.came_late(KeyPurpose.KEK, ref)
        tried = [nth for nth, (one, _) in enumerate(wrapped) if states.get(_kek_of(one)) in OPENING]
        opened: list[bytes | None] = [None] * len(wrapped)
        secrets = await self.source.unwrap_many([wrapped[nth] for nth in tried])
        for nth, secret in zip(tried, secrets, strict=True):
            opened[nth] = secret
        return opened


def _kek_of(wrapped: bytes) -> KeyRef:
    try:
        return envelope.key_of(wrapped)
    except VaultFault:
        return KeyRef("", 0)


def secret_place(tenant: str, ref: KeyRef, normaliser: int = EXACT) -> Place:
    """Return where a key of the house is kept sealed.

    The normaliser of an index key is part of it: a worker of a release that does not know it cannot
    open the key, and fences itself, instead of writing one form where the others look for another.
    """
    row = f"{ref.key_id}/{ref.version}"
    where = row if normaliser == EXACT else f"{row}/normaliser-{normaliser}"
    return Place(tenant, "vault_keys", "wrapped", where)


def secret_check(secret: bytes) -> bytes:
    """Return bytes by which a key is recognised, and from which it cannot be found."""
    return suites.mac(suites.INTERNATIONAL, secret, _SECRET_CHECK)[:CHECK_BYTES]


@dataclass(frozen=True, repr=False)
class _Maker:
    """Makes the keys that a house begins with."""

    tx: Tx
    source: KeySource
    ids: Ids
    tenant: str
    now: datetime

    async def first(self) -> None:
        """Make the keys of an empty database, under the newest key that the source has."""
        kek = await self.source.newest() or await self.source.create()
        check = await self.source.check_value(kek)
        suite = await self.source.suite(kek)
        row = KeyRow(
            purpose=KeyPurpose.KEK,
            key_id=kek.key_id,
            version=kek.version,
            state=KeyState.PRIMARY,
            check_value=check,
            wrapped=None,
            suite=suite,
            generation=0,
            changed_at=self.now,
        )
        await store.insert_key(self.tx, row)
        for purpose in (KeyPurpose.INDEX, KeyPurpose.HOUSE, KeyPurpose.SESSION):
            ref = KeyRef(self.ids.ulid(), 1)
            secret = self.ids.bytes(suites.MAC_KEY_BYTES)
            await self._keep(kek, purpose, ref, KeyState.PRIMARY, secret)

    async def house_apart(self, rows: list[KeyRow]) -> None:
        """Give the house's words a key of their own, where they were made with the index key.

        Words that were made before go on to be known: the index key stays among theirs.
        """
        kek = primary_of(rows, KeyPurpose.KEK).ref
        index = primary_of(rows, KeyPurpose.INDEX)
        assert index.wrapped is not None, "an index key that opens is kept"
        place = secret_place(self.tenant, index.ref, index.normaliser)
        former = await self.source.unwrap(index.wrapped, place)
        one, other = KeyRef(self.ids.ulid(), 1), KeyRef(self.ids.ulid(), 2)
        secret = self.ids.bytes(suites.MAC_KEY_BYTES)
        await store.next_generation(self.tx)
        await self._keep(kek, KeyPurpose.HOUSE, one, KeyState.DECRYPT_ONLY, former)
        await self._keep(kek, KeyPurpose.HOUSE, other, KeyState.PRIMARY, secret)

    async def _keep(
        self, kek: KeyRef, purpose: KeyPurpose, ref: KeyRef, state: KeyState, secret: bytes
    ) -> None:
        row = KeyRow(
            purpose=purpose,
            key_id=ref.key_id,
            version=ref.version,
            state=state,
            check_value=secret_check(secret),
            wrapped=await self.source.wrap(kek, secret, secret_place(self.tenant, ref)),
            suite=suites.INTERNATIONAL,
            generation=0,
            changed_at=self.now,
        )
        await store.insert_key(self.tx, row)
        await store.count_wraps(self.tx, kek, 1)


def primary_of(rows: list[KeyRow], purpose: KeyPurpose) -> KeyRow:
    """Return the key of a purpose that new things are made with, for all."""
    mine = (row for row in rows if row.purpose is purpose and row.scope == SHARED)
    return next(row for row in mine if row.state is KeyState.PRIMARY)


async def _read(tx: Tx, source: KeySource, tenant: str) -> Keys:
    generation, rows = await store.keys(tx)
    keks = [row for row in rows if row.purpose is KeyPurpose.KEK]
    for row in keks:
        await _check_kek(source, row)
    primary = primary_of(rows, KeyPurpose.KEK)
    secrets: dict[KeyPurpose, Versions] = {}
    for purpose in {row.purpose for row in rows} - {KeyPurpose.KEK}:
        mine = [row for row in rows if row.purpose is purpose and row.state in OPENING]
        first = next((row.version for row in mine if row.state is KeyState.PRIMARY), None)
        if first is not None:
            written = frozenset(row.version for row in mine if row.written)
            secrets[purpose] = Versions(first, await _secrets(source, tenant, mine), written)
    states = {row.ref: row.state for row in keks}
    leads = [row for row in keks if row.state is KeyState.PRIMARY and row.scope != SHARED]
    scoped = {row.scope: (row.ref, row.suite) for row in leads}
    return Keys(generation, primary.ref, primary.suite, states, secrets, scoped)


async def _check_kek(source: KeySource, row: KeyRow) -> None:
    """Raise ``BadKeys`` unless the source has a key that opens.

    Whoever keeps the keys of one scope may be away without stopping the others; not while a key
    is being handed out, as then each worker is to say that it has it.
    """
    if row.state not in OPENING:
        return
    named = f"version {row.version} of key {row.key_id}"
    try:
        check = await source.check_value(row.ref)
    except KeyServiceAway:
        if row.scope == SHARED or row.state is KeyState.READABLE:
            raise
        return
    except UnknownKey:
        raise BadKeys(f"the key file lacks {named}: restore it from its back-up") from None
    if not hmac.compare_digest(check, row.check_value):
        raise BadKeys(f"the key file has another {named} than the database was sealed with")


async def _secrets(source: KeySource, tenant: str, rows: list[KeyRow]) -> dict[int, MacKey]:
    keys: dict[int, MacKey] = {}
    for row in rows:
        assert row.wrapped is not None, "a key that opens is kept"
        place = secret_place(tenant, row.ref, row.normaliser)
        secret = await source.unwrap(row.wrapped, place)
        assert secret_check(secret) == row.check_value, "the key is the one that was made"
        keys[row.version] = MacKey(row.suite, secret, row.normaliser)
    return keys
