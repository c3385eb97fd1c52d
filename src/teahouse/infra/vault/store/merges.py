"""Whom a newer normaliser would have made one, and who were kept apart."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

# Whoever had the form before, and came later, stands behind the first as well.
MOVE = """
update vault_merges set kept_row = $3, kept = $4
where version = $1 and place = $2 and kept_row = $5"""
# A pair that somebody has looked at in a run before needs no second look.
NOTE = """
insert into vault_merges (
    version, place, what, kept_row, kept, apart_row, apart, found_at, seen_by, seen_at
)
select $1, $2, $3, $4, $5, $6, $7, $8, s.seen_by, s.seen_at
from (select 1) as one left join lateral (
    select seen_by, seen_at from vault_merges
    where place = $2 and kept_row = $4 and apart_row = $6 and seen_at is not null
    order by seen_at limit 1
) s on true
on conflict (version, place, apart_row) do update
set kept_row = excluded.kept_row, kept = excluded.kept"""
MERGES = """
select version, place, what, kept_row, kept, apart_row, apart, found_at, seen_by, seen_at
from vault_merges where version = $1 order by place, kept_row, apart_row limit $2"""
# Those first whose first has been erased, then those that were not looked at for longest.
OLDEST = """
select m.version, m.place, m.what, m.kept_row, m.kept, m.apart_row, m.apart, m.found_at, m.seen_by,
    m.seen_at
from vault_merges m left join vault_subjects s on s.subject_id = m.kept
where m.version = $1
order by (s.destroyed_at is not null) desc, m.looked_at nulls first, m.place, m.apart_row limit $2"""
LOOKED = """
update vault_merges set kept_row = $4, kept = $5, looked_at = $6
where version = $1 and place = $2 and apart_row = $3"""
FORGET = "delete from vault_merges where version = $1 and place = $2 and apart_row = $3"
BEHIND = """
update vault_merges set kept_row = $3, kept = $4
where version = $1 and place = $2 and kept_row = $5"""
COUNT = """
select count(*), count(*) filter (where seen_at is null) from vault_merges where version = $1"""
SEE = """
update vault_merges set seen_by = $2, seen_at = $3 where version = $1 and seen_at is null"""


class Pair(NamedTuple):
    """Two rows of one form, and whose they are. What is written in them is not here."""

    version: int  # of the index key
    place: str
    what: str  # the column
    kept_row: str
    kept: str  # is found by the newer form
    apart_row: str
    apart: str  # is found by the exact form only
    found_at: datetime | None = None
    seen_by: str | None = None
    seen_at: datetime | None = None


async def note(tx: Tx, pair: Pair, at: datetime) -> None:
    """Note who was kept apart from whom."""
    await tx.run(MOVE, pair.version, pair.place, pair.kept_row, pair.kept, pair.apart_row)
    await tx.run(NOTE, *pair[:7], at)


async def listed(tx: Tx, version: int, limit: int) -> list[Pair]:
    """Return who was kept apart under a version of the index key."""
    return [Pair(*row) for row in await tx.rows(MERGES, version, limit)]


async def count(tx: Tx, version: int) -> tuple[int, int]:
    """Return how many there are, and how many nobody has looked at."""
    row = await tx.row(COUNT, version)
    assert row is not None, "a count has a row"
    return row[0], row[1]


async def see(tx: Tx, version: int, actor: str, at: datetime) -> int:
    """Note that somebody has looked at those that there are; return how many were new."""
    return await tx.run(SEE, version, actor, at)


async def oldest(tx: Tx, version: int, limit: int) -> list[Pair]:
    """Return the pairs of a version that are to be looked at next."""
    return [Pair(*row) for row in await tx.rows(OLDEST, version, limit)]


async def looked(tx: Tx, pair: Pair, holder: tuple[str, str], at: datetime) -> None:
    """Note who has the form of a pair now: their row, and who they are; and when that was seen."""
    await tx.run(LOOKED, pair.version, pair.place, pair.apart_row, *holder, at)


async def forget(tx: Tx, pair: Pair) -> None:
    """Forget a pair that is none any more."""
    await tx.run(FORGET, pair.version, pair.place, pair.apart_row)


async def inherited(tx: Tx, pair: Pair) -> None:
    """Note that the other of a pair has the form now: whoever stood behind the first stands there."""
    await forget(tx, pair)
    await tx.run(BEHIND, pair.version, pair.place, pair.apart_row, pair.apart, pair.kept_row)
