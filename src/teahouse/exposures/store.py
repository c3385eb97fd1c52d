"""Statements over how much is exposed."""

from collections.abc import Mapping
from datetime import datetime

from teahouse.exposures.model import Place, Point, Stand
from teahouse.infra.db.pool import Tx

PUT = """
insert into exposures_points (run_id, data_class, place, column_name, at, exposed, counted)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (run_id, data_class, place, column_name, at) do update
set exposed = excluded.exposed, counted = excluded.counted"""
STANDS = """
select data_class, place, column_name, (array_agg(exposed order by at))[1],
    (array_agg(exposed order by at desc))[1]
from exposures_points where run_id = $1 group by data_class, place, column_name"""
POINTS = """
select data_class, place, column_name, at, exposed, counted from exposures_points
where run_id = $1 order by data_class, place, column_name, at limit $2"""


async def put(
    tx: Tx, run_id: str, left: Mapping[Place, int], at: datetime, *, counted: bool
) -> None:
    """Note how much is left of columns."""
    await tx.run_many(PUT, [(run_id, *place, at, n, counted) for place, n in sorted(left.items())])


async def stands(tx: Tx, run_id: str) -> dict[Place, Stand]:
    """Return what was noted first and last of each column."""
    rows = await tx.rows(STANDS, run_id)
    return {Place(row[0], row[1], row[2]): Stand(row[3], row[4]) for row in rows}


async def points(tx: Tx, run_id: str, limit: int) -> dict[Place, list[Point]]:
    """Return all that was noted, by column."""
    found: dict[Place, list[Point]] = {}
    for row in await tx.rows(POINTS, run_id, limit):
        place, point = Place(row[0], row[1], row[2]), Point(row[3], row[4], row[5])
        found.setdefault(place, []).append(point)
    return found
