"""Every statement over thresholds' tables."""

from datetime import date

from teahouse.infra.db.pool import Tx
from teahouse.thresholds.model import Counted, Crossing

COUNT = """
insert into thresholds_days (day, individuals, active) values ($1, $2, $3)
on conflict (day) do update set individuals = excluded.individuals, active = excluded.active"""

NEWEST = "select day, individuals, active from thresholds_days order by day desc limit 1"

FORGET = "delete from thresholds_days where day < $1"

CROSS = """
insert into thresholds_crossings (threshold_id, level, day, people) values ($1, $2, $3, $4)
on conflict do nothing"""

CROSSED = """
select threshold_id, level, day, people from thresholds_crossings order by threshold_id, level"""


async def count(tx: Tx, counted: Counted) -> None:
    """Keep a day's count; of one day the last."""
    await tx.run(COUNT, counted.day, counted.individuals, counted.active)


async def newest(tx: Tx) -> Counted | None:
    """Return the newest count."""
    row = await tx.row(NEWEST)
    return None if row is None else Counted(*row)


async def forget(tx: Tx, before: date) -> None:
    """Forget counts of long ago."""
    await tx.run(FORGET, before)


async def cross(tx: Tx, crossing: Crossing) -> bool:
    """Note that a threshold is near or reached; tell whether it is for the first time."""
    values = (crossing.threshold_id, crossing.level, crossing.day, crossing.people)
    return await tx.run(CROSS, *values) == 1


async def crossed(tx: Tx) -> list[Crossing]:
    """Return what was ever near or reached."""
    return [Crossing(*row) for row in await tx.rows(CROSSED)]
