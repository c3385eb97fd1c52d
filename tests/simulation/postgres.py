"""PostgreSQL as far as the log leans on it: rows with versions, snapshots, row locks, commits.

A statement that reads sees what was committed when it began, and what its own transaction wrote.
One that writes a row takes the row's lock, waits for whoever holds it, and then goes on from the
newest version ("read committed"). An insertion waits for another of the same key. Locks are given
back by the commit or the rollback. ``test_model_is_true.py`` holds it beside a real one.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Callable, Generator
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from teahouse.infra.db.pool import IDLE_MS_MAX, STATEMENT_MS_MAX
from tests.simulation.loop import Loop

BEGIN, COMMIT, ROLLBACK, SNAPSHOT = "begin", "commit", "rollback", "begin repeatable read"

Key = tuple[str, Any]  # a table and a row's key in it
Found = tuple[list[tuple[Any, ...]], int]  # rows, and how many were touched
Steps = Generator[Key, None, Found]
Reply = Callable[[Any], None]
Statement = Callable[..., Steps]


@dataclass(eq=False)
class Transaction:
    """What one session has begun and not ended."""

    explicit: bool
    snapshot: int | None = None  # of a repeatable read, once it has read
    repeatable: bool = False
    sees: int = 0  # the last commit that the running statement sees
    writes: dict[Key, Any] = field(default_factory=dict)
    locks: list[Key] = field(default_factory=list)
    failed: bool = False
    idle_seconds_max: float | None = IDLE_MS_MAX / 1000


@dataclass(eq=False)
class Session:
    """The server's end of a connection."""

    tx: Transaction | None = None
    gone: bool = False
    nth: int = 0  # counts what was asked
    waits_for: Key | None = None
    told_gone: Callable[[], None] = lambda: None


