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
from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.model import SEALS_ALARM, SHARED, KeyRef
from teahouse.infra.vault.store import DekRow, sweeping
from teahouse.infra.vault.store.sweeping import DekAge, NewDek, Wrapped
from teahouse.infra.vault.suites import Cipher
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.walked import Key, Turned
from teahouse.infra.vault.vault import dek_place

PAGE_ROWS = 500


class Sealing(NamedTuple):
    """A key to seal with, its uses counted already."""

    ref: KeyRef
    cipher: Cipher
    head: bytes  # of what it seals

    @classmethod
    def by(cls, ref: KeyRef, cipher: Cipher) -> "Sealing":
        """Return a key, its envelopes' header made."""
        return cls(ref, cipher, envelope.header(cipher, ref))


@dataclass(frozen=True, repr=False)
class Roll:
    """Finds or makes the keys that a page is sealed with."""

    db: Database
    ring: KeyRing
    ids: Ids
    clock: Clock

    async def keys_for(
        self,
        keys: Keys,
        seals: Mapping[str, int],
        dek_class: str,
        since: datetime,
        newest: Mapping[tuple[str, str], DekAge],
    ) -> dict[str, Sealing]:
        """Return a key of ``since`` or later for each subject that is to seal so often.

        ``newest`` are the newest keys as they were just read. Not for the erased; nor, until the
        next round, for those at whose keys somebody else is.
        """
        formers = {who: newest.get((who, dek_class)) for who in seals}
        young = _young(formers, since)
        missing = {who: dek for who, dek in formers.items() if who not in young}
        scopes = {who: dek.scope for (who, _), dek in newest.items()}
        rolled = await self._make(keys, seals, dek_class, (missing, scopes), since)
        lost = missing.keys() - rolled.keys()
        if lost:  # somebody else has just made them, or they are erased
            now = await self._newest(lost)
            young |= _young({who: now.get((who, dek_class)) for who in lost}, since)
        return rolled | await self._count(young, seals)

    async def page(
        self,
        since: datetime,
        after: Key = (),
        rows_max: int = PAGE_ROWS,
        until: Key = (),
        scope: str = SHARED,
    ) -> Turned:
        """Give the next of the living a key of ``since`` or later, in place of each older one.

        So that also those go over of whom nothing is sealed at this time. Those whom somebody else
        gives one at this moment are seen by going through it again.
        """
        query = statements.subjects(after=bool(after), until=bool(until))
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            rows = await tx.rows(query, *after, *until, rows_max)
            living = [row[0] for row in rows if row[1]]
            newest = sweeping.newest(await sweeping.of_subjects(tx, living))
        old = {
            whose: dek
            for whose, dek in newest.items()
            if dek.created_at < since and scope in (SHARED, dek.scope)
        }
        done = 0
        for kind in sorted({dek_class for _, dek_class in old}):
            formers = {who: dek for (who, dek_class), dek in old.items() if dek_class == kind}
            scopes = {who: dek.scope for who, dek in formers.items()}
            seals = dict.fromkeys(formers, 0)
            done += len(await self._make(keys, seals, kind, (formers, scopes), since))
        return Turned(len(rows), done, tuple(rows[-1])[:1] if len(rows) == rows_max else None)

    async def destroy_old(
        self,
        since: datetime,
        after: Key = (),
        rows_max: int = PAGE_ROWS,
        until: Key = (),
        scope: str = SHARED,
    ) -> Turned:
        """Destroy the next data keys that one of ``since`` or later has taken the place of.

        Only once it is verified that nothing is left under them: what is, is lost.
        """
        query = statements.destroy_old(after=bool(after), until=bool(until))
        async with self.db.transaction() as tx:
            row = await tx.row(query, since, scope, *after, *until, rows_max)
        if row is None:
            return Turned(0, 0, None)
        return Turned(row[0], row[1], tuple(row)[2:] if row[0] == rows_max else None)

    async def _newest(self, subjects: Iterable[str]) -> dict[tuple[str, str], DekAge]:
        async with self.db.read() as tx:
            return sweeping.newest(await sweeping.of_subjects(tx, list(subjects)))

    async def _make(
        self,
        keys: Keys,
        seals: Mapping[str, int],
        dek_class: str,
        whose: tuple[Mapping[str, DekAge | None], Mapping[str, str]],
        since: datetime,
    ) -> dict[str, Sealing]:
        """Make keys for subjects, in place of what they had. ``whose`` are those, and their scopes."""
        formers, scopes = whose
        by_key: dict[tuple[KeyRef, int], dict[str, DekAge | None]] = {}
        for who, former in sorted(formers.items(), key=lambda one: one[0]):
            by_key.setdefault(keys.wrapping(scopes.get(who, SHARED)), {})[who] = former
        made: dict[str, Sealing] = {}
        for (kek, suite), mine in by_key.items():
            common = (dek_class, suite, kek, keys.generation)
            made |= await self._make_under(common, seals, mine, since)
        return made

    async def _make_under(
        self,
        common: tuple[str, int, KeyRef, int],
        seals: Mapping[str, int],
        formers: Mapping[str, DekAge | None],
        since: datetime,
    ) -> dict[str, Sealing]:
        """Make keys that one key wraps. ``common`` are class, suite, that key, and generation."""
        dek_class, suite, kek, generation = common
        size = suites.CIPHER_KEY_BYTES[suite]
        drawn = self.ids.bytes(size * len(formers))
        refs: dict[str, KeyRef] = {}
        secrets: list[bytes] = []
        for nth, (who, former) in enumerate(formers.items()):
            refs[who] = KeyRef(former.dek_id, former.version + 1) if former else self._first()
            secrets.append(drawn[nth * size : (nth + 1) * size])
        places = [
            dek_place(self.ring.tenant, _bare(ref, who, dek_class, suite))
            for who, ref in refs.items()
        ]
        pairs = list(zip(secrets, places, strict=True))
        self.ring.check_wraps(kek)
        wrapped = await self.ring.source.wrap_many(kek, pairs)
        made = [
            NewDek(ref.key_id, ref.version, who, one, seals[who])
            for (who, ref), one in zip(refs.items(), wrapped, strict=True)
        ]
        made_at = max(self.clock.now(), since)  # a clock that is behind makes no old keys
        told = Wrapped(dek_class, suite, kek.key_id, kek.version, made_at, generation)
        async with self.db.read() as tx:
            added = await sweeping.add_deks(tx, made, told)
        return {
            who: Sealing.by(ref, suites.cipher(suite, secret))
            for (who, ref), secret in zip(refs.items(), secrets, strict=True)
            if who in added
        }

    def _first(self) -> KeyRef:
        return KeyRef(self.ids.ulid(), 1)

    async def _count(
        self, young: Mapping[str, DekAge], seals: Mapping[str, int]
    ) -> dict[str, Sealing]:
        if not young:
            return {}
        async with self.db.read() as tx:
            counted = await sweeping.count_seals(
                tx, {dek.ref: seals[who] for who, dek in young.items()}
            )
        mine = [dek for dek in young.values() if dek.ref in counted]
        ciphers = await unwrapped(self.ring, mine)
        # What cannot be opened is left, and what it is needed for is seen by the verifier.
        return {
            dek.subject_id: Sealing.by(dek.ref, ciphers[dek.ref])
            for dek in mine
            if dek.ref in ciphers
        }


def _young(newest: Mapping[str, DekAge | None], since: datetime) -> dict[str, DekAge]:
    return {
        who: dek
        for who, dek in newest.items()
        if dek is not None and dek.created_at >= since and dek.seals_count < SEALS_ALARM
    }


async def unwrapped(ring: KeyRing, deks: Iterable[DekAge]) -> dict[KeyRef, Cipher]:
    """Return the ciphers of those data keys that open, by key."""
    wanted = [(dek, dek.wrapped_dek) for dek in deks if dek.wrapped_dek is not None]
    places = [
        dek_place(ring.tenant, _bare(dek.ref, dek.subject_id, dek.dek_class, dek.suite))
        for dek, _ in wanted
    ]
    pairs = [(wrapped, place) for (_, wrapped), place in zip(wanted, places, strict=True)]
    return {
        dek.ref: suites.cipher(dek.suite, secret)
        for (dek, _), secret in zip(wanted, await ring.unwrap_many(pairs), strict=True)
        if secret is not None
    }


def _bare(ref: KeyRef, subject_id: str, dek_class: str, suite: int) -> DekRow:
    return DekRow(ref.key_id, ref.version, subject_id, dek_class, None, suite)
