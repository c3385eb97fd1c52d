"""Blind indexes: finding a sealed phone number or address by equality, without opening any.

A digest is a MAC under a versioned key of the house, truncated to 16 bytes; the table, the column
and the normaliser are in it. It lies in one of two slots, by the parity of its key's version, each
with a unique index of its own: so two versions are written at one time, and either finds.
"""

from dataclasses import dataclass
from typing import NamedTuple

from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.suites import mac

DIGEST_BYTES = 16


class BlindIndex(NamedTuple):
    """What is stored beside a sealed value to find it: unique per (version, digest).

    ``generation`` is that of the keys it was made under. It is not stored: the statement that
    writes the other two asks ``vault_current`` whether it may still.
    """

    version: int
    digest: bytes
    generation: int


class Slots(NamedTuple):
    """What is written beside a sealed value, so that it can be found, and the same never twice.

    ``generation`` is that of the keys they were made under: see :class:`BlindIndex`.
    """

    odd_version: int | None
    odd_digest: bytes | None
    even_version: int | None
    even_digest: bytes | None
    generation: int


@dataclass(frozen=True, slots=True)
class Indexer:
    """Makes blind indexes under the keys of a ring."""

    ring: KeyRing

    def index(self, field: PersonalField, value: str) -> BlindIndex:
        """Return the index to store. Raises the field's normaliser's refusal for a bad value."""
        keys = self.ring.keys
        return self._under(keys, keys.index.primary, field, _written(field, value))

    def slots(self, field: PersonalField, value: str) -> Slots:
        """Return the indexes to store; raises like :meth:`index`."""
        keys = self.ring.keys
        written = _written(field, value)
        made = [self._under(keys, one, field, written) for one in keys.index.to_write]
        slots = {one.version % 2: one for one in made}
        assert len(slots) == len(made), "versions that are written together differ in parity"
        odd, even = slots.get(1), slots.get(0)
        return Slots(
            odd and odd.version,
            odd and odd.digest,
            even and even.version,
            even and even.digest,
            keys.generation,
        )

    def candidates(self, field: PersonalField, value: str) -> list[BlindIndex]:
        """Return the indexes to search for, newest first: any of them is a hit."""
        keys = self.ring.keys
        written = _written(field, value)
        return [self._under(keys, one, field, written) for one in keys.index.newest_first]

    def again(self, keys: Keys, version: int, field: PersonalField, written: str) -> BlindIndex:
        """Return the index under a version of a value that was normalised when it was sealed."""
        return self._under(keys, version, field, written)

    def _under(self, keys: Keys, version: int, field: PersonalField, written: str) -> BlindIndex:
        normaliser = field.normaliser
        assert normaliser is not None, f"{field.name} has no normaliser"
        way = f"{normaliser.name}/{normaliser.version}"
        parts = (self.ring.tenant, field.table, field.column, way, written)
        raw = [part.encode() for part in parts]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        key = keys.index.keys[version]
        digest = mac(key.suite, key.secret, message)[:DIGEST_BYTES]
        return BlindIndex(version, digest, keys.generation)


def _written(field: PersonalField, value: str) -> str:
    assert field.normaliser is not None, f"{field.name} has no normaliser"
    return field.normaliser.apply(value)
