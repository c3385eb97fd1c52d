"""How much there is to do: by the catalogue in no time, and exactly when it is asked for."""

from datetime import datetime
from typing import NamedTuple

from teahouse.errors import Unavailable
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import SHARED
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.walked import Walked


class Counted(NamedTuple):
    """The rows of a table, and its bytes with those of its indexes."""

    rows: int
    bytes: int


async def estimated(tx: Tx, walked: Walked) -> Counted:
    """Return what the catalogue says of a table: as of its last ``analyze``, and at once."""
    row = await tx.row(statements.size(walked.table))
    assert row is not None, "a table that is walked is there"
    return Counted(row[0], row[1])


async def counted(db: Database, walked: Walked) -> Counted:
    """Return how large a table is, its rows counted; too many for that: as :func:`estimated` does."""
    async with db.read() as tx:
        found = await estimated(tx, walked)
    try:
        async with db.read() as tx:
            return found._replace(rows=await tx.value(statements.count(walked)))
    except Unavailable:  # it took too long
        return found


async def stale(tx: Tx, sealed: Sealed, since: datetime, scope: str = SHARED) -> dict[str, int]:
    """Count, by column, the values of the living of a scope under data keys from before a moment.

    It reads the whole table: seconds for millions of rows.
    """
    row = await tx.row(statements.stale(sealed), since, scope)
    assert row is not None, "a count is a row"
    return dict(zip(sealed.columns, row, strict=True))
