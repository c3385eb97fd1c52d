"""The connection pool and ``Tx``, the only way to say SQL.

A query must be a ``LiteralString``: the type checker refuses a statement built from data, so an
injection cannot be written. Hooks given to ``Tx.after_commit`` run once the commit is durable.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, LiteralString, Protocol

import asyncpg

from teahouse.errors import Unavailable

STATEMENT_MS_MAX = 15_000
CONNECT_SECONDS_MAX = 5.0


class Row(Protocol):
    """One row: by position, by name, or splatted into a struct in column order."""

    def __getitem__(self, key: int | str, /) -> Any: ...

    def __iter__(self) -> Any: ...

    def __len__(self) -> int: ...


_GONE: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
)
UniqueViolation: type[Exception] = asyncpg.UniqueViolationError
SerializationFailure: tuple[type[Exception], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn "PostgreSQL is not there" into ``Unavailable``; let our own mistakes through."""
    try:
        yield
    except _GONE as gone:
        raise Unavailable from gone
    except asyncpg.InterfaceError as fault:
        if "clos" in str(fault):  # closed, closing: the connection went away under us
            raise Unavailable from fault
        raise


class Tx:
    """One transaction. Verbs of other domains that take part in yours take it first."""

    __slots__ = ("_connection", "_hooks")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._hooks: list[Callable[[], Awaitable[None]]] = []

    async def rows(self, query: LiteralString, *values: Any) -> Sequence[Row]:
        """Run a query and return all its rows."""
        return await self._connection.fetch(query, *values)

    async def row(self, query: LiteralString, *values: Any) -> Row | None:
        """Run a query and return its first row, or ``None``."""
        return await self._connection.fetchrow(query, *values)

    async def value(self, query: LiteralString, *values: Any) -> Any:
        """Run a query and return the first column of its first row, or ``None``."""
        return await self._connection.fetchval(query, *values)

    async def run(self, query: LiteralString, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        status: str = await self._connection.execute(query, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def run_many(self, query: LiteralString, values: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of ``values``; a short list, or use ``unnest``."""
        await self._connection.executemany(query, values)

    def after_commit(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Have ``hook`` called once this transaction is durable, in order of asking."""
        self._hooks.append(hook)

    async def run_hooks(self) -> None:
        """Call the hooks; only the pool does, after the commit."""
        for hook in self._hooks:
            await hook()


class Database:
    """A pool of connections to one PostgreSQL."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, dsn: str, connections_max: int = 10) -> "Database":
        """Connect, or raise ``Unavailable`` with the reason in one line."""

        async def no_reset(_connection: Any) -> None:
            """Statements here leave no session state, so the usual reset query is waste."""

        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=connections_max,
                timeout=CONNECT_SECONDS_MAX,
                reset=no_reset,
                server_settings={
                    "application_name": "teahouse",
                    "statement_timeout": str(STATEMENT_MS_MAX),
                    "jit": "off",
                    "timezone": "UTC",
                },
            )
        except (*_GONE, asyncpg.PostgresError) as gone:
            raise Unavailable(f"PostgreSQL cannot be reached: {gone}") from gone
        return cls(pool)

    async def close(self) -> None:
        """Close every connection, giving those in use a moment."""
        try:
            await asyncio.wait_for(self._pool.close(), 5)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Raises ``Unavailable`` when PostgreSQL does not answer; nothing was changed then, except
        that a commit whose answer was lost may have happened (callers carry idempotency keys).
        """
        with _translated():
            async with self._pool.acquire(timeout=CONNECT_SECONDS_MAX) as connection:
                async with connection.transaction():
                    tx = Tx(connection)
                    yield tx
        await tx.run_hooks()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Borrow a connection for single statements that need not agree with each other."""
        with _translated():
            async with self._pool.acquire(timeout=CONNECT_SECONDS_MAX) as connection:
                yield Tx(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """Open a read-only transaction whose statements all see the same moment."""
        with _translated():
            async with self._pool.acquire(timeout=CONNECT_SECONDS_MAX) as connection:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    yield Tx(connection)

    async def answers(self) -> bool:
        """Tell whether PostgreSQL answers now; for ``/readyz`` and the doctor."""
        try:
            async with asyncio.timeout(2), self.read() as tx:
                return await tx.value("select 1") == 1
        except (Unavailable, TimeoutError):
            return False
