"""Every statement over the days of storage, and what the database says of its own size."""

from collections.abc import Mapping
from datetime import date

from teahouse.infra.db.pool import Tx
from teahouse.storage.model import DiskTable, part_of

TABLES = """
select c.relname::text, greatest(c.reltuples, 0)::bigint, pg_table_size(c.oid),
    pg_indexes_size(c.oid)
from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
order by pg_total_relation_size(c.oid) desc, c.relname"""

MAY_SEE_JOURNAL = "select has_function_privilege(current_user, 'pg_ls_waldir()', 'execute')"
JOURNAL = "select coalesce(sum(size), 0)::bigint from pg_ls_waldir()"

MEASURED = "select exists (select from storage_days where day = $1)"

KEEP = """
insert into storage_days (day, part, bytes_count)
select $1, part, bytes_count from unnest($2::text[], $3::bigint[]) as new (part, bytes_count)
on conflict (day, part) do nothing"""

SINCE = """
select day, part, bytes_count from storage_days
where day = (select min(day) from storage_days where day >= $1)"""

PURGE = "delete from storage_days where day < $1"


async def tables(tx: Tx) -> list[DiskTable]:
    """Return the tables of the house, the largest first."""
    return [
        DiskTable(row[0], part_of(row[0]), row[1], row[2], row[3]) for row in await tx.rows(TABLES)
    ]


async def journal(tx: Tx) -> int | None:
    """Return how much the journal (WAL) takes, ``None`` where we may not know."""
    return await tx.value(JOURNAL) if await tx.value(MAY_SEE_JOURNAL) else None


async def measured(tx: Tx, day: date) -> bool:
    """Tell whether a day was measured."""
    return await tx.value(MEASURED, day)


async def keep(tx: Tx, day: date, amounts: Mapping[str, int]) -> None:
    """Keep what the parts take on a day, unless that is known already."""
    await tx.run(KEEP, day, list(amounts), list(amounts.values()))


async def since(tx: Tx, day: date) -> tuple[date, dict[str, int]] | None:
    """Return the first day at or after ``day`` that was measured, and what the parts took then."""
    rows = await tx.rows(SINCE, day)
    return (rows[0][0], {row[1]: row[2] for row in rows}) if rows else None


async def purge(tx: Tx, before: date) -> None:
    """Forget days of long ago."""
    await tx.run(PURGE, before)
