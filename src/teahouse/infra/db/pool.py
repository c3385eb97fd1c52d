"""The connection pool and ``Tx``, the only way to say SQL.

A query must be a ``LiteralString``: the type checker refuses a statement built from data, so an
injection cannot be written. Hooks given to ``Tx.after_commit`` run once the commit is durable.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, LiteralString, Protocol

import asyncpg

from teahouse.errors import DiskShort, Unavailable
from teahouse.infra.yielding import give_way_of_postgres

STATEMENT_MS_MAX = 15_000
IDLE_MS_MAX = 60_000  # in a transaction, without a word: then its locks are given back
COUNT_MS_MAX = 60 * 60 * 1000  # of what goes through a whole table: nobody waits for its answer
CONNECT_SECONDS_MAX = 5.0
ASK_EVERY_SECONDS = 1.0
ASK_SECONDS_MAX = 2.0
UNANSWERED_MAX = 2
SILENCE = {  # seconds, seconds, times, and milliseconds for what was sent
    "TCP_KEEPIDLE": 5,
    "TCP_KEEPINTVL": 3,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 15_000,
}
DISK_RETRY_AFTER_MS = 30_000
# The same for PostgreSQL's end, in seconds: who is gone in the middle of a word holds its locks.
SERVER_SILENCE = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
LIMIT = "select set_config('statement_timeout', $1, true)"


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
    asyncpg.IdleInTransactionSessionTimeoutError,  # we were stopped, and others went on
    asyncpg.DeadlockDetectedError,  # it was rolled back whole: asking again is right
    asyncpg.SerializationError,
    asyncpg.InternalClientError,  # a connection that broke between two of its states
)
UniqueViolation: type[Exception] = asyncpg.UniqueViolationError


@contextmanager
def _translated() -> Iterator[None]:
    """Turn "PostgreSQL is not there" into ``Unavailable``; let our own mistakes through.

    Who was cancelled stays so: a roll-back that fails over it must not make it go on.
    """
    try:
        yield
    except asyncpg.DiskFullError as full:  # a table could not grow; PostgreSQL itself goes on
        _check_wanted()
        raise DiskShort(retry_after_ms=DISK_RETRY_AFTER_MS) from full
    except _GONE as gone:
        _check_wanted()
        raise Unavailable from gone
    except asyncpg.InterfaceError as fault:
        if "clos" in str(fault):  # closed, closing: the connection went away under us
            _check_wanted()
            raise Unavailable from fault
        raise


def _notice_silence(connection: Any) -> None:
    """Have the kernel give up a connection by TCP that leads nowhere: by default in two hours."""
    carrier = connection._transport.get_extra_info("socket")  # noqa: SLF001 - it has no other way
    if carrier is None or carrier.family not in (socket.AF_INET, socket.AF_INET6):
        return
    carrier.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in SILENCE.items():
        if hasattr(socket, option):  # not every system knows each
            carrier.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _check_wanted() -> None:
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


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

    async def copy_out(
        self, table: str, columns: Sequence[str], write: Callable[[bytes], Awaitable[None]]
    ) -> int:
        """Give a table's rows to ``write`` as text, piece by piece; return how many rows."""
        done: str = await self._connection.copy_from_table(table, columns=columns, output=write)
        return int(done.rpartition(" ")[2])

    @asynccontextmanager
    async def patient(self) -> AsyncIterator[None]:
        """Give each statement within an hour. Only in a transaction: else it is forgotten."""
        assert self._connection.is_in_transaction(), "a limit of its own has a transaction"
        await self.value(LIMIT, str(COUNT_MS_MAX))
        yield  # what fails takes the limit back with the transaction
        await self.value(LIMIT, str(STATEMENT_MS_MAX))

    def after_commit(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Have ``hook`` called once this transaction is durable, in order of asking."""
        self._hooks.append(hook)

    async def run_hooks(self) -> None:
        """Call the hooks; only the pool does, after the commit."""
        for hook in self._hooks:
            await hook()


class Database:
    """A pool of connections to one PostgreSQL, and a watch over whether it answers.

    A PostgreSQL that hangs keeps its sockets open and says nothing. So one connection of its own
    asks every second; when two questions in a row go unanswered, whoever waits is let go with
    ``Unavailable``, and nobody is sent to wait until an answer comes.
    """

    def __init__(self, pool: Any, dsn: str) -> None:
        self._pool = pool
        self._dsn = dsn
        self._busy: set[Any] = set()
        self._hangs = False
        self._waited, self._lent = 0.0, 0
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, dsn: str, connections_max: int = 10, gives_way: bool = False) -> "Database":
        """Connect, or raise ``Unavailable`` with the reason in one line.

        With ``gives_way`` PostgreSQL's processes for it yield to everything else, where they are
        on this machine and we may say so.
        """

        async def joined(connection: Any) -> None:
            _notice_silence(connection)
            if gives_way and "host=/" in dsn:  # by a socket: it is here
                await give_way_of_postgres(connection.get_server_pid())

        async def no_reset(_connection: Any) -> None:
            """Statements here leave no session state, so the usual reset query is waste."""

        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=connections_max,
                timeout=CONNECT_SECONDS_MAX,
                init=joined,
                reset=no_reset,
                server_settings={
                    "application_name": "teahouse",
                    "statement_timeout": str(STATEMENT_MS_MAX),
                    "idle_in_transaction_session_timeout": str(IDLE_MS_MAX),
                    "jit": "off",
                    "timezone": "UTC",
                    **SERVER_SILENCE,
                },
            )
        except (*_GONE, asyncpg.PostgresError, asyncpg.InterfaceError) as gone:
            raise Unavailable(f"PostgreSQL cannot be reached: {gone}") from gone
        database = cls(pool, dsn)
        database._watch = asyncio.get_running_loop().create_task(database._keep_asking())
        return database

    async def close(self) -> None:
        """Close every connection, giving those in use a moment."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        try:
            await asyncio.wait_for(self._pool.close(), 5)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        if self._hangs:
            raise Unavailable
        began = time.perf_counter()
        with _translated():
            connection = await self._pool.acquire(timeout=CONNECT_SECONDS_MAX)
            self._waited += time.perf_counter() - began
            self._lent += 1
            self._busy.add(connection)
            try:
                yield connection
            except (asyncio.CancelledError, TimeoutError):
                connection.terminate()  # to wait for its answer may be to wait for ever
                raise
            finally:
                self._busy.discard(connection)
                await self._pool.release(connection, timeout=CONNECT_SECONDS_MAX)

    def borrowing(self) -> tuple[float, int]:
        """Return how many seconds were spent waiting for connections so far, and how often."""
        return self._waited, self._lent

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Raises ``Unavailable`` when PostgreSQL does not answer; nothing was changed then, except
        that a commit whose answer was lost may have happened (callers carry idempotency keys).
        """
        async with self._connection() as connection, connection.transaction():
            tx = Tx(connection)
            yield tx
        await tx.run_hooks()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Borrow a connection for single statements that need not agree with each other."""
        async with self._connection() as connection:
            yield Tx(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Tx]:
        """Open a read-only transaction whose statements all see the same moment."""
        async with self._connection() as connection:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                yield Tx(connection)

    async def answers(self) -> bool:
        """Tell whether PostgreSQL answers now; for ``/readyz`` and the doctor."""
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX), self.read() as tx:
                return await tx.value("select 1") == 1
        except (Unavailable, TimeoutError):
            return False

    # -- watching ----------------------------------------------------------------------------

    async def _keep_asking(self) -> None:
        connection: Any = None
        unanswered = 0
        while True:
            await asyncio.sleep(ASK_EVERY_SECONDS)
            try:
                async with asyncio.timeout(ASK_SECONDS_MAX):
                    if connection is None:
                        connection = await asyncpg.connect(self._dsn)
                    await connection.fetchval("select 1")
                unanswered, self._hangs = 0, False
            except (*_GONE, asyncpg.PostgresError, asyncpg.InterfaceError):
                unanswered += 1
                if connection is not None:
                    connection.terminate()
                    connection = None
                if unanswered >= UNANSWERED_MAX:
                    self._let_go()
            except asyncio.CancelledError:
                if connection is not None:
                    connection.terminate()
                raise

    def _let_go(self) -> None:
        """Cut the connections that somebody waits on; each raises ``Unavailable``."""
        self._hangs = True
        for connection in list(self._busy):
            connection.terminate()
