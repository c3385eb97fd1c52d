"""Every statement over what is known of how long rooms keep their messages."""

from collections.abc import Sequence
from datetime import date

from teahouse.infra.db.pool import Row, Tx
from teahouse.retention.model import Due, Freed, Policy

SET_POLICY = """
insert into retention_rooms (room_id, max_ms, min_ms, due_at) values ($1, $2, $3, $4)
on conflict (room_id) do update
set max_ms = excluded.max_ms, min_ms = excluded.min_ms, due_at = excluded.due_at"""

# What is brought into the past of a room is before what was swept: it begins there again.
BEGIN_AGAIN = """
update retention_rooms set swept_ts = least(swept_ts, $2::bigint - 1), due_at = $3 where room_id = $1"""

MEET = """
insert into retention_rooms (room_id, max_ms, min_ms, due_at)
select room_id, max_ms, min_ms, $4
from unnest($1::text[], $2::bigint[], $3::bigint[]) as room (room_id, max_ms, min_ms)
order by room_id
on conflict (room_id) do update set due_at = excluded.due_at"""

BEGIN_WALK = "insert into retention_walk default values on conflict do nothing"
WALK = "select bounds, room_id, done from retention_walk for update skip locked"
WALK_ON = "update retention_walk set bounds = $1, room_id = $2, done = $3"
IS_WALKED = "select exists (select from retention_walk where done and bounds = $1)"

IS_DUE = "select exists (select from retention_rooms where due_at <= $1)"

DUE = """
select room_id, max_ms, min_ms, swept_ts, swept_pos, untold_pos
from retention_rooms where due_at <= $1 order by due_at, room_id limit $2"""

LOCKED = """
select room_id, max_ms, min_ms, swept_ts, swept_pos, untold_pos
from retention_rooms where room_id = $1 for update skip locked"""

# Only those that say still what they said.
REST = """
update retention_rooms room set due_at = null
from unnest($1::text[], $2::bigint[], $3::bigint[]) as asked (room_id, max_ms, min_ms)
where room.room_id = asked.room_id and room.untold_pos is null
    and room.max_ms is not distinct from asked.max_ms
    and room.min_ms is not distinct from asked.min_ms"""

SWEPT = """
update retention_rooms set swept_ts = $2, swept_pos = $3, untold_pos = greatest(untold_pos, $4)
where room_id = $1"""

TOLD = "update retention_rooms set untold_pos = null where room_id = $1 and untold_pos <= $2"

LOOK_AGAIN = "update retention_rooms set due_at = $2 where room_id = $1"

COUNT = """
insert into retention_days (day, events_count, bytes_count) values ($1, $2, $3)
on conflict (day) do update set events_count = retention_days.events_count + excluded.events_count,
    bytes_count = retention_days.bytes_count + excluded.bytes_count"""

FREED = """
select coalesce(sum(events_count), 0)::bigint, coalesce(sum(bytes_count), 0)::bigint
from retention_days where day >= $1"""

FORGET_DAYS = "delete from retention_days where day < $1"


async def set_policy(tx: Tx, room_id: str, policy: Policy, now_ms: int) -> None:
    """Keep what a room says, and have it looked at."""
    await tx.run(SET_POLICY, room_id, policy.max_ms, policy.min_ms, now_ms)


async def begin_again(tx: Tx, room_id: str, ts: int, now_ms: int) -> None:
    """Have a room looked at from a time on."""
    await tx.run(BEGIN_AGAIN, room_id, ts, now_ms)


async def meet(tx: Tx, rooms: Sequence[tuple[str, Policy]], now_ms: int) -> None:
    """Have rooms looked at; those that are not known yet, with what they say."""
    await tx.run(
        MEET,
        [room_id for room_id, _ in rooms],
        [policy.max_ms for _, policy in rooms],
        [policy.min_ms for _, policy in rooms],
        now_ms,
    )


async def walk(tx: Tx) -> tuple[str, str, bool] | None:
    """Lock, and return by which bounds rooms are gone through, up to which, and whether all are.

    ``None`` when another worker is at it.
    """
    await tx.run(BEGIN_WALK)
    row = await tx.row(WALK)
    return None if row is None else (row[0], row[1], row[2])


async def walk_on(tx: Tx, bounds: str, room_id: str, done: bool) -> None:
    """Say how far rooms have been gone through."""
    await tx.run(WALK_ON, bounds, room_id, done)


async def is_walked(tx: Tx, bounds: str) -> bool:
    """Tell whether all rooms were gone through since these bounds hold."""
    return await tx.value(IS_WALKED, bounds)


async def is_due(tx: Tx, now_ms: int) -> bool:
    """Tell whether there is a room to look at."""
    return await tx.value(IS_DUE, now_ms)


async def due(tx: Tx, now_ms: int, limit: int) -> list[Due]:
    """Return rooms to look at, those that have waited longest first."""
    return [_due(row) for row in await tx.rows(DUE, now_ms, limit)]


async def locked(tx: Tx, room_id: str) -> Due | None:
    """Lock a room and return it; ``None`` when another worker has it."""
    row = await tx.row(LOCKED, room_id)
    return None if row is None else _due(row)


async def rest(tx: Tx, rooms: Sequence[Due]) -> None:
    """Look at rooms no more, as it is now: they keep everything."""
    await tx.run(
        REST,
        [one.room_id for one in rooms],
        [one.policy.max_ms for one in rooms],
        [one.policy.min_ms for one in rooms],
    )


async def swept(tx: Tx, room_id: str, at: tuple[int, int], until: int | None) -> None:
    """Say how far a room is done, and up to which position messages went, if any did."""
    await tx.run(SWEPT, room_id, *at, until)


async def told(tx: Tx, room_id: str, until: int) -> None:
    """Say that every worker knows of what went, up to a position."""
    await tx.run(TOLD, room_id, until)


async def look_again(tx: Tx, room_id: str, then_ms: int) -> None:
    """Say when to look at a room again."""
    await tx.run(LOOK_AGAIN, room_id, then_ms)


async def count(tx: Tx, day: date, events_count: int, bytes_count: int) -> None:
    """Count what went on a day."""
    await tx.run(COUNT, day, events_count, bytes_count)


async def freed(tx: Tx, since: date) -> Freed:
    """Return what went since a day."""
    row = await tx.row(FREED, since)
    assert row is not None, "a sum has one row"
    return Freed(row[0], row[1])


async def forget_days(tx: Tx, before: date) -> None:
    """Forget days of long ago."""
    await tx.run(FORGET_DAYS, before)


def _due(row: Row) -> Due:
    return Due(row[0], Policy(row[1], row[2]), (row[3], row[4]), row[5])
