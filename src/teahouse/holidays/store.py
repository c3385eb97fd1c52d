"""Statements over school years and their holidays."""

from collections.abc import Sequence
from datetime import date, datetime

from teahouse.holidays.model import YEARS_MAX, Holiday, SchoolYear
from teahouse.infra.db.pool import Tx

PUT_YEAR = """
insert into holidays_years (region, school_year, source, set_at) values ($1, $2, $3, $4)
on conflict (region, school_year) do update
set source = excluded.source, set_at = excluded.set_at"""

DROP_SPANS = "delete from holidays_spans where region = $1 and school_year = $2"

PUT_SPANS = """
insert into holidays_spans (region, school_year, first_day, last_day, zh, en)
select $1, $2, * from unnest($3::date[], $4::date[], $5::text[], $6::text[])"""

DROP_YEAR = "delete from holidays_years where region = $1 and school_year = $2"

# One writer at a time counts, and then adds.
LOCK = "select pg_advisory_xact_lock(hashtextextended('holidays_years', 0))"

COUNT = "select count(*) from holidays_years where not (region = $1 and school_year = $2)"

YEARS = """
select region, school_year, source from holidays_years
order by region, school_year desc limit $1"""

SPANS_OF_YEARS = """
select region, school_year, first_day, last_day, zh, en from holidays_spans
order by region, school_year, first_day"""

SPANS = """
select first_day, last_day from holidays_spans where region = any($1::text[]) order by first_day"""

REGIONS = "select distinct region from holidays_years order by region"


async def put(tx: Tx, year: SchoolYear, at: datetime) -> None:
    """Keep a school year, instead of what was kept of it."""
    key = (year.region, year.school_year)
    await tx.run(PUT_YEAR, *key, year.source.strip(), at)
    await tx.run(DROP_SPANS, *key)
    rows = [(one.first, one.last, one.zh.strip(), one.en.strip()) for one in year.holidays]
    await tx.run(PUT_SPANS, *key, *(list(column) for column in zip(*rows, strict=True)))


async def drop(tx: Tx, region: str, school_year: int) -> bool:
    """Forget a school year; false when there is none."""
    return await tx.run(DROP_YEAR, region, school_year) == 1


async def count_others(tx: Tx, region: str, school_year: int) -> int:
    """Return how many other school years there are; nobody adds one until the transaction ends."""
    await tx.run(LOCK)
    return await tx.value(COUNT, region, school_year)


async def years(tx: Tx) -> list[SchoolYear]:
    """Return all school years, by region, the newest first."""
    holidays: dict[tuple[str, int], list[Holiday]] = {}
    for region, school_year, *one in await tx.rows(SPANS_OF_YEARS):
        holidays.setdefault((region, school_year), []).append(Holiday(*one))
    return [
        SchoolYear(region, school_year, source, holidays.get((region, school_year), []))
        for region, school_year, source in await tx.rows(YEARS, YEARS_MAX)
    ]


async def spans(tx: Tx, regions: Sequence[str]) -> tuple[tuple[date, date], ...]:
    """Return the first and last days of all holidays of some regions."""
    return tuple((row[0], row[1]) for row in await tx.rows(SPANS, list(regions)))


async def regions(tx: Tx) -> list[str]:
    """Return the regions of which anything is known."""
    return [row[0] for row in await tx.rows(REGIONS)]
