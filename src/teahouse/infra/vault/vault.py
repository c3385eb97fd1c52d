"""The vault: seals a person's data under that person's key, when there is a ground to.

Locks: a seal holds its subject's row in share, then may update its data key's. In one transaction
call ``create_subject`` and ``grant`` first, and seal for several subjects in the order of their ids.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault import envelope, store, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.field import DekClass, PersonalField, Purpose
from teahouse.infra.vault.index import Indexer
from teahouse.infra.vault.keyring import DATA_KEYS, NO_KEY, KeyRing
from teahouse.infra.vault.looking import Guard, check_shown
from teahouse.infra.vault.meters import VaultMeters
from teahouse.infra.vault.model import (
    CIPHERS_CACHED_MAX,
    HOUSE,
    SEALS_ALARM,
    SEALS_MAX,
    SEALS_RESERVED,
    SEALS_RESERVED_HOUSE,
    SHARED,
    VALUE_BYTES_MAX,
    Erased,
    KeyRef,
    KeySpent,
    NoGround,
    Restricted,
    StepUpNeeded,
    Tampered,
    UnknownKey,
    UnknownSubject,
)
from teahouse.infra.vault.sources import key_source
from teahouse.infra.vault.store import DekRow, WritableSubject
from teahouse.infra.vault.suites import Cipher
from teahouse.infra.vault.transit import Client

OWN_WORD_LIFE = timedelta(minutes=1)


# Told of each erased subject, in its transaction; and whether what it said to others is hidden.
Ending = Callable[[Tx, str, bool], Awaitable[None]]


class SealedRow(NamedTuple):
    """A sealed value and where it was found, for :meth:`Vault.open_many`."""

    subject_id: str
    row_id: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Ground:
    """The receipt of what somebody without an account yet has agreed to."""

    receipt_id: str
    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Word that somebody has just shown who they are, to read one subject's sensitive data [L-28].

    ``consent.stepups`` gives it out, and the vault itself to the house; nothing else makes one.
    """

    reader: str  # an account, an operator, or the job that acts on the person's own request
    subject_id: str
    until: datetime


