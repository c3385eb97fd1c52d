"""Every statement over the log's tables."""

from collections.abc import Mapping, Sequence
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

# With several shards: their heads are held first, in one order, and positions taken afterwards, by
# a statement that sees whatever was committed before they were held. So who begins when another has
# ended comes after it, on whatever shard; and positions of two shards are never the same.
HOLD = """
select shard, head, set_config('idle_in_transaction_session_timeout', '5s', true)
from log_shards where shard = any($1::smallint[]) order by shard for no key update"""

APPEND_SPREAD = """
with newest as (
    select max(head) as pos, count(*) as shards from log_shards
), first as (
    select pos + 1 + mod(mod($1::smallint - pos - 1, shards) + shards, shards) as pos
    from newest where shards = $6
), head as (
    update log_shards set head = first.pos + (cardinality($3::text[]) - 1) * $6
    from first where shard = any($2::smallint[])
), written as (
    insert into log_entries (shard, pos, kind, key, body)
    select $1, first.pos + (entry.nth - 1) * $6, entry.kind, entry.key, entry.body
    from first, unnest($3::text[], $4::text[], $5::bytea[])
        with ordinality as entry (kind, key, body, nth)
)
select pos from first"""

# Of those of some shards on which nobody is writing, the heads. Who writes there after this comes
# after all that was committed before it: ``HOLD`` waits for a lock that this one has taken. The lock
# is gone with the statement, and has nothing to survive a crash for.
QUIET = """
select shard, head, set_config('synchronous_commit', 'off', true)
from log_shards where shard = any($1::smallint[]) for share skip locked"""

HEADS = "select shard, head from log_shards order by shard"
GROW_FROM = "select shard, head from log_shards order by shard for update"
REMOVE_SHARDS = "delete from log_shards"
INSERT_SHARDS = """
insert into log_shards (shard, head) select nth, $2 from generate_series(1, $1::int) as nth"""

HEAD = "select head from log_shards where shard = $1"
NEWEST = "select max(head) from log_shards"

READ = """
select pos, kind, key, body from log_entries
where shard = $1 and pos > $2 order by pos limit $3"""

READ_KINDS = """
select pos, kind, key, body from log_entries
where shard = $1 and pos > $2 and pos <= $3 and kind = any($4) order by pos limit $5"""

READ_SPREAD = """
select entry.pos, entry.kind, entry.key, entry.body
from generate_series(0, $1::int) as of (shard) cross join lateral (
    select pos, kind, key, body from log_entries
    where shard = of.shard and pos > $2 order by pos limit $3
) entry order by entry.pos limit $3"""

READ_KINDS_SPREAD = """
select entry.pos, entry.kind, entry.key, entry.body
from generate_series(0, $1::int) as of (shard) cross join lateral (
    select pos, kind, key, body from log_entries
    where shard = of.shard and pos > $2 and pos <= $3 and kind = any($4) order by pos limit $5
) entry order by entry.pos limit $5"""

REWRITE = """
update log_entries entry set body = new.body
from unnest($1::bigint[], $2::bytea[]) as new (pos, body)
where entry.shard in (select 0 union select shard from log_shards) and entry.pos = new.pos"""

KEPT_FROM = """
select min((select min(pos) from log_entries entry where entry.shard = known.shard))
from (select 0 as shard union select shard from log_shards) as known"""

CURSOR_NEW = "insert into log_cursors (name, pos) values ($1, $2) on conflict (name) do nothing"

CURSOR_IS = "select exists (select from log_cursors where name = $1)"

CURSOR_TAKE = "select pos from log_cursors where name = $1 for update skip locked"

CURSOR_MOVE = "update log_cursors set pos = $2 where name = $1"

# What was trimmed is noted, for a worker that slept: with several shards a hole does not tell.
TRIM = """
with trimmed as (
    delete from log_entries
    where shard in (select 0 union select shard from log_shards) and pos <= least(
        (select coalesce(min(pos), $1) from log_cursors), $1
    ) and at < now() - make_interval(hours => $2)
    returning pos
)
insert into log_trimmed (whole, until)
select true, max(pos) from trimmed having count(*) > 0
on conflict (whole) do update set until = greatest(log_trimmed.until, excluded.until)"""

TRIMMED = "select coalesce(max(until), 0) from log_trimmed"

LEAP = """
update log_shards set head = (select max(head) from log_shards) + $1 returning head"""
INSERT_GAP = "insert into log_gaps (begins, ended, at) values ($1, $2, $3)"
GAPS = "select ended, begins from log_gaps order by begins"

