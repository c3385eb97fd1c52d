# ruff: noqa: S608 - names come from the catalogue of the database, and are quoted
"""Traces: looks through the whole database for the ids of accounts that are erased [B30].

Each domain takes away what it knows of; a row that none of them knows would stay for ever. So every
column of text is looked at, whatever store it belongs to, but for those in which an id is meant to
stay. A column that leads an index is asked through it; all others of a table are read in one pass, a
stretch of pages at a time. Nothing is sampled. It takes as long for one account as for a thousand.
"""

from collections.abc import Collection, Sequence
from typing import LiteralString, NamedTuple, cast

from teahouse.infra.db.pool import Database

BLOCKS = 4096  # of a table, read at a time
BLOCK_BYTES = 8192

_COLUMNS: LiteralString = """
select c.relname::text, a.attname::text, a.atttypid = 'text[]'::regtype,
    (pg_relation_size(c.oid) / current_setting('block_size')::bigint)::bigint,
    exists (
        select from pg_index i join pg_class x on x.oid = i.indexrelid
        join pg_am m on m.oid = x.relam
        where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indpred is null
            and i.indisvalid and m.amname = 'btree'
    )
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and a.attnum > 0 and not a.attisdropped
    and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype)
order by 1, a.attnum"""


class Trace(NamedTuple):
    """So many rows of a column hold an id that should be in none."""

    value: str
    name: str  # table.column
    rows: int


class Traced(NamedTuple):
    """What was found, and how much was looked at: ``bytes_read`` are of tables read to their end."""

    traces: Sequence[Trace]
    tables: int
    by_index: int  # columns
    by_reading: int  # columns
    bytes_read: int


class _Column(NamedTuple):
    table: str
    column: str
    is_array: bool
    blocks: int
    indexed: bool

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


async def traced(db: Database, values: Sequence[str], stays: Collection[str]) -> Traced:
    """Look for ids as whole values of columns. ``stays``: the columns in which they may be."""
    async with db.read() as tx:
        columns = [_Column(*row) for row in await tx.rows(_COLUMNS)]
    looked = [one for one in columns if one.name not in stays]
    found: list[Trace] = []
    asked = [one for one in looked if one.indexed and not one.is_array]
    for one in asked:
        async with db.read() as tx:
            rows = await tx.rows(_by_index(one), values)
        found += [Trace(row[0], one.name, row[1]) for row in rows]
    by_table: dict[str, list[_Column]] = {}
    for one in looked:
        if one not in asked:
            by_table.setdefault(one.table, []).append(one)
    for of_table in by_table.values():
        found += await _read(db, of_table, values)
    return Traced(
        sorted(found),
        len({one.table for one in looked}),
        len(asked),
        len(looked) - len(asked),
        BLOCK_BYTES * sum(of_table[0].blocks for of_table in by_table.values()),
    )


async def _read(db: Database, columns: Sequence[_Column], values: Sequence[str]) -> list[Trace]:
    query, counts = _by_reading(columns), dict[tuple[str, str], int]()
    for block in range(0, columns[0].blocks + 1, BLOCKS):
        async with db.read() as tx:
            rows = await tx.rows(query, values, f"({block},0)", f"({block + BLOCKS},0)")
        for value, column, count in rows:
            counts[value, column] = counts.get((value, column), 0) + count
    table = columns[0].table
    return [Trace(value, f"{table}.{name}", count) for (value, name), count in counts.items()]


def _by_index(one: _Column) -> LiteralString:
    column = _quoted(one.column)
    return (
        f"select {column}, count(*) from {_quoted(one.table)}"
        f" where {column} = any ($1::text[]) group by 1"
    )


def _by_reading(columns: Sequence[_Column]) -> LiteralString:
    """Return a statement that reads a stretch once, and takes apart only the rows that hold one."""
    tests: list[LiteralString] = []
    parts: list[LiteralString] = []
    for one in columns:
        column, told = _of(one.column), _told(one.column)
        if one.is_array:
            tests.append(f"{column} && $1::text[]")
            parts.append(f"select {told}, value from unnest({column}) as held (value)")
        else:
            tests.append(f"{column} = any ($1::text[])")
            parts.append(f"select {told}, {column}")
    return (
        f"select part.value, part.name, count(*) from {_quoted(columns[0].table)} looked,"
        f" lateral ({' union all '.join(parts)}) as part (name, value)"
        " where looked.ctid >= $2::text::tid and looked.ctid < $3::text::tid"
        f" and ({' or '.join(tests)}) and part.value = any ($1::text[]) group by 1, 2"
    )


def _of(name: str) -> LiteralString:
    """Return a column of the table that is read."""
    return f"looked.{_quoted(name)}"


def _quoted(name: str) -> LiteralString:
    """Return a name of the catalogue as SQL writes it: the one place where text becomes a query."""
    return cast("LiteralString", '"' + name.replace('"', '""') + '"')


def _told(name: str) -> LiteralString:
    """Return a name of the catalogue as a text of SQL."""
    return cast("LiteralString", "'" + name.replace("'", "''") + "'::text")
