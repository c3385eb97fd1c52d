"""Every statement over uses of files, and over files that may have none."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from teahouse.collection.model import Collected, Limits, Listed, Use
from teahouse.infra.db.pool import Tx

# Uses begin and end side by side; whoever looks whether a file has none does so alone.
BESIDE = "select pg_advisory_xact_lock_shared(7240700)"
ALONE = "select pg_advisory_xact_lock(7240700)"
ALONE_NOW = "select pg_try_advisory_xact_lock(7240700)"

GONE = "select media_id from collection_gone where media_id = any ($1::text[])"

BEGIN = """
insert into collection_uses (holder, place, media_id)
select holder, place, media_id
from unnest($1::text[], $2::text[], $3::text[]) as new (holder, place, media_id)
on conflict do nothing"""

# What stays in use by the same transaction ($4) need not be looked at later.
END = """
with ended as (
    delete from collection_uses used
    using unnest($1::text[], $2::text[]) as gone (holder, place)
    where used.holder = gone.holder and used.place = gone.place returning used.media_id
)
insert into collection_list (media_id, since)
select distinct media_id, $3::timestamptz from ended where media_id <> all ($4::text[])"""

END_OTHERS = """
with ended as (
    delete from collection_uses
    where holder = $1 and place = $2 and media_id <> all ($3::text[]) returning media_id
)
insert into collection_list (media_id, since) select distinct media_id, $4::timestamptz from ended"""

END_ALL_OF = """
with ended as (delete from collection_uses where holder = $1 returning media_id)
insert into collection_list (media_id, since) select distinct media_id, $2::timestamptz from ended"""

LIST = """
insert into collection_list (media_id, since)
select media_id, $2::timestamptz from unnest($1::text[]) as new (media_id)"""

USED = """
select distinct media_id from collection_uses where media_id = any ($1::text[])"""

USES_OF = """
select media_id, holder, place from collection_uses where media_id = any ($1::text[])"""

IS_DUE = """
select exists (select from collection_list where not veiled and since <= $1)
    or exists (select from collection_list where veiled and since <= $2)"""

DUE = """
select number, media_id, veiled from collection_list where not veiled and since <= $1
order by since limit $2 for update skip locked"""

DUE_VEILED = """
select number, media_id, veiled from collection_list where veiled and since <= $1
order by since limit $2 for update skip locked"""

NEWEST = """
select media_id, max(number) from collection_list where media_id = any ($1::text[])
group by media_id"""

DROP_LISTED = "delete from collection_list where number = any ($1::bigint[])"

VEIL = "update collection_list set veiled = true where number = any ($1::bigint[])"

PUT_OFF = "update collection_list set since = $2 where number = any ($1::bigint[])"

FORGET = """
with gone as (
    insert into collection_gone (media_id, gone_at)
    select media_id, $2::timestamptz from unnest($1::text[]) as new (media_id)
    on conflict do nothing
)
delete from collection_list where media_id = any ($1::text[])"""

COUNT = """
insert into collection_days (day, files_count, bytes_count) values ($1, $2, $3)
on conflict (day) do update set files_count = collection_days.files_count + excluded.files_count,
    bytes_count = collection_days.bytes_count + excluded.bytes_count"""

FREED = """
select coalesce(sum(files_count), 0)::bigint, coalesce(sum(bytes_count), 0)::bigint
from collection_days where day >= $1"""

FORGET_DAYS = "delete from collection_days where day < $1"

UNUSED = """
select distinct media_id from collection_list listed where veiled = $1
    and not exists (select from collection_uses used where used.media_id = listed.media_id)