# By name and kinds: whether a follower has not acted yet on something that it acts on.
BEHIND = """
select exists (
    select 1 from log_cursors c join log_entries e
    on e.shard in (select 0 union select shard from log_shards) and e.pos > c.pos
    where c.name = $1 and e.kind = any($2)
)"""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One announcement as stored: its kind, what it is about, and its encoded body."""

    kind: str
    key: str
    body: bytes


async def append(tx: Tx, entries: Sequence[Entry]) -> int | None:
    """Write ``entries``, take the only head, and return the position of the first.

    ``None``: the log has several shards by now.
    """
    head: int | None = await tx.value(
        APPEND,
        SHARD,
        [entry.kind for entry in entries],
        [entry.key for entry in entries],
        [entry.body for entry in entries],
    )
    return None if head is None else head - len(entries) + 1


async def hold(tx: Tx, shards: Sequence[int]) -> list[tuple[int, int]]:
    """Hold some shards' heads until the commit; return each with where it stands."""
    return [(row[0], row[1]) for row in await tx.rows(HOLD, shards)]


async def append_spread(
    tx: Tx, home: int, held: Sequence[int], entries: Sequence[Entry], shards: int
) -> int | None:
    """Write ``entries`` on one of the shards that are held, and return the position of the first.

    The others follow at distances of ``shards``. ``None``: the log has not so many any more.
    """
    return await tx.value(
        APPEND_SPREAD,
        home,
        held,
        [entry.kind for entry in entries],
        [entry.key for entry in entries],
        [entry.body for entry in entries],
        shards,
    )


async def head(tx: Tx) -> int | None:
    """Return the newest position of the only shard; ``None`` when there are several."""
    return await tx.value(HEAD, SHARD)


async def newest(tx: Tx) -> int:
    """Return the newest position there is."""
    return await tx.value(NEWEST)


async def heads(tx: Tx) -> dict[int, int]:
    """Return the newest position of each shard, by its number."""
    return {row[0]: row[1] for row in await tx.rows(HEADS)}


async def quiet(tx: Tx, shards: Sequence[int]) -> list[tuple[int, int]]:
    """Return those of some shards on which nobody is writing, each with its newest position."""
    return [(row[0], row[1]) for row in await tx.rows(QUIET, shards)]


async def hold_all(tx: Tx) -> Mapping[int, int]:
    """Hold all shards' heads, against everybody; return where each stands."""
    return {row[0]: row[1] for row in await tx.rows(GROW_FROM)}


async def replace_shards(tx: Tx, shards: int, head: int) -> None:
    """Have so many shards, from 1 on, which all go on after one position."""
    await tx.run(REMOVE_SHARDS)
    await tx.run(INSERT_SHARDS, shards, head)


async def read_spread(tx: Tx, shards: int, after: int, limit: int) -> list[tuple[int, Entry]]:
    """Return up to ``limit`` entries of all shards after a position, in order."""
    rows = await tx.rows(READ_SPREAD, shards, after, limit)
    return [(row[0], Entry(row[1], row[2], row[3])) for row in rows]


async def read_kinds_spread(
    tx: Tx, shards: int, after: int, until: int, kinds: list[str], limit: int
) -> list[tuple[int, Entry]]:
    """Return up to ``limit`` entries of some kinds of all shards in a range, in order."""
    rows = await tx.rows(READ_KINDS_SPREAD, shards, after, until, kinds, limit)
    return [(row[0], Entry(row[1], row[2], row[3])) for row in rows]


async def trimmed(tx: Tx) -> int:
    """Return up to where there may be entries no more."""
    return await tx.value(TRIMMED)


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
    await tx.run(REWRITE, [pos for pos, _ in entries], [body for _, body in entries])


async def kept_from(tx: Tx) -> int | None:
    """Return the position of the oldest entry that is kept, ``None`` when there is none."""
    return await tx.value(KEPT_FROM)


async def leap(tx: Tx, by: int, now: datetime) -> int:
    """Go on ``by`` positions later, note the gap, and return the position it goes on after."""
    begins: int = await tx.value(LEAP, by)
    await tx.run(INSERT_GAP, begins, begins - by, now)
    return begins


async def gaps(tx: Tx) -> list[tuple[int, int]]:
    """Return (last position before, position it goes on after) of every gap, oldest first."""
    return [(row[0], row[1]) for row in await tx.rows(GAPS)]


async def behind(tx: Tx, name: str, kinds: list[str]) -> bool:
    """Tell whether a follower has yet to act on something."""
    return await tx.value(BEHIND, name, kinds)


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


async def trim(tx: Tx, until: int, keep_hours: int) -> None:
    """Delete entries that every follower has passed and that are old, and note up to where."""
    await tx.run(TRIM, until, keep_hours)
