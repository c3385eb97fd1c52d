"""Keeping apart: two rows that a newer normaliser writes alike, and that are two people's.

Nothing is merged. Whoever came first, by the order of the key, is found by the newer form; the other
goes on to be found by the exact one, under the same key. Which they are is noted, for an operator to
look at before the run is verified [U-12].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.index import Indexer
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.normal import EXACT
from teahouse.infra.vault.sealed import Indexed, Sealed, row_name
from teahouse.infra.vault.store import merges, sweeping
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.anew import Anew, Blinds, NewRow, Stale
from teahouse.infra.vault.sweep.paging import row_of
from teahouse.infra.vault.sweep.roll import unwrapped


class _HeldError(Exception):
    """Somebody is at one of the two."""


@dataclass(frozen=True, repr=False)
class Apart:
    """Puts a row back beside the one that has its form."""

    db: Database
    ring: KeyRing
    clock: Clock

    async def put(self, sealed: Sealed, keys: Keys, one: NewRow) -> list[NewRow]:
        """Put one of a pair back; nothing: try again. Raises ``UniqueViolation``."""
        assert one.blind is not None, "it met another by its index"
        assert one.apart is not None, "and can be kept apart"
        other = await self._other(sealed, keys, one)
        if other is None:
            return []
        index = one.blind.version
        is_first = one.row.key < other.row.key
        first, later = (one, other) if is_first else (other, one)
        later = later._replace(blind=later.apart)
        told = merges.Pair(
            version=index,
            place=sealed.table,
            what=_column(later),
            kept_row=row_name(first.row.key),
            kept=first.row.subject,
            apart_row=row_name(later.row.key),
            apart=later.row.subject,
        )
        # The form is free for the first once the later one has let go of it.
        turns = [later, first] if is_first else [later]
        try:
            async with self.db.transaction() as tx:
                for each in turns:
                    if await put_some(tx, sealed, index, keys, [each]) != 1:
                        raise _HeldError
                await merges.note(tx, told, self.clock.now())
        except _HeldError:
            return []
        return [one]

    async def _other(self, sealed: Sealed, keys: Keys, one: NewRow) -> NewRow | None:
        """Return the row that has the form, as it would be put back."""
        assert one.blind is not None, "it has a form"
        query = statements.at_digest(sealed, statements.slot_of(one.blind.version))
        async with self.db.read() as tx:
            found = await tx.row(query, one.blind.version, one.blind.digest)
            if found is None:
                return None
            row = row_of(sealed, found)
            deks = await sweeping.of_subjects(tx, [row.subject])
        anew = Anew(
            tenant=self.ring.tenant,
            sealed=sealed,
            opening=await unwrapped(self.ring, [dek for dek in deks if dek.ref in row.refs]),
            sealing={},
            nonce=lambda _: b"",
            index=indexing(self.ring, keys, one.blind.version),
        )
        made = anew.rows([Stale(row, (), index=True)])
        return made[0] if made else None


def indexing(
    ring: KeyRing, keys: Keys, version: int | None
) -> Callable[[Indexed, str, Sequence[Any]], Blinds]:
    """Return how the indexes of a version are made."""
    indexer = Indexer(ring)

    def index(how: Indexed, value: str, also: Sequence[Any]) -> Blinds:
        assert version is not None, "nothing else asks for it"
        personal, written = how.found(value, *also)
        made = indexer.again(keys, version, personal, written)
        if keys.index.keys[version].normaliser == EXACT or not personal.folds:
            return made, None  # there is one form only, so no second digest
        exact = indexer.again(keys, version, personal, written, EXACT)
        return made, None if exact == made else exact

    return index


async def put_some(
    tx: Tx, sealed: Sealed, index: int | None, keys: Keys, made: Sequence[NewRow]
) -> int:
    """Put rows back that are as they were read; return how many those were."""
    slot = statements.slot_of(index) if index is not None and sealed.indexed else None
    fields = range(len(sealed.fields))
    lists: list[list[Any]] = [[m.row.key[nth] for m in made] for nth in range(len(sealed.key))]
    lists += [[one.row.values[nth] for one in made] for nth in fields]
    lists += [[one.values[nth] for one in made] for nth in fields]
    if slot is not None:
        lists += [[one.blind and one.blind.version for one in made]]
        lists += [[one.blind and one.blind.digest for one in made]]
    return await tx.run(statements.put_back(sealed, slot), keys.generation, *lists)


def _column(one: NewRow) -> str:
    assert one.row.indexed is not None, "it has an index"
    return one.row.indexed.field.column
