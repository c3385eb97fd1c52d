"""The key ring: which keys there are, which one seals, and the keys of the blind indexes.

A key lives ``pending → readable → primary → decrypt_only → soft_disabled → destroyed``. The
primary seals; every state from ``readable`` to ``decrypt_only`` opens.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault import envelope, store
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyfile import CHECK_BYTES, KeySource
from teahouse.infra.vault.model import BadKeys, KeyRef, UnknownKey
from teahouse.infra.vault.store import KeyRow

OPENING_STATES = ("readable", "primary", "decrypt_only")
_INDEX_CHECK = b"teahouse index check 1"


def _index_place(tenant: str, ref: KeyRef) -> Place:
    return Place(tenant, "vault_keys", "wrapped", f"{ref.key_id}/{ref.version}")


def _index_check(secret: bytes) -> bytes:
    return hmac.digest(secret, _INDEX_CHECK, hashlib.sha256)[:CHECK_BYTES]


@dataclass(frozen=True)
class KeyRing:
    """The keys of the house as they were when it was opened."""

    tenant: str
    source: KeySource
    primary: KeyRef  # wraps new data keys
    states: dict[KeyRef, str]  # of every key-encryption key
    index_primary: int
    index_keys: dict[int, bytes]  # by version

    def house_keys(self) -> tuple[bytes, ...]:
        """Return the keys to know the house's own words by, the one to make them with first."""
        others = [one for one in sorted(self.index_keys, reverse=True) if one != self.index_primary]
        return tuple(self.index_keys[version] for version in (self.index_primary, *others))

    def oldest_house_key(self) -> bytes:
        """Return the key for digests that are kept and must go on to be found while keys change."""
        return self.index_keys[min(self.index_keys)]

    @classmethod
    async def open(
        cls, tx: Tx, source: KeySource, ids: Ids, tenant: str, now: datetime
    ) -> "KeyRing":
        """Read the keys, making the first ones in an empty database.

        Raises ``BadKeys`` when the key file does not belong to this database: making new keys
        then would lose everything sealed under the old.
        """
        await store.lock_first_keys(tx)
        rows = await store.keys(tx)
        if not rows:
            await _make_first(tx, source, ids, tenant, now)
            rows = await store.keys(tx)
        keks = [row for row in rows if row.purpose == "kek"]
        for row in keks:
            await _check_kek(source, row)
        indexes = [row for row in rows if row.purpose == "index"]
        return cls(
            tenant=tenant,
            source=source,
            primary=next(row.ref for row in keks if row.state == "primary"),
            states={row.ref: row.state for row in keks},
            index_primary=next(row.version for row in indexes if row.state == "primary"),
            index_keys=await _index_keys(source, tenant, indexes),
        )

    async def wrap(self, secret: bytes, place: Place) -> bytes:
        """Seal a data key under the primary key."""
        return await self.source.wrap(self.primary, secret, place)

    async def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Open a data key.

        Raises ``UnknownKey`` when its key-encryption key may not open any more, ``Tampered`` when
        it was sealed for another place.
        """
        ref = envelope.key_of(wrapped)
        if self.states.get(ref, "readable") not in OPENING_STATES:
            raise UnknownKey(f"key-encryption key {ref.key_id} is {self.states[ref]}")
        return await self.source.unwrap(wrapped, place)


async def _make_first(tx: Tx, source: KeySource, ids: Ids, tenant: str, now: datetime) -> None:
    kek = await source.newest() or await source.create()
    check = await source.check_value(kek)
    await store.insert_key(tx, KeyRow("kek", kek.key_id, kek.version, "primary", check, None), now)
    index = KeyRef(ids.ulid(), 1)
    secret = ids.bytes(envelope.KEY_BYTES)
    wrapped = await source.wrap(kek, secret, _index_place(tenant, index))
    row = KeyRow("index", index.key_id, index.version, "primary", _index_check(secret), wrapped)
    await store.insert_key(tx, row, now)


async def _check_kek(source: KeySource, row: KeyRow) -> None:
    if row.state not in OPENING_STATES:
        return
    named = f"version {row.version} of key {row.key_id}"
    try:
        check = await source.check_value(row.ref)
    except UnknownKey:
        raise BadKeys(f"the key file lacks {named}: restore it from its back-up") from None
    if not hmac.compare_digest(check, row.check_value):
        raise BadKeys(f"the key file has another {named} than the database was sealed with")


async def _index_keys(source: KeySource, tenant: str, rows: list[KeyRow]) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for row in rows:
        if row.state in OPENING_STATES:
            assert row.wrapped is not None, "an index key that opens is kept"
            keys[row.version] = await source.unwrap(row.wrapped, _index_place(tenant, row.ref))
            assert _index_check(keys[row.version]) == row.check_value, "index key check value"
    return keys
