"""Every statement over sliding sync's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.slidingsync.model.knowing import Delta, Known

HELD = """
select turn, pending, configs from slidingsync_connections
where session_id = $1 and conn_id = $2"""
LOCKED = """
select turn, pending, configs from slidingsync_connections
where session_id = $1 and conn_id = $2 for no key update"""
ROOMS = """
select distinct on (room_id) room_id, membership, pos, event_limit, config, members, is_dm, gone
from slidingsync_rooms where session_id = $1 and conn_id = $2 and turn <= $3
order by room_id, turn desc"""
BEGIN = """
insert into slidingsync_connections (session_id, conn_id, turn, pending, configs, used_at)
values ($1, $2, 0, 0, '[]', $3) on conflict do nothing"""
END = "delete from slidingsync_connections where session_id = $1 and conn_id = $2"
OLDEST = """
delete from slidingsync_connections where session_id = $1 and conn_id = any(
    select conn_id from slidingsync_connections where session_id = $1
    order by used_at desc, conn_id offset $2
)"""
# What is replaced by what the client has by now; and what it has no more.
SETTLE = """
delete from slidingsync_rooms old where session_id = $1 and conn_id = $2 and (
    turn < $3 and exists (
        select from slidingsync_rooms new
        where new.session_id = $1 and new.conn_id = $2 and new.turn = $3
            and new.room_id = old.room_id
    ) or turn = $3 and gone
)"""
# An answer that never arrived.
TAKE_BACK = """
delete from slidingsync_rooms where session_id = $1 and conn_id = $2 and turn > $3"""
MOVE = """
update slidingsync_connections set turn = $3, pending = $4, configs = $5, used_at = $6
where session_id = $1 and conn_id = $2"""
ADD = """
insert into slidingsync_rooms (
    session_id, conn_id, turn, room_id, membership, pos, event_limit, config, members, is_dm, gone
)
select $1, $2, $3, new.room_id, new.membership, new.pos, new.event_limit, new.config, new.members,
    new.is_dm, new.gone
from unnest(
    $4::text[], $5::text[], $6::bigint[], $7::integer[], $8::integer[], $9::text[], $10::boolean[],
    $11::boolean[]
) as new (room_id, membership, pos, event_limit, config, members, is_dm, gone)"""
PURGE = "delete from slidingsync_connections where used_at < $1"

GONE = Known("")


class Held(NamedTuple):
    """A connection's row."""

    turn: int
    pending: int
    configs: str


async def held(tx: Tx, session_id: str, conn_id: str, lock: bool = False) -> Held | None:
    """Return a connection's row."""
    row = await tx.row(LOCKED if lock else HELD, session_id, conn_id)
    return None if row is None else Held(row[0], row[1], row[2])


async def rooms(tx: Tx, session_id: str, conn_id: str, turn: int) -> dict[str, Known]:
    """Return what a connection's client has as of a turn."""
    return {
        row[0]: Known(row[1], row[2], row[3], row[4], tuple(row[5].split()), row[6])
        for row in await tx.rows(ROOMS, session_id, conn_id, turn)
        if not row[7]
    }


async def begin(tx: Tx, session_id: str, conn_id: str, now: datetime) -> None:
    """Make a connection's row, if there is none."""
    await tx.run(BEGIN, session_id, conn_id, now)


async def end(tx: Tx, session_id: str, conn_id: str) -> None:
    """Forget a connection."""
    await tx.run(END, session_id, conn_id)


async def drop_oldest(tx: Tx, session_id: str, kept: int) -> None:
    """Forget those of a device's connections that were used longest ago."""
    await tx.run(OLDEST, session_id, kept)


async def settle(tx: Tx, session_id: str, conn_id: str, turn: int) -> None:
    """Let what the client has by now replace what it had before."""
    await tx.run(SETTLE, session_id, conn_id, turn)


async def take_back(tx: Tx, session_id: str, conn_id: str, turn: int) -> None:
    """Forget an answer that never arrived."""
    await tx.run(TAKE_BACK, session_id, conn_id, turn)


async def move(
    tx: Tx, session_id: str, conn_id: str, turns: tuple[int, int], configs: str, now: datetime
) -> None:
    """Write at which turn the client stands, and that of the answer which it is given now."""
    await tx.run(MOVE, session_id, conn_id, *turns, configs, now)


async def add(tx: Tx, session_id: str, conn_id: str, turn: int, delta: Delta) -> None:
    """Write what the client has of rooms by an answer."""
    rows = [(room_id, known or GONE, known is None) for room_id, known in delta.items()]
    columns: Sequence[list[object]] = (
        [room_id for room_id, _, _ in rows],
        [known.membership for _, known, _ in rows],
        [known.at for _, known, _ in rows],
        [known.limit for _, known, _ in rows],
        [known.config for _, known, _ in rows],
        [" ".join(known.members) for _, known, _ in rows],
        [known.is_dm for _, known, _ in rows],
        [gone for _, _, gone in rows],
    )
    await tx.run(ADD, session_id, conn_id, turn, *columns)


async def purge(tx: Tx, before: datetime) -> None:
    """Forget connections that nobody has used for long."""
    await tx.run(PURGE, before)
