"""Every statement over the log's tables."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.infra.db.pool import Tx

SHARD = 0

# Whoever holds the head and says nothing for five seconds loses it, and its transaction: a worker
# that was stopped, or whose machine is gone, would otherwise hold up every other.
APPEND = """
with head as (
    update log_shards set head = head + cardinality($2::text[]) where shard = $1 returning head
), written as (
    insert into log_entries (shard, pos, kind, key, body)
    select $1, head.head - cardinality($2::text[]) + entry.nth, entry.kind, entry.key, entry.body
    from head, unnest($2::text[], $3::text[], $4::bytea[])
        with ordinality as entry (kind, key, body, nth)
)
select head, set_config('idle_in_transaction_session_timeout', '5s', true) from head"""

HEAD = "select head from log_shards where shard = $1"

READ = """
select pos, kind, key, body from log_entries
where shard = $1 and pos > $2 order by pos limit $3"""

READ_KINDS = """
select pos, kind, key, body from log_entries
where shard = $1 and pos > $2 and pos <= $3 and kind = any($4) order by pos limit $5"""

REWRITE = """
update log_entries entry set body = new.body
from unnest($2::bigint[], $3::bytea[]) as new (pos, body)
where entry.shard = $1 and entry.pos = new.pos"""

CURSOR_NEW = "insert into log_cursors (name, pos) values ($1, $2) on conflict (name) do nothing"

CURSOR_IS = "select exists (select from log_cursors where name = $1)"

CURSOR_TAKE = "select pos from log_cursors where name = $1 for update skip locked"

CURSOR_MOVE = "update log_cursors set pos = $2 where name = $1"

TRIM = """
delete from log_entries where shard = $1 and pos <= least(
    (select coalesce(min(pos), $2) from log_cursors), $2
) and at < now() - make_interval(hours => $3)"""

LEAP = "update log_shards set head = head + $2 where shard = $1 returning head"
INSERT_GAP = "insert into log_gaps (begins, ended, at) values ($1, $2, $3)"
GAPS = "select ended, begins from log_gaps order by begins"

# By name and kinds: whether a follower has not acted yet on something that it acts on.
BEHIND = """
select exists (
    select 1 from log_cursors c join log_entries e on e.shard = $1 and e.pos > c.pos
    where c.name = $2 and e.kind = any($3)
)"""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One announcement as stored: its kind, what it is about, and its encoded body."""

    kind: str
    key: str
    body: bytes


async def append(tx: Tx, entries: Sequence[Entry]) -> int:
    """Write ``entries``, take the head, and return the position of the first."""
    head: int = await tx.value(
        APPEND,
        SHARD,
        [entry.kind for entry in entries],
        [entry.key for entry in entries],
        [entry.body for entry in entries],
    )
    return head - len(entries) + 1


async def head(tx: Tx) -> int:
    """Return the newest position."""
    return await tx.value(HEAD, SHARD)


async def read(tx: Tx, after: int, limit: int) -> list[tuple[int, Entry]]:
    """Return up to ``limit`` entries after a position, in order."""
    rows = await tx.rows(READ, SHARD, after, limit)
    return [(row[0], Entry(row[1], row[2], row[3])) for row in rows]


async def read_kinds(
    tx: Tx, after: int, until: int, kinds: list[str], limit: int
) -> list[tuple[int, Entry]]:
    """Return up to ``limit`` entries of some kinds in a range, in order."""
    rows = await tx.rows(READ_KINDS, SHARD, after, until, kinds, limit)
    return [(row[0], Entry(row[1], row[2], row[3])) for row in rows]


async def rewrite(tx: Tx, entries: Sequence[tuple[int, bytes]]) -> None:
    """Replace the bodies of entries that are still there."""
    await tx.run(REWRITE, SHARD, [pos for pos, _ in entries], [body for _, body in entries])


async def leap(tx: Tx, by: int, now: datetime) -> int:
    """Go on ``by`` positions later, note the gap, and return the position it goes on after."""
    begins: int = await tx.value(LEAP, SHARD, by)
    await tx.run(INSERT_GAP, begins, begins - by, now)
    return begins


async def gaps(tx: Tx) -> list[tuple[int, int]]:
    """Return (last position before, position it goes on after) of every gap, oldest first."""
    return [(row[0], row[1]) for row in await tx.rows(GAPS)]


async def behind(tx: Tx, name: str, kinds: list[str]) -> bool:
    """Tell whether a follower has yet to act on something."""
    return await tx.value(BEHIND, SHARD, name, kinds)


async def new_cursor(tx: Tx, name: str, pos: int) -> None:
    """Make a follower's cursor unless it has one."""
    await tx.run(CURSOR_NEW, name, pos)


async def has_cursor(tx: Tx, name: str) -> bool:
    """Tell whether a follower has a cursor."""
    return await tx.value(CURSOR_IS, name)


async def take_cursor(tx: Tx, name: str) -> int | None:
    """Lock a follower's cursor and return it, or ``None`` when another worker has it."""
    return await tx.value(CURSOR_TAKE, name)


async def move_cursor(tx: Tx, name: str, pos: int) -> None:
    """Say that a follower has acted on everything up to ``pos``."""
    await tx.run(CURSOR_MOVE, name, pos)


async def trim(tx: Tx, until: int, keep_hours: int) -> int:
    """Delete entries that every follower has passed and that are old; return how many."""
    return await tx.run(TRIM, SHARD, until, keep_hours)
