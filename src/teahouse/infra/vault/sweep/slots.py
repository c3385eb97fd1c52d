"""The two slots of blind indexes: what lies in them, what is lacking, and emptying the old."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sealed import Passing, Sealed
from teahouse.infra.vault.sweep import statements

CLEAR_ROWS = 500


@dataclass(frozen=True, slots=True)
class IndexHoldings:
    """What can be found only with a version of the index key, over all that is declared."""

    sealed: Sequence[Sealed]
    passing: Sequence[Passing] = ()

    async def held(self, tx: Tx, ref: KeyRef) -> int:
        """Count the indexes of a version."""
        slot = statements.slot_of(ref.version)
        count = 0
        for one in self.sealed:
            if one.indexed:
                count += await tx.value(statements.of_slot(one, slot).held, ref.version)
        for one in self.passing:
            count += await tx.value(statements.passing(one.table, one.version), ref.version)
        return count

    async def lacking(self, tx: Tx, version: int) -> dict[str, int]:
        """Count, by table, the rows that should have an index of a version and have not."""
        slot = statements.slot_of(version)
        return {
            one.table: await tx.value(statements.of_slot(one, slot).lacking, version)
            for one in self.sealed
            if one.indexed
        }


async def clear(
    db: Database, sealed: Sealed, version: int, kept: int, rows_max: int = CLEAR_ROWS
) -> int:
    """Empty the slot of a version in some rows that have the kept one; return how many they were.

    Only when nothing is written under it any more, by floor and barrier. Call it until it is none.
    """
    assert version % 2 != kept % 2, "one slot is emptied, the other kept"
    query = statements.of_slot(sealed, statements.slot_of(version)).clear
    async with db.transaction() as tx:
        return await tx.run(query, version, rows_max, kept)