class Server:
    """One PostgreSQL."""

    def __init__(self, loop: Loop, statements: dict[str, Statement]) -> None:
        self.loop = loop
        self.statements = statements
        self.commits = 0
        self.sequence = 0  # for those who take numbers outside of transactions
        self.sessions: dict[Session, None] = {}  # in the order of coming
        self.judged: list[Callable[[dict[Key, Any]], None]] = []
        self._versions: dict[Key, list[tuple[int, Any]]] = {}
        self._keys: dict[str, list[Any]] = {}
        self._locks: dict[Key, Transaction] = {}
        self._waiting: dict[Key, deque[Callable[[], None]]] = {}

    # -- rows, for statements --------------------------------------------------------------------

    def seen(self, tx: Transaction, key: Key) -> Any:
        """Return a row as the statement sees it; ``None`` when it is not there."""
        if key in tx.writes:
            return tx.writes[key]
        for commit, value in reversed(self._versions.get(key, ())):
            if commit <= tx.sees:
                return value
        return None

    def newest(self, tx: Transaction, key: Key) -> Any:
        """Return a row as it is now, for who holds its lock."""
        return tx.writes[key] if key in tx.writes else self.committed(key)

    def committed(self, key: Key) -> Any:
        """Return a row as whoever comes next would see it."""
        versions = self._versions.get(key)
        return versions[-1][1] if versions else None

    def keys(self, tx: Transaction | None, table: str, after: Any = None) -> list[Any]:
        """Return the keys of a table after one, in order, of rows that may be seen or not."""
        keys = self._keys.get(table, [])
        found = keys[bisect_right(keys, after) :] if after is not None else list(keys)
        own = [key for (of, key) in (tx.writes if tx else ()) if of == table and key not in found]
        return sorted([*found, *(k for k in own if after is None or k > after)]) if own else found

    def lock(self, tx: Transaction, key: Key) -> Generator[Key, None, None]:
        """Take a row's lock; say what is waited for, as often as somebody else has it."""
        while self._locks.get(key, tx) is not tx:
            yield key
        if key not in self._locks:
            self._locks[key] = tx
            tx.locks.append(key)

    def is_locked(self, tx: Transaction, key: Key) -> bool:
        """Tell whether another transaction holds a row."""
        return self._locks.get(key, tx) is not tx

    def write(self, tx: Transaction, key: Key, value: Any) -> None:
        """Write a row whose lock is held."""
        tx.writes[key] = value

    def insert(self, tx: Transaction, key: Key, value: Any) -> Generator[Key, None, bool]:
        """Write a row unless there is one; tell whether there was none.

        Who only holds a row that is there is not waited for: who is putting it there is, and who has
        changed it.
        """
        while (holder := self._locks.get(key, tx)) is not tx and key in holder.writes:
            yield key
        if self.newest(tx, key) is not None:
            return False
        yield from self.lock(tx, key)
        if self.newest(tx, key) is not None:
            return False
        tx.writes[key] = value
        return True

    def insert_new(self, tx: Transaction, key: Key, value: Any) -> Generator[Key, None, None]:
        """Write a row that must not be there yet."""
        if not (yield from self.insert(tx, key, value)):
            raise asyncpg.UniqueViolationError(f"there is one already in {key[0]}")

    def put(self, key: Key, value: Any) -> None:
        """Have a row that is there whatever comes of transactions."""
        self._version(key, self.commits, value)

    # -- sessions --------------------------------------------------------------------------------

    def connect(self, told_gone: Callable[[], None]) -> Session:
        """Let somebody in."""
        session = Session(told_gone=told_gone)
        self.sessions[session] = None
        return session

    def hang_up(self, session: Session) -> None:
        """End a session: what it had begun is rolled back."""
        if session.gone:
            return
        session.gone = True
        self.sessions.pop(session, None)
        if session.tx is not None:
            self._end(session.tx)
            session.tx = None
        session.told_gone()

    def crash(self) -> None:
        """End all sessions at once."""
        for session in list(self.sessions):
            self.hang_up(session)

    def ask(self, session: Session, query: str, values: tuple[Any, ...], reply: Reply) -> None:
        """Do what a session asks, and reply with what came of it, or with what to raise."""
        if session.gone:
            return
        session.nth += 1
        if query in (BEGIN, SNAPSHOT):
            session.tx = Transaction(explicit=True, repeatable=query == SNAPSHOT)
            self._watch_idle(session, session.tx)
            reply(([], 0))
        elif query in (COMMIT, ROLLBACK):
            tx, session.tx = session.tx, None
            assert tx is not None, "nothing was begun"
            if query == COMMIT and not tx.failed:
                self._commit(tx)
            else:
                self._end(tx)
            reply(([], 0))
        else:
            self._begin(session, query, values, reply)

    def _begin(self, session: Session, query: str, values: tuple[Any, ...], reply: Reply) -> None:
        tx = session.tx or Transaction(explicit=False)
        if tx.failed:
            self._watch_idle(session, tx)
            reply(asyncpg.InFailedSQLTransactionError("the transaction is aborted"))
            return
        if tx.repeatable and tx.snapshot is None:
            tx.snapshot = self.commits
        tx.sees = self.commits if tx.snapshot is None else tx.snapshot
        steps = self.statements[query](self, tx, *values)
        nth = session.nth

        def too_slow() -> None:
            if session.nth == nth and session.waits_for is not None and not session.gone:
                session.waits_for = None
                steps.close()
                self._failed(session, tx)
                reply(asyncpg.QueryCanceledError("canceling statement due to statement timeout"))

        self._go_on(session, tx, steps, reply)
        if session.waits_for is not None:
            self.loop.call_later(STATEMENT_MS_MAX / 1000, too_slow, context=Context())

    def _go_on(self, session: Session, tx: Transaction, steps: Steps, reply: Reply) -> None:
        session.waits_for = None
        try:
            key = next(steps)
        except StopIteration as done:
            if not tx.explicit:
                self._commit(tx)
            self._watch_idle(session, tx)
            reply(done.value)
        except asyncpg.PostgresError as fault:
            self._failed(session, tx)
            reply(fault)
        else:
            session.waits_for = key

            def again() -> None:
                if session.waits_for == key and not session.gone:
                    self._go_on(session, tx, steps, reply)

            self._waiting.setdefault(key, deque()).append(again)

    def _watch_idle(self, session: Session, tx: Transaction) -> None:
        if tx.idle_seconds_max is None or session.tx is not tx:
            return
        nth = session.nth

        def too_long() -> None:
            if session.nth == nth:
                self.hang_up(session)

        self.loop.call_later(tx.idle_seconds_max, too_long, context=Context())

    def _failed(self, session: Session, tx: Transaction) -> None:
        tx.failed = True
        self._end(tx)
        self._watch_idle(session, tx)

    def _commit(self, tx: Transaction) -> None:
        if tx.writes:
            self.commits += 1
            for key, value in tx.writes.items():
                self._version(key, self.commits, value)
            for judge in self.judged:
                judge(tx.writes)
        self._end(tx)

    def _end(self, tx: Transaction) -> None:
        tx.writes = {}
        locks, tx.locks = tx.locks, []
        for key in locks:
            del self._locks[key]
            for again in self._waiting.pop(key, ()):
                self.loop.call_soon(again, context=Context())  # nobody's turn but its own

    def _version(self, key: Key, commit: int, value: Any) -> None:
        versions = self._versions.get(key)
        if versions is None:
            versions = self._versions[key] = []
            insort(self._keys.setdefault(key[0], []), key[1])
        versions.append((commit, value))
