"""Blind indexes: finding a sealed phone number or address by equality, without opening any.

A digest is a MAC under a versioned key of the house, truncated to 16 bytes; the table, the column
and the normaliser are in it. Rotation writes under the new version and searches under both.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import NamedTuple

from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.keyring import KeyRing

DIGEST_BYTES = 16


class BlindIndex(NamedTuple):
    """What is stored beside a sealed value to find it: unique per (version, digest)."""

    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Indexer:
    """Makes blind indexes under the keys of a ring."""

    ring: KeyRing

    def index(self, field: PersonalField, value: str) -> BlindIndex:
        """Return the index to store. Raises the field's normaliser's refusal for a bad value."""
        return self._under(self.ring.index_primary, field, value)

    def candidates(self, field: PersonalField, value: str) -> list[BlindIndex]:
        """Return the indexes to search for, newest first: any of them is a hit."""
        versions = sorted(self.ring.index_keys, reverse=True)
        return [self._under(version, field, value) for version in versions]

    def _under(self, version: int, field: PersonalField, value: str) -> BlindIndex:
        normaliser = field.normaliser
        assert normaliser is not None, f"{field.name} has no normaliser"
        written = f"{normaliser.name}/{normaliser.version}"
        parts = (self.ring.tenant, field.table, field.column, written, normaliser.apply(value))
        raw = [part.encode() for part in parts]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        digest = hmac.digest(self.ring.index_keys[version], message, hashlib.sha256)
        return BlindIndex(version, digest[:DIGEST_BYTES])