limit $2"""

BEGIN_FILLING = "insert into collection_filling default values on conflict do nothing"

FILLED_UNTIL = """
select stage, at from collection_filling where not done and stage <> 'waiting'
for update skip locked"""

FILL_FROM = "update collection_filling set stage = $1, at = $2::text[]"

END_FILLING = "update collection_filling set done = true"

IS_FILLED = "select exists (select from collection_filling where done)"


async def beside(tx: Tx) -> None:
    """Wait until nobody looks for files without a use, and have none look until the commit."""
    await tx.value(BESIDE)


async def alone(tx: Tx) -> None:
    """Wait until no use is about to begin or end, and have none until the commit."""
    await tx.value(ALONE)


async def alone_now(tx: Tx) -> bool:
    """Have no use begin or end until the commit, if none is about to; tell whether that is so."""
    return await tx.value(ALONE_NOW)


async def gone(tx: Tx, media_ids: Collection[str]) -> set[str]:
    """Return which of some files were taken away."""
    return {row[0] for row in await tx.rows(GONE, list(media_ids))}


async def begin(tx: Tx, uses: Sequence[Use]) -> None:
    """Keep uses."""
    await tx.run(
        BEGIN,
        [one.holder for one in uses],
        [one.place for one in uses],
        [one.media_id for one in uses],
    )


async def end(
    tx: Tx, places: Sequence[tuple[str, str]], now: datetime, still: Iterable[str] = ()
) -> None:
    """End the uses in places; ``still`` are files that the same transaction goes on to use."""
    holders = [holder for holder, _ in places]
    await tx.run(END, holders, [place for _, place in places], now, list(still))


async def end_others(
    tx: Tx, holder: str, place: str, named: Collection[str], now: datetime
) -> None:
    """End the uses in a place of all but some files."""
    await tx.run(END_OTHERS, holder, place, list(named), now)


async def end_all_of(tx: Tx, holder: str, now: datetime) -> None:
    """End all uses of one holder."""
    await tx.run(END_ALL_OF, holder, now)


async def list_files(tx: Tx, media_ids: Sequence[str], now: datetime) -> None:
    """Have files looked at when their time is over."""
    await tx.run(LIST, list(media_ids), now)


async def used(tx: Tx, media_ids: Collection[str]) -> set[str]:
    """Return which of some files are in use."""
    return {row[0] for row in await tx.rows(USED, list(media_ids))}


async def uses_of(tx: Tx, media_ids: Collection[str]) -> list[Use]:
    """Return the uses of some files."""
    rows = await tx.rows(USES_OF, list(media_ids))
    return [Use(holder, place, media_id) for media_id, holder, place in rows]


async def is_due(tx: Tx, limits: Limits) -> bool:
    """Tell whether any file is to be looked at."""
    return await tx.value(IS_DUE, *limits)


async def due(tx: Tx, limits: Limits, limit: int) -> list[Listed]:
    """Return and hold rows of files that are due, the oldest first; first those not veiled."""
    rows = await tx.rows(DUE, limits.plain, limit)
    if not rows and limits.veiled is not None:
        rows = await tx.rows(DUE_VEILED, limits.veiled, limit)
    return [Listed(*row) for row in rows]


async def newest(tx: Tx, media_ids: Collection[str]) -> dict[str, int]:
    """Return the number of the newest row of each file."""
    return {row[0]: row[1] for row in await tx.rows(NEWEST, list(media_ids))}


async def drop_listed(tx: Tx, numbers: Sequence[int]) -> None:
    """Take rows off the list."""
    await tx.run(DROP_LISTED, list(numbers))


async def veil(tx: Tx, numbers: Sequence[int]) -> None:
    """Note of files that an encrypted message may name them."""
    await tx.run(VEIL, list(numbers))


async def put_off(tx: Tx, numbers: Sequence[int], now: datetime) -> None:
    """Have the time of files begin anew."""
    await tx.run(PUT_OFF, list(numbers), now)


async def forget(tx: Tx, media_ids: Collection[str], now: datetime) -> None:
    """Note that files are taken away."""
    await tx.run(FORGET, list(media_ids), now)


async def count(tx: Tx, day: date, files_count: int, bytes_count: int) -> None:
    """Count what went on a day."""
    await tx.run(COUNT, day, files_count, bytes_count)


async def freed(tx: Tx, since: date) -> Collected:
    """Return what went since a day."""
    row = await tx.row(FREED, since)
    assert row is not None, "a sum has one row"
    return Collected(row[0], row[1])


async def forget_days(tx: Tx, before: date) -> None:
    """Forget days of long ago."""
    await tx.run(FORGET_DAYS, before)


async def unused(tx: Tx, veiled: bool, limit: int) -> list[str]:
    """Return files that are listed and have no use."""
    return [row[0] for row in await tx.rows(UNUSED, veiled, limit)]


async def filled_until(tx: Tx) -> tuple[str, list[str]] | None:
    """Hold, and return up to where all was looked through; ``None``: nothing is to be done."""
    await tx.run(BEGIN_FILLING)
    row = await tx.row(FILLED_UNTIL)
    return None if row is None else (row[0], row[1])


async def fill_from(tx: Tx, stage: str, at: Sequence[str]) -> None:
    """Say where to go on looking through what was there before."""
    await tx.run(FILL_FROM, stage, list(at))


async def end_filling(tx: Tx) -> None:
    """Say that all has been looked through."""
    await tx.run(END_FILLING)


async def is_filled(tx: Tx) -> bool:
    """Tell whether all that was there before has been looked through."""
    return await tx.value(IS_FILLED)
