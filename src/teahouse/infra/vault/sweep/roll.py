"""Newer data keys for people: what is sealed anew is sealed under a key of after a moment.

A key is added while its subject is held against erasure; an erased subject gets none. So nothing
that was erased comes back: erasure empties every key that there is, also one that was just added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault import suites
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.model import SEALS_ALARM, KeyRef, VaultFault
from teahouse.infra.vault.store import DekRow, sweeping
from teahouse.infra.vault.store.sweeping import DekAge, NewDek, Wrapped
from teahouse.infra.vault.suites import Cipher
from teahouse.infra.vault.vault import dek_place


class Sealing(NamedTuple):
    """A key to seal with, its uses counted already."""

    ref: KeyRef
    cipher: Cipher


@dataclass(frozen=True, repr=False)
class Roll:
    """Finds or makes the keys that a page is sealed with."""

    db: Database
    ring: KeyRing
    ids: Ids
    clock: Clock

    async def keys_for(
        self, keys: Keys, seals: Mapping[str, int], dek_class: str, since: datetime
    ) -> dict[str, Sealing]:
        """Return a key of ``since`` or later for each subject that is to seal so often.

        Not for the erased; nor, until the next round, for those at whose keys somebody else is.
        """
        newest = await self._newest(seals, dek_class)
        young = _young(newest, since)
        made_at = max(self.clock.now(), since)  # a clock that is behind makes no old keys
        missing = {who: newest.get(who) for who in seals if who not in young}
        rolled = await self._make(keys, seals, dek_class, missing, made_at)
        lost = missing.keys() - rolled.keys()
        if lost:  # somebody else has just made them, or they are erased
            young |= _young(await self._newest(lost, dek_class), since)
        return rolled | await self._count(young, seals)

    async def destroy_old(self, since: datetime, limit: int) -> int:
        """Destroy data keys from before a moment that a younger one has taken the place of.

        Only once it is verified that nothing is left under them: what is, is lost.
        """
        async with self.db.transaction() as tx:
            return await sweeping.destroy_old(tx, since, limit)

    async def _newest(self, subjects: Iterable[str], dek_class: str) -> dict[str, DekAge]:
        async with self.db.read() as tx:
            return await sweeping.newest(tx, list(subjects), dek_class)

    async def _make(
        self,
        keys: Keys,
        seals: Mapping[str, int],
        dek_class: str,
        formers: Mapping[str, DekAge | None],
        made_at: datetime,
    ) -> dict[str, Sealing]:
        if not formers:
            return {}
        made: list[NewDek] = []
        found: dict[str, Sealing] = {}
        for who, former in sorted(formers.items(), key=lambda one: one[0]):
            if former is None:
                ref = KeyRef(self.ids.ulid(), 1)
            else:
                ref = KeyRef(former.dek_id, former.version + 1)
            secret = self.ids.bytes(suites.CIPHER_KEY_BYTES[keys.suite])
            place = dek_place(self.ring.tenant, _bare(ref, who, dek_class, keys.suite))
            wrapped = await self.ring.source.wrap(keys.primary, secret, place)
            made.append(NewDek(ref.key_id, ref.version, who, wrapped, seals[who]))
            found[who] = Sealing(ref, suites.cipher(keys.suite, secret))
        kek = keys.primary
        common = Wrapped(dek_class, keys.suite, kek.key_id, kek.version, made_at, keys.generation)
        async with self.db.transaction() as tx:
            living = await sweeping.hold_living(tx, sorted(formers))
            added = await sweeping.insert_deks(
                tx, [one for one in made if one.subject_id in living], common
            )
        return {who: one for who, one in found.items() if who in added}

    async def _count(
        self, young: Mapping[str, DekAge], seals: Mapping[str, int]
    ) -> dict[str, Sealing]:
        if not young:
            return {}
        async with self.db.read() as tx:
            counted = await sweeping.count_seals(
                tx, {dek.ref: seals[who] for who, dek in young.items()}
            )
        found: dict[str, Sealing] = {}
        for who, dek in young.items():
            if dek.ref not in counted or dek.wrapped_dek is None:
                continue
            try:
                found[who] = Sealing(dek.ref, await unwrapped(self.ring, dek))
            except VaultFault:
                continue  # what it is needed for is left, and seen by the verifier
        return found


def _young(newest: Mapping[str, DekAge], since: datetime) -> dict[str, DekAge]:
    return {
        who: dek
        for who, dek in newest.items()
        if dek.created_at >= since and dek.seals_count < SEALS_ALARM
    }


async def unwrapped(ring: KeyRing, dek: DekAge) -> Cipher:
    """Return the cipher of a data key; raises as :meth:`KeyRing.unwrap` does."""
    assert dek.wrapped_dek is not None, "it is not erased"
    place = dek_place(ring.tenant, _bare(dek.ref, dek.subject_id, dek.dek_class, dek.suite))
    return suites.cipher(dek.suite, await ring.unwrap(dek.wrapped_dek, place))


def _bare(ref: KeyRef, subject_id: str, dek_class: str, suite: int) -> DekRow:
    return DekRow(ref.key_id, ref.version, subject_id, dek_class, None, suite)