@dataclass(frozen=True, repr=False)
class Vault:
    """Seals, opens, grants and erases. Make one with :func:`open_vault`."""

    ring: KeyRing
    ids: Ids
    clock: Clock
    meters: VaultMeters
    endings: list[Ending] = field(default_factory=list[Ending], repr=False)
    guards: list[Guard] = field(default_factory=list[Guard], repr=False)
    _ciphers: OrderedDict[KeyRef, Cipher] = field(
        default_factory=OrderedDict[KeyRef, Cipher], repr=False
    )
    _reserved: dict[KeyRef, int] = field(default_factory=dict[KeyRef, int], repr=False)

    @property
    def indexer(self) -> Indexer:
        """Makes the blind indexes that go beside what this vault seals."""
        return Indexer(self.ring)

    async def create_subject(self, tx: Tx, subject_id: str, scope: str = SHARED) -> None:
        """Make a data key for a new account or operator, of a scope. Asserts that the id is new."""
        created = await store.insert_subject(tx, subject_id, self.clock.now(), scope)
        assert created, f"subject {subject_id} already has a data key"
        ref = KeyRef(self.ids.ulid(), 1)
        await self._add_dek(tx, (subject_id, scope), DekClass.ORDINARY, ref)

    async def settle(self, tx: Tx, scopes: Mapping[str, str]) -> int:
        """Say of subjects of which scope they are; return of how many that was not known.

        What wraps their data keys stays, until their scope is upgraded by itself.
        """
        return await store.set_scopes(tx, scopes) if scopes else 0

    async def move_subject(self, tx: Tx, subject_id: str, scope: str) -> None:
        """Bring a subject into another scope: the key of that one wraps their data keys at once.

        Nothing that is sealed changes. What a former key has wrapped is in back-ups only.
        """
        if not await store.set_scope(tx, subject_id, scope):
            return

        async def write() -> bool:
            keys = self.ring.keys
            ref, _ = keys.wrapping(scope)
            self.ring.check_wraps(ref)
            made: list[tuple[DekRow, bytes]] = []
            for row, under in await store.of_subject(tx, subject_id, scope):
                if under != ref:
                    place = dek_place(self.ring.tenant, row)
                    secret = await self._unwrap(tx, row)
                    made.append((row, await self.ring.source.wrap(ref, secret, place)))
            done = await store.rewrap(tx, made, ref, keys.generation) if made else 0
            return done == len(made)

        await self.ring.written(tx, write)

    async def destroy_subject(self, tx: Tx, subject_id: str, *, hidden: bool = True) -> None:
        """Erase a subject: whatever was sealed for it can never be opened again [U-21].

        ``hidden`` goes on to whoever keeps the ledger. Doing it twice is doing it once. Raises
        ``UnknownSubject``.
        """
        assert subject_id != HOUSE, "the house is not erased"
        gone = await store.destroy(tx, subject_id, self.clock.now())
        if not gone:
            raise UnknownSubject(subject_id)
        for ending in self.endings:
            await ending(tx, subject_id, hidden)
        self._drop(gone)

        async def drop_again() -> None:  # a reader may have cached it before we committed
            self._drop(gone)

        tx.after_commit(drop_again)

    async def having(self, tx: Tx, grounds: Sequence[str]) -> int:
        """Return of how many subjects one of the grounds is on file; it looks at all of them."""
        return await store.having(tx, list(grounds))

    async def grant(self, tx: Tx, subject_id: str, purposes: Iterable[Purpose]) -> None:
        """Put on file that there is a ground for ``purposes``. Raises ``Erased``."""
        if not await store.grant(tx, subject_id, [purpose.ground for purpose in purposes]):
            raise Erased

    async def revoke(self, tx: Tx, subject_id: str, purposes: Iterable[Purpose]) -> None:
        """Take grounds off file, as from now [L-15]. Raises ``Erased``."""
        if not await store.revoke(tx, subject_id, [purpose.ground for purpose in purposes]):
            raise Erased

    async def restrict(self, tx: Tx, subject_id: str, why: str) -> None:
        """Open what a subject shows of themselves for nobody else, as from the commit [L-44].

        It is kept, is exported, and is opened for the house's own word. Each reason ends by itself.
        """
        await store.restrict(tx, subject_id, why)

    async def unrestrict(self, tx: Tx, subject_id: str, why: str) -> None:
        """Take a reason away; while another one holds, nothing changes."""
        await store.unrestrict(tx, subject_id, why)

    async def grounds(self, tx: Tx, subject_id: str) -> frozenset[str]:
        """Return the grounds on file, as ``Purpose.ground`` writes them."""
        found = await store.subject(tx, subject_id)
        return frozenset(found[0]) if found else frozenset()

    async def check_ground(self, tx: Tx, personal: PersonalField, subject_id: str) -> None:
        """Refuse with ``NoGround`` what may not be written; for fields that are not sealed."""
        subject = await self._writable(tx, subject_id, personal.purpose.dek_class)
        self._check_ground(personal, subject.purposes)

    async def seal(
        self, tx: Tx, personal: PersonalField, subject_id: str, row_id: str, value: str | bytes
    ) -> bytes:
        """Return ``value`` sealed for its column and row.

        Raises ``NoGround`` when the subject has no ground on file for the field's purpose (L-13 to
        L-17, R-092), ``Erased``, ``UnknownSubject``.
        """
        assert subject_id != HOUSE, "what belongs to nobody yet is sealed by seal_pending"
        subject = await self._writable(tx, subject_id, personal.purpose.dek_class)
        self._check_ground(personal, subject.purposes)
        return await self._seal(tx, personal, (subject_id, subject), row_id, value)

    async def seal_pending(
        self, tx: Tx, personal: PersonalField, row_id: str, value: str | bytes, ground: Ground
    ) -> bytes:
        """Seal what belongs to nobody yet, as a number awaiting its code, under the house's key.

        Raises ``NoGround`` when the receipt is not for the field's purpose. Whoever keeps the row
        deletes it when the registration ends either way.
        """
        assert ground.receipt_id, "a ground is a receipt that was given"
        self._check_ground(personal, [purpose.ground for purpose in ground.purposes])
        subject = await self._writable(tx, HOUSE, DekClass.ORDINARY)
        return await self._seal(tx, personal, (HOUSE, subject), row_id, value)

    async def open(
        self,
        tx: Tx,
        personal: PersonalField,
        subject_id: str,
        row_id: str,
        sealed: bytes,
        fresh: Fresh | None = None,
    ) -> str:
        """Return the text that was sealed.

        Raises ``Erased`` for an erased subject, ``Tampered`` for bytes changed or moved from their
        place, ``UnknownKey`` for a key or version that is not here, ``StepUpNeeded`` for a
        sensitive field when nobody has just shown who they are, and ``Restricted`` for what a
        restricted subject shows, but for the house's word or theirs.
        """
        return (await self.open_bytes(tx, personal, subject_id, row_id, sealed, fresh)).decode()

    async def open_pending(
        self, tx: Tx, personal: PersonalField, row_id: str, sealed: bytes
    ) -> str:
        """Return the text that ``seal_pending`` sealed; raises like :meth:`open`."""
        return await self.open(tx, personal, HOUSE, row_id, sealed)

    async def open_bytes(
        self,
        tx: Tx,
        personal: PersonalField,
        subject_id: str,
        row_id: str,
        sealed: bytes,
        fresh: Fresh | None = None,
    ) -> bytes:
        """Return the bytes that were sealed; raises like :meth:`open`."""
        self._check_fresh(personal, subject_id, fresh)
        row = SealedRow(subject_id, row_id, sealed)
        return await self._open(tx, personal, row, await self._deks(tx, [row]), fresh)

    async def open_many(
        self, tx: Tx, personal: PersonalField, rows: Sequence[SealedRow]
    ) -> list[str | None]:
        """Return the texts in order, ``None`` for erased and restricted subjects; raises otherwise.

        Never for sensitive fields: those are opened one person at a time.
        """
        self._check_fresh(personal, "", None)
        deks = await self._deks(tx, rows)
        texts: list[str | None] = []
        for row in rows:
            try:
                texts.append((await self._open(tx, personal, row, deks)).decode())
            except (Erased, Restricted):
                texts.append(None)
        return texts

    async def is_erased(self, tx: Tx, subject_id: str) -> bool:
        """Tell whether nothing that was sealed for a subject can be opened; so too for nobody."""
        return not await store.has_key(tx, subject_id)

    def own_word(self, subject_id: str, duty: str) -> Fresh:
        """Return the house's own word, to compute with what is sensitive and show it to nobody.

        ``duty`` says what for, such as finding out that a child has come of age.
        """
        return Fresh(f"{HOUSE}:{duty}", subject_id, self.clock.now() + OWN_WORD_LIFE)

    def _check_fresh(self, personal: PersonalField, subject_id: str, fresh: Fresh | None) -> None:
        """Raise ``StepUpNeeded`` for a sensitive field without somebody's fresh word for it."""
        if personal.purpose.dek_class is DekClass.ORDINARY or subject_id == HOUSE:
            return  # what awaits its person under the house's key is moved, and shown to nobody
        if not self._holds(fresh, subject_id):
            raise StepUpNeeded

    def _holds(self, fresh: Fresh | None, subject_id: str) -> bool:
        """Tell whether there is a word for a subject's data that still holds."""
        if fresh is None or fresh.subject_id != subject_id:
            return False
        return fresh.until > self.clock.now()

    async def _writable(self, tx: Tx, subject_id: str, dek_class: DekClass) -> WritableSubject:
        read = store.unerasable_to_write if subject_id == HOUSE else store.subject_to_write
        subject = await read(tx, subject_id, dek_class.value)
        if subject is None:
            raise UnknownSubject(subject_id)
        if subject.destroyed:
            raise Erased
        return subject

    def _check_ground(self, personal: PersonalField, grounds: Iterable[str]) -> None:
        if personal.purpose.ground not in grounds:
            self.meters.no_ground.inc()
            raise NoGround(purpose=personal.purpose.id)

    async def _seal(
        self,
        tx: Tx,
        personal: PersonalField,
        whose: tuple[str, WritableSubject],
        row_id: str,
        value: str | bytes,
    ) -> bytes:
        raw = value.encode() if isinstance(value, str) else value
        self.ring.check_touch()  # the cipher may be at hand, and is then not asked of the ring
        assert personal.sealed, f"{personal.name} is declared as not sealed"
        assert len(raw) <= VALUE_BYTES_MAX, f"{personal.name} is larger than a field may be"
        subject_id, subject = whose
        dek_class = DekClass.ORDINARY if subject_id == HOUSE else personal.purpose.dek_class
        ref, cipher = await self._sealing_key(tx, subject_id, subject, dek_class)
        await self._count_seal(
            tx, ref, SEALS_RESERVED_HOUSE if subject_id == HOUSE else SEALS_RESERVED
        )
        nonce = self.ids.bytes(envelope.NONCE_BYTES)
        self.meters.seals.inc()
        return envelope.seal(cipher, ref, nonce, self._place(personal, row_id), raw)

    async def _sealing_key(
        self, tx: Tx, subject_id: str, subject: WritableSubject, dek_class: DekClass
    ) -> tuple[KeyRef, Cipher]:
        if subject.dek_id is None or subject.version is None or subject.seals_count is None:
            first = KeyRef(self.ids.ulid(), 1)
            await self._add_dek(tx, (subject_id, subject.scope), dek_class, first)
            subject = await self._writable(tx, subject_id, dek_class)
        elif subject.seals_count >= SEALS_ALARM or subject.old:
            self.meters.keys_rolled.inc()
            ref = KeyRef(subject.dek_id, subject.version + 1)
            await self._add_dek(tx, (subject_id, subject.scope), dek_class, ref)
            subject = await self._writable(tx, subject_id, dek_class)
        assert subject.dek_id is not None, "a writable subject has a data key by now"
        assert subject.version is not None, "and a version of it"
        assert subject.wrapped_dek is not None, "and it is not destroyed"
        assert subject.suite is not None, "and has a suite"
        dek = DekRow(
            subject.dek_id,
            subject.version,
            subject_id,
            dek_class.value,
            subject.wrapped_dek,
            subject.suite,
        )
        return dek.ref, await self._cipher(tx, dek)

    async def _count_seal(self, tx: Tx, ref: KeyRef, block: int) -> None:
        """Spend one of the seals counted ahead, or count a block of them in this transaction.

        The rest of the block is ours only once the count is durable, so that a crash or a roll-back
        can make the count too high and never too low.
        """
        left = self._reserved.pop(ref, 0)
        if left > 0:
            self._reserved[ref] = left - 1
            return
        if await store.reserve_seals(tx, ref, block) > SEALS_MAX:
            raise KeySpent(f"data key {ref.key_id} version {ref.version}")

        async def keep_the_rest() -> None:
            while len(self._reserved) >= CIPHERS_CACHED_MAX:
                del self._reserved[next(iter(self._reserved))]
            self._reserved[ref] = self._reserved.get(ref, 0) + block - 1

        tx.after_commit(keep_the_rest)

    async def _deks(self, tx: Tx, rows: Sequence[SealedRow]) -> dict[KeyRef, DekRow]:
        refs: list[KeyRef] = []
        for row in rows:
            try:
                refs.append(envelope.key_of(row.sealed))
            except UnknownKey:
                self.meters.unknown_key.inc()
                raise
            except Tampered:
                self.meters.tampered.inc()
                raise
        return await store.deks(tx, list(set(refs)))

    async def _open(
        self,
        tx: Tx,
        personal: PersonalField,
        row: SealedRow,
        deks: dict[KeyRef, DekRow],
        fresh: Fresh | None = None,
    ) -> bytes:
        own = fresh is not None and fresh.reader.startswith(f"{HOUSE}:")
        await check_shown(tx, self.guards, personal, row.subject_id, own)
        ref = envelope.key_of(row.sealed)
        dek = deks.get(ref)
        if dek is None:
            self.meters.unknown_key.inc()
            raise UnknownKey(f"data key {ref.key_id} version {ref.version}")
        try:
            if dek.subject_id != row.subject_id:
                raise Tampered(f"{personal.name} holds a value of another subject")
            if dek.wrapped_dek is None:
                self._drop([ref])
                raise Erased
            if dek.restricted and personal.shown and not self._holds(fresh, row.subject_id):
                raise Restricted
            if dek.late:
                self.ring.came_late(DATA_KEYS, NO_KEY)
            cipher = await self._cipher(tx, dek)
            value = envelope.open_(cipher, self._place(personal, row.row_id), row.sealed)
        except Tampered:
            self.meters.tampered.inc()
            raise
        self.meters.opens.inc()
        return value

    async def _cipher(self, tx: Tx, dek: DekRow) -> Cipher:
        ref = dek.ref
        cipher = self._ciphers.get(ref)
        if cipher is None:
            cipher = self._ciphers[ref] = suites.cipher(dek.suite, await self._unwrap(tx, dek))
            while len(self._ciphers) > CIPHERS_CACHED_MAX:
                self._ciphers.popitem(last=False)
        else:
            self._ciphers.move_to_end(ref)
        return cipher

    async def _unwrap(self, tx: Tx, dek: DekRow) -> bytes:
        assert dek.wrapped_dek is not None, "what was erased was told before"
        place = dek_place(self.ring.tenant, dek)
        try:
            return await self.ring.unwrap(dek.wrapped_dek, place)
        except UnknownKey:  # it may have come since the keys were read here
            await self.ring.reload(tx)
            return await self.ring.unwrap(dek.wrapped_dek, place)

    async def _add_dek(
        self, tx: Tx, whose: tuple[str, str], dek_class: DekClass, ref: KeyRef
    ) -> None:
        subject_id, scope = whose

        async def write() -> bool:
            keys = self.ring.keys
            kek, suite = keys.wrapping(scope)
            secret = self.ids.bytes(suites.CIPHER_KEY_BYTES[suite])
            row = DekRow(ref.key_id, ref.version, subject_id, dek_class.value, None, suite)
            place = dek_place(self.ring.tenant, row)
            self.ring.check_wraps(kek)
            wrapped = await self.ring.source.wrap(kek, secret, place)
            row = row._replace(wrapped_dek=wrapped)
            return await store.insert_dek(tx, row, kek, keys.generation, self.clock.now())

        await self.ring.written(tx, write)

    def _drop(self, refs: Iterable[KeyRef]) -> None:
        for ref in refs:
            self._ciphers.pop(ref, None)
            self._reserved.pop(ref, None)

    def _place(self, personal: PersonalField, row_id: str) -> Place:
        version = personal.schema_version
        return Place(self.ring.tenant, personal.table, personal.column, row_id, version)


def dek_place(tenant: str, dek: DekRow) -> Place:
    """Return where a data key is kept wrapped."""
    row_id = f"{dek.dek_id}/{dek.version}/{dek.subject_id}"
    return Place(tenant, "vault_deks", "wrapped_dek", row_id)


async def open_vault(
    tx: Tx,
    config: Config,
    clock: Clock,
    ids: Ids,
    meters: VaultMeters | None = None,
    client: Client | None = None,
) -> Vault:
    """Open the vault of a data directory, making its first keys when there are none.

    ``client`` asks the key service. Raises ``BadKeys`` when the keys are unsafe, or not those that
    the database was sealed with.
    """
    source = key_source(config, ids, client)
    ring = await KeyRing.open(tx, source, ids, config.tenant, clock.now())
    vault = Vault(ring, ids, clock, meters or VaultMeters())
    vault.meters.watch_wraps(lambda: max(ring.wraps.values(), default=0))
    if await store.subject(tx, HOUSE) is None:
        await vault.create_subject(tx, HOUSE)
    return vault
