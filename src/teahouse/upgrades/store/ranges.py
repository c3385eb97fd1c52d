"""Stretches of work and who has them, the hands, what was compared. Leases go by the database's clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.infra.db.pool import Tx
from teahouse.renewals.model.sums import ColumnSums, Sums

HAND_SECONDS = 15.0

FORGET_STAGE = "delete from upgrades_ranges where run_id = $1 and stage = $2"
LAY = """
insert into upgrades_ranges (run_id, stage, place, number, rank, starts, upto, cursor)
values ($1, $2, $3, $4, $5, $6, $7, $6)"""
# Those who claim pass over what another is just claiming.
CLAIM = """
with free as materialized (
    select place, number from upgrades_ranges
    where run_id = $1 and stage = $2 and done_at is null
        and (claimed_until is null or claimed_until < clock_timestamp())
    order by rank, turn, place, number limit 1 for no key update skip locked
)
update upgrades_ranges r set claimed_by = $3,
    claimed_until = clock_timestamp() + make_interval(secs => $4)
from free
where r.run_id = $1 and r.stage = $2 and r.place = free.place and r.number = free.number
returning r.place, r.number, r.starts, r.upto, r.cursor, r.turn, r.missed"""
# Commits that say how far one is need not wait for the disk. What a crash takes back is the end of
# the log: a cursor never stays without the rows before it, and what comes after it, such as the next
# state of the run, is written out together with all of them.
RENEW = """
with quick as materialized (select set_config('synchronous_commit', 'off', true))
update upgrades_ranges set claimed_until = clock_timestamp() + make_interval(secs => $6)
from quick where run_id = $1 and stage = $2 and place = $3 and number = $4 and claimed_by = $5
    and done_at is null"""
ADVANCE = """
with quick as materialized (select set_config('synchronous_commit', 'off', true))
update upgrades_ranges set cursor = $6, missed = missed + $7,
    claimed_until = clock_timestamp() + make_interval(secs => $8)
from quick where run_id = $1 and stage = $2 and place = $3 and number = $4 and claimed_by = $5
    and done_at is null"""
FINISH = """
update upgrades_ranges set done_at = $6, claimed_by = null, claimed_until = null
where run_id = $1 and stage = $2 and place = $3 and number = $4 and claimed_by = $5
    and done_at is null"""
AGAIN = """
update upgrades_ranges set cursor = starts, turn = turn + 1, missed = 0, claimed_by = null,
    claimed_until = clock_timestamp() + make_interval(secs => $6)
where run_id = $1 and stage = $2 and place = $3 and number = $4 and claimed_by = $5
    and done_at is null"""
LET_GO = """
update upgrades_ranges set claimed_by = null, claimed_until = null
where run_id = $1 and stage = $2 and place = $3 and number = $4 and claimed_by = $5"""
TOLD = """
update upgrades_ranges set seen = $5, opened = $6, erased = $7, old = $8, broken = $9,
    unindexed = $10, same = $11, changed = $12, named = $13, columns = $14::text::jsonb
where run_id = $1 and stage = $2 and place = $3 and number = $4"""
LEFT = """
select count(*) from upgrades_ranges where run_id = $1 and stage = $2 and done_at is null"""
SUMS = """
select place, sum(seen)::bigint, sum(opened)::bigint, sum(erased)::bigint, sum(old)::bigint,
    sum(broken)::bigint, sum(unindexed)::bigint, sum(same)::bigint, sum(changed)::bigint
from upgrades_ranges where run_id = $1 and stage = $2 group by place order by place"""
NAMED = """
select place, named from upgrades_ranges
where run_id = $1 and stage = $2 and named <> '{}' order by place, number limit $3"""
# By column: the figures in the order of ``ColumnSums``.
COLUMNS = """
select r.place, c.key, array[sum((c.value->>0)::bigint), sum((c.value->>1)::bigint),
    sum((c.value->>2)::bigint), sum((c.value->>3)::bigint), sum((c.value->>4)::bigint),
    sum((c.value->>5)::bigint), sum((c.value->>6)::bigint)]::bigint[]
from upgrades_ranges r, jsonb_each(r.columns) c
where r.run_id = $1 and r.stage = $2 group by r.place, c.key order by r.place, c.key"""

SEEN = """
with quick as materialized (select set_config('synchronous_commit', 'off', true))
insert into upgrades_hands (hand_id, host, pid, seen_at)
select $1, $2, $3, clock_timestamp() from quick
on conflict (hand_id) do update set seen_at = excluded.seen_at"""
HANDS = """
select hand_id, host, pid, seen_at from upgrades_hands
where seen_at > clock_timestamp() - make_interval(secs => $1) order by hand_id"""
GONE = "delete from upgrades_hands where hand_id = $1"
LEADS_NO_MORE = "update upgrades_runs set led_until = null where led_by = $1"
HOLDS_NO_MORE = """
update upgrades_ranges set claimed_by = null, claimed_until = null
where claimed_by = $1 and done_at is null"""
FORGET_HANDS = "delete from upgrades_hands where seen_at < clock_timestamp() - interval '1 day'"

KEEP = """
insert into upgrades_digests (run_id, place, column_name, row_key, digest)
select $1, $2, n.column_name, n.row_key, n.digest
from unnest($3::text[], $4::text[], $5::bytea[]) as n (column_name, row_key, digest)
on conflict do nothing"""
COMPARED = """
select d.column_name, count(*) filter (where d.digest = n.digest),
    count(*) filter (where d.digest <> n.digest)
