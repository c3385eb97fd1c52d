"""Statements over answers."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.uptime.model import Second, Spell

# In one order, so that two workers do not wait for each other in a circle.
ADD = """
insert into uptime_seconds (capability, at, answered, failed)
select n.capability, to_timestamp(n.second), n.answered, n.failed
from unnest($1::text[], $2::bigint[], $3::integer[], $4::integer[])
    as n (capability, second, answered, failed)
order by n.capability, n.second
on conflict (capability, at) do update set answered = uptime_seconds.answered + excluded.answered,
    failed = uptime_seconds.failed + excluded.failed"""
# Seconds become minutes; a gap may begin in a minute that was summed up before.
SUM_UP = """
with gone as (delete from uptime_seconds where at < $1 returning capability, at, answered, failed),
answers as (
    select capability, at from gone where answered > 0
    union
    select capability, max(last_at) from uptime_minutes
    where minute >= $1 - interval '1 day' and last_at is not null group by capability
),
gaps as (
    select capability, at, at - lag(at) over (partition by capability order by at) as gap
    from answers
)
insert into uptime_minutes as m (
    capability, minute, requests, failed, down_seconds, gap_seconds, last_at
)
select g.capability, date_trunc('minute', g.at), sum(g.answered + g.failed), sum(g.failed),
    count(*) filter (where g.failed > 0 and g.answered = 0),
    coalesce(extract(epoch from max(s.gap)), 0)::integer,
    max(g.at) filter (where g.answered > 0)
from gone g left join gaps s on s.capability = g.capability and s.at = g.at
group by g.capability, date_trunc('minute', g.at)
on conflict (capability, minute) do update set requests = m.requests + excluded.requests,
    failed = m.failed + excluded.failed, down_seconds = m.down_seconds + excluded.down_seconds,
    gap_seconds = greatest(m.gap_seconds, excluded.gap_seconds),
    last_at = greatest(m.last_at, excluded.last_at)"""
FORGET = "delete from uptime_minutes where minute < $1"
BETWEEN = """
select capability, sum(requests)::bigint, sum(failed)::bigint, sum(down)::bigint, max(gap)::bigint
from (
    select capability, requests, failed, down_seconds as down, gap_seconds as gap
    from uptime_minutes where minute >= date_trunc('minute', $1::timestamptz) and minute <= $2
    union all
    select capability, answered + failed, failed, (failed > 0 and answered = 0)::integer, 0
    from uptime_seconds where at >= date_trunc('second', $1::timestamptz) and at <= $2
) as each group by capability"""


async def add(tx: Tx, seconds: Sequence[Second]) -> None:
    """Add what a worker answered."""
    await tx.run(ADD, *(list(column) for column in zip(*seconds, strict=True)))


async def sum_up(tx: Tx, before: datetime, forgotten: datetime) -> None:
    """Make minutes of the seconds before a moment, and forget minutes that are long gone."""
    await tx.run(SUM_UP, before)
    await tx.run(FORGET, forgotten)


async def between(tx: Tx, begun: datetime, ended: datetime) -> dict[str, Spell]:
    """Return what was counted in a time, by capability; to the minute where it is long ago."""
    rows = await tx.rows(BETWEEN, begun, ended)
    return {row[0]: Spell(row[1], row[2], row[3], row[4]) for row in rows}
