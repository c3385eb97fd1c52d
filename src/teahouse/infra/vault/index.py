"""Blind indexes: finding a sealed phone number or address by equality, without opening any.

A digest is a MAC under a versioned key of the house, truncated to 16 bytes; the table, the column
and the normaliser are in it: that of the key, or the exact one for whoever would otherwise have the
same as somebody else (0013). It lies in one of two slots, by the parity of its key's version, each
with a unique index of its own: so two versions are written at one time, and either finds.
"""

from dataclasses import dataclass
from typing import NamedTuple

from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.normal import EXACT, FOLDED
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
        """Return the indexes to search for: any of them is a hit, and the first hit counts."""
        keys, written = self.ring.keys, _written(field, value)
        versions, index = keys.index.newest_first, keys.index.keys
        # Of two who look the same, who has written it like this comes first.
        found = [self._under(keys, one, field, written, EXACT) for one in versions]
        if not self.folds(field):
            return found
        assert field.normaliser is not None, "it folds"
        _, folded = field.normaliser.found_by(FOLDED, written)
        folding = [one for one in versions if index[one].normaliser >= FOLDED]
        found += [self._under(keys, one, field, folded) for one in folding]
        if set(folding) & set(keys.index.to_write):
            # Whoever has no index by the folded form yet may have written it in just that form.
            others = [one for one in versions if one not in folding]
            found += [self._under(keys, one, field, folded) for one in others]
        return list(dict.fromkeys(found))

    def folds(self, field: PersonalField) -> bool:
        """Tell whether something is found by its folded form, so that a hit may be another's."""
        keys = self.ring.keys.index.keys.values()
        return field.folds and any(key.normaliser >= FOLDED for key in keys)

    def again(
        self,
        keys: Keys,
        version: int,
        field: PersonalField,
        written: str,
        normaliser: int | None = None,
    ) -> BlindIndex:
        """Return the index under a version of a value that was normalised when it was sealed.

        ``normaliser`` is another than that of the key, for what is kept apart.
        """
        return self._under(keys, version, field, written, normaliser)

    def _under(
        self,
        keys: Keys,
        version: int,
        field: PersonalField,
        written: str,
        normaliser: int | None = None,
    ) -> BlindIndex:
        assert field.normaliser is not None, f"{field.name} has no normaliser"
        key = keys.index.keys[version]
        way, form = field.normaliser.found_by(normaliser or key.normaliser, written)
        parts = (self.ring.tenant, field.table, field.column, way, form)
        raw = [part.encode() for part in parts]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
        digest = mac(key.suite, key.secret, message)[:DIGEST_BYTES]
        return BlindIndex(version, digest, keys.generation)


def _written(field: PersonalField, value: str) -> str:
    assert field.normaliser is not None, f"{field.name} has no normaliser"
    return field.normaliser.apply(value)