from upgrades_digests d
join unnest($3::text[], $4::text[], $5::bytea[]) as n (column_name, row_key, digest)
    on d.column_name = n.column_name and d.row_key = n.row_key
where d.run_id = $1 and d.place = $2 group by d.column_name"""
FORGET_DIGESTS = "delete from upgrades_digests where run_id = $1"


class Lay(NamedTuple):
    """A stretch that is to be done."""

    place: str
    number: int
    rank: int
    starts: str
    upto: str


class Claimed(NamedTuple):
    """A stretch that a hand has, and how far it is."""

    place: str
    number: int
    starts: str
    upto: str
    cursor: str
    turn: int
    missed: int


class Claim(NamedTuple):
    """Whose a stretch is: run, stage, place, number, hand."""

    run_id: str
    stage: str
    place: str
    number: int
    hand_id: str


class HandRow(NamedTuple):
    """A process that works."""

    hand_id: str
    host: str
    pid: int
    seen_at: datetime


Digests = Sequence[tuple[str, str, bytes]]  # column, row, digest


async def lay(tx: Tx, run_id: str, stage: str, ranges: Sequence[Lay]) -> None:
    """Lay out the stretches of a stage; those of before are forgotten."""
    await tx.run(FORGET_STAGE, run_id, stage)
    await tx.run_many(LAY, [(run_id, stage, *one) for one in ranges])


async def claim(
    tx: Tx, run_id: str, stage: str, hand_id: str, seconds: float
) -> tuple[Claim, Claimed] | None:
    """Take the next stretch that nobody has, on lease."""
    row = await tx.row(CLAIM, run_id, stage, hand_id, seconds)
    if row is None:
        return None
    found = Claimed(*row)
    return Claim(run_id, stage, found.place, found.number, hand_id), found


async def renew(tx: Tx, mine: Claim, seconds: float) -> bool:
    """Keep a stretch; false when it is another's by now."""
    return await tx.run(RENEW, *mine, seconds) == 1


async def advance(tx: Tx, mine: Claim, cursor: str, missed: int, seconds: float) -> bool:
    """Note how far a stretch is, and keep it; false when it is another's by now."""
    return await tx.run(ADVANCE, *mine, cursor, missed, seconds) == 1


async def finish(tx: Tx, mine: Claim, at: datetime) -> bool:
    """Note that a stretch is done; false when it is another's by now."""
    return await tx.run(FINISH, *mine, at) == 1


async def again(tx: Tx, mine: Claim, seconds: float) -> bool:
    """Give a stretch back, to be gone through once more after a while."""
    return await tx.run(AGAIN, *mine, seconds) == 1


async def let_go(tx: Tx, mine: Claim) -> None:
    """Give a stretch back as it is."""
    await tx.run(LET_GO, *mine)


async def told(tx: Tx, mine: Claim, sums: Sums) -> None:
    """Note what the verifier found in a stretch."""
    counts = (sums.seen, sums.opened, sums.erased, sums.old, sums.broken, sums.unindexed)
    columns = msgspec.json.encode(sums.columns).decode()
    await tx.run(TOLD, *mine[:4], *counts, sums.same, sums.changed, list(sums.named), columns)


async def left(tx: Tx, run_id: str, stage: str) -> int:
    """Count the stretches of a stage that are not done."""
    return await tx.value(LEFT, run_id, stage)


async def sums(tx: Tx, run_id: str, stage: str, named_max: int) -> list[Sums]:
    """Return what the verifier found, by table."""
    named: dict[str, list[str]] = {}
    for place, names in await tx.rows(NAMED, run_id, stage, named_max):
        named.setdefault(place, []).extend(names)
    columns: dict[str, dict[str, ColumnSums]] = {}
    for place, column, figures in await tx.rows(COLUMNS, run_id, stage):
        columns.setdefault(place, {})[column] = ColumnSums(*figures)
    rows = await tx.rows(SUMS, run_id, stage)
    return [
        Sums(*row, named=tuple(named.get(row[0], [])[:named_max]), columns=columns.get(row[0], {}))
        for row in rows
    ]


async def seen(tx: Tx, hand_id: str, host: str, pid: int) -> None:
    """Say that a hand is there."""
    await tx.run(SEEN, hand_id, host, pid)


async def hands(tx: Tx) -> list[HandRow]:
    """Return the hands that are there."""
    return [HandRow(*row) for row in await tx.rows(HANDS, HAND_SECONDS)]


async def gone(tx: Tx, hand_id: str) -> None:
    """Take a hand off the list, with all that it has, and those that have long been gone."""
    await tx.run(LEADS_NO_MORE, hand_id)
    await tx.run(HOLDS_NO_MORE, hand_id)
    await tx.run(GONE, hand_id)
    await tx.run(FORGET_HANDS)


async def keep(tx: Tx, run_id: str, place: str, digests: Digests) -> None:
    """Keep digests from before."""
    await tx.run(KEEP, run_id, place, *_columns(digests))


async def compared(tx: Tx, run_id: str, place: str, digests: Digests) -> dict[str, tuple[int, int]]:
    """Count, by column, those of before that are the same now, and those that are not."""
    rows = await tx.rows(COMPARED, run_id, place, *_columns(digests))
    return {row[0]: (row[1], row[2]) for row in rows}


async def forget_digests(tx: Tx, run_id: str) -> None:
    """Forget what was kept to be compared."""
    await tx.run(FORGET_DIGESTS, run_id)


def _columns(digests: Digests) -> list[list[object]]:
    return [list(one) for one in zip(*digests, strict=True)] or [[], [], []]
