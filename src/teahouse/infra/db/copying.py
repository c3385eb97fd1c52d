"""Whole tables out of a database, and into an empty one, as PostgreSQL's own text format.

Out: within one snapshot, so that all tables are of the same moment. In: in one transaction, so that
all of it is there or nothing is. Foreign keys are taken off for the while and put back, which
checks every row of them; triggers sleep. The migrator's book is no row of ours: it is written by
bringing the schema up.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg

from teahouse.errors import Conflict, Unavailable
from teahouse.infra.db.pool import Row, Tx

# By the page, so that an answer does not hold the names of a million files.
NAMES_AT_ONCE = 10_000

UNHURRIED = "set local statement_timeout = 0"
TABLES = """
select c.relname, array_agg(a.attname::text order by a.attname)
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'db_migrations'
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
group by c.relname order by c.relname collate "C" """
BOOK = "select name, encode(digest, 'hex') from db_migrations order by name"
FOREIGN_KEYS = """
select r.relname, k.conname, pg_get_constraintdef(k.oid)
from pg_constraint k join pg_class r on r.oid = k.conrelid
where k.contype = 'f' and k.connamespace = 'public'::regnamespace order by 1, 2"""
ANYTHING = """
select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"""

Chunks = AsyncIterator[bytes]
Write = Callable[[bytes], Awaitable[None]]


class NotEmpty(Conflict):
    """There is something in the database already."""

    code = "db.not_empty"


class Table(NamedTuple):
    """A table and those of its columns that are written, in the order of the alphabet."""

    name: str
    columns: tuple[str, ...]


async def unhurried(tx: Tx) -> None:
    """Let a statement of this transaction take as long as it takes."""
    await tx.run(UNHURRIED)


async def tables(tx: Tx) -> list[Table]:
    """Return every table there is."""
    return [Table(row[0], tuple(row[1])) for row in await tx.rows(TABLES)]


async def migrations(tx: Tx) -> dict[str, str]:
    """Return the applied migrations and the digests of their texts, in hexadecimal."""
    return {row[0]: row[1] for row in await tx.rows(BOOK)}


async def copy_out(tx: Tx, table: Table, write: Write) -> int:
    """Give a table's rows to ``write``, piece by piece, and return how many rows that were."""
    return await tx.copy_out(table.name, table.columns, write)


async def check_empty(dsn: str) -> None:
    """Refuse a database in which there is a table. Raises ``NotEmpty``, ``Unavailable``."""
    connection = await _connect(dsn)
    try:
        if await connection.fetchval(ANYTHING):
            raise NotEmpty
    finally:
        await connection.close()


class Loading:
    """A transaction that fills a database whose schema has just been brought up."""

    def __init__(self, connection: Any, keys: Sequence[Row]) -> None:
        self._connection = connection
        self._keys = keys
        self.tx = Tx(connection)

    async def tables(self) -> list[Table]:
        """Return every table there is."""
        return await tables(self.tx)

    async def copy_in(self, table: Table, chunks: Chunks) -> int:
        """Append rows that ``copy_out`` gave; return how many."""
        done: str = await self._connection.copy_to_table(
            table.name, source=chunks, columns=table.columns
        )
        return int(done.rpartition(" ")[2])

    async def begin(self) -> None:
        """Take off what would stand in the way, and the rows that migrations bring along."""
        names = [_quoted(table.name) for table in await self.tables()]
        await self._connection.execute(UNHURRIED)
        for table, key, _ in self._keys:
            await self._connection.execute(
                f"alter table {_quoted(table)} drop constraint {_quoted(key)}"
            )
        for name in names:
            await self._connection.execute(f"alter table {name} disable trigger user")
        await self._connection.execute(f"truncate {', '.join(names)}")

    async def end(self) -> None:
        """Put back what was taken off. Raises when a row lacks the one that it is about."""
        for name in [_quoted(table.name) for table in await self.tables()]:
            await self._connection.execute(f"alter table {name} enable trigger user")
        for table, key, definition in self._keys:
            await self._connection.execute(
                f"alter table {_quoted(table)} add constraint {_quoted(key)} {definition}"
            )


@asynccontextmanager
async def loading(dsn: str) -> AsyncIterator[Loading]:
    """Open the transaction: committed when the block ends, rolled back when it raises."""
    connection = await _connect(dsn)
    try:
        async with connection.transaction():
            one = Loading(connection, await connection.fetch(FOREIGN_KEYS))
            await one.begin()
            yield one
            await one.end()
    finally:
        await connection.close()


def by_name(found: Mapping[str, Sequence[str]]) -> list[Table]:
    """Return tables from their names and columns, as a manifest tells of them."""
    return [Table(name, tuple(columns)) for name, columns in found.items()]


async def _connect(dsn: str) -> Any:
    try:
        return await asyncpg.connect(dsn, timeout=5, server_settings={"timezone": "UTC"})
    except (OSError, TimeoutError, asyncpg.PostgresError) as gone:
        raise Unavailable(f"PostgreSQL cannot be reached: {gone}") from gone


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
