"""The two slots of blind indexes: what lies in them, what is lacking, and emptying the old."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sealed import Passing, Sealed
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.walked import Key, Turned

CLEAR_ROWS = 500


@dataclass(frozen=True, slots=True)
class IndexHoldings:
    """What can be found only with a version of the index key, over all that is declared.

    Whole tables are counted, with a patience of hours: in a transaction, and for nobody who waits.
    """

    sealed: Sequence[Sealed]
    passing: Sequence[Passing] = ()

    async def held(self, tx: Tx, ref: KeyRef) -> int:
        """Count the indexes of a version."""
        slot = statements.slot_of(ref.version)
        count = 0
        async with tx.patient():
            for one in self.sealed:
                if one.indexed:
                    count += await tx.value(statements.of_slot(one, slot).held, ref.version)
            for one in self.passing:
                count += await tx.value(statements.passing(one.table, one.version), ref.version)
        return count

    async def lacking(self, tx: Tx, version: int) -> dict[str, int]:
        """Count, by table, the rows that should have an index of a version and have not."""
        slot = statements.slot_of(version)
        async with tx.patient():
            return {
                one.table: await tx.value(statements.of_slot(one, slot).lacking, version)
                for one in self.sealed
                if one.indexed
            }


async def clear(
    db: Database,
    sealed: Sealed,
    version: int,
    kept: int,
    after: Key = (),
    rows_max: int = CLEAR_ROWS,
    until: Key = (),
) -> Turned:
    """Empty the slot of a version in the next rows, where they have the kept one.

    Only when nothing is written under it any more, by floor and barrier. A row that somebody holds
    is left: go through it again.
    """
    assert version % 2 != kept % 2, "one slot is emptied, the other kept"
    slot = statements.slot_of(version)
    query = statements.clear(sealed, slot, after=bool(after), until=bool(until))
    async with db.transaction() as tx:
        row = await tx.row(query, version, kept, *after, *until, rows_max)
    if row is None:
        return Turned(0, 0, None)
    return Turned(row[0], row[1], tuple(row)[2:] if row[0] == rows_max else None)


async def clear_whole(
    db: Database, sealed: Sealed, version: int, kept: int, rows_max: int = CLEAR_ROWS
) -> int:
    """Empty a slot page by page; return in how many rows that was."""
    turn = await clear(db, sealed, version, kept, (), rows_max)
    done = turn.done
    while turn.last is not None:
        turn = await clear(db, sealed, version, kept, turn.last, rows_max)
        done += turn.done
    return done
