"""Blind indexes: finding a sealed phone number or address by equality, without opening any.

A digest is a MAC under a versioned key of the house, truncated to 16 bytes; the table, the column
and the normaliser are in it. Rotation writes under the new version and searches under both.
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


@dataclass(frozen=True, slots=True)
class Indexer:
    """Makes blind indexes under the keys of a ring."""

    ring: KeyRing

    def index(self, field: PersonalField, value: str) -> BlindIndex:
        """Return the index to store. Raises the field's normaliser's refusal for a bad value."""
        keys = self.ring.keys
        return self._under(keys, keys.index.primary, field, value)

    def candidates(self, field: PersonalField, value: str) -> list[BlindIndex]:
        """Return the indexes to search for, newest first: any of them is a hit."""
        keys = self.ring.keys
        return [self._under(keys, one, field, value) for one in keys.index.newest_first]

    def _under(self, keys: Keys, version: int, field: PersonalField, value: str) -> BlindIndex:
        normaliser = field.normaliser
        assert normaliser is not None, f"{field.name} has no normaliser"
        written = f"{normaliser.name}/{normaliser.version}"
        parts = (self.ring.tenant, field.table, field.column, written, normaliser.apply(value))
        raw = [part.encode() for part in parts]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        key = keys.index.keys[version]
        digest = mac(key.suite, key.secret, message)[:DIGEST_BYTES]
        return BlindIndex(version, digest, keys.generation)
