"""What lies between a process and the others: connections that break, wake-ups that go astray.

Whatever may go wrong is drawn here, from one source of randomness: how long anything takes, which
process is killed between which two statements, whose connection breaks and whether what it carried
had arrived, which wake-up is lost, comes twice, late, or before an older one.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import asyncpg

from teahouse.infra.bus.merging import Covers
from teahouse.infra.bus.store import Entry
from teahouse.infra.bus.wakeup import Overheard, Told
from tests.simulation.loop import MINE, Loop, Process
from tests.simulation.postgres import BEGIN, COMMIT, ROLLBACK, SNAPSHOT, Server, Session

CONNECTIONS_MAX = 10
UNTOLD_SECONDS = 7200.0  # until TCP finds out by itself that nobody is there


@dataclass
class Luck:
    """How often what goes wrong in one run. Each run has its own, so that some are wild."""

    killed: float = 0.0  # at a statement's begin or end
    cut: float = 0.0  # on the way there or back
    still: float = 0.0
    late: float = 0.0
    vanished: float = 0.0  # of those killed: nobody tells the server
    lost: float = 0.0  # of wake-ups
    doubled: float = 0.0
    delayed: float = 0.0

    @classmethod
    def drawn(cls, rng: random.Random) -> "Luck":
        def some(most: float) -> float:
            return rng.choice((0.0, most * rng.random(), most * rng.random()))

        return cls(
            killed=some(0.02),
            cut=some(0.03),
            still=some(0.01),
            late=some(0.1),
            vanished=some(0.5),
            lost=some(1.0),
            doubled=some(0.5),
            delayed=some(0.6),
        )


class Network:
    """Carries everything, and has all the bad luck."""

    def __init__(self, loop: Loop, rng: random.Random, server: Server) -> None:
        self.loop = loop
        self.rng = rng
        self.server = server
        self.luck = Luck.drawn(rng)
        self.down_until = 0.0
        self.calm = False  # the faults are over
        self.over = False  # and so is the run: nobody is answered any more
        self.steps = 0
        self.trace = 0
        self.counts: dict[str, int] = {}
        self.killed: Callable[[Process], None] = lambda _process: None

    def happens(self, what: str, likely: float) -> bool:
        """Draw whether something goes wrong."""
        if self.calm or likely <= 0.0 or self.rng.random() >= likely:
            return False
        self.counts[what] = self.counts.get(what, 0) + 1
        return True

    def seconds(self) -> float:
        """Draw how long a way takes: mostly less than a millisecond."""
        if self.happens("late", self.luck.late):
            return self.rng.random() * self.rng.choice((0.05, 0.5, 3.0))
        return 0.0001 + self.rng.random() * 0.0009

    def note(self, *what: Any) -> None:
        """Add to what tells one run from another."""
        self.trace = hash((self.trace, round(self.loop.time() * 1e7), *map(_number, what)))

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something of nobody's after a while."""
        self.loop.call_later(seconds, work, context=Context())

    def step(self, process: Process, connection: "Connection | None" = None) -> bool:
        """Come between two statements: tell whether the process is no more."""
        self.steps += 1
        if self.happens("still", self.luck.still):
            self.loop.stand_still(process, self.rng.choice((0.05, 1.0, 8.0, 40.0)))
        if self.happens("killed", self.luck.killed):
            self.killed(process)
        if connection is not None and self.happens("cut", self.luck.cut):
            connection.break_off()
        return process.dead

    def crash_server(self, seconds: float) -> None:
        """Have PostgreSQL fall and come back."""
        self.down_until = self.loop.time() + seconds
        self.server.crash()


def _number(what: Any) -> int:
    if isinstance(what, str):  # its own hash differs from process to process
        return int.from_bytes(what.encode()[:8], "big") + len(what)
    return hash(what)


class Connection:
    """A process's end of a connection, with the face that ``infra/db`` knows from the driver."""

    def __init__(self, network: Network, process: Process) -> None:
        self._network = network
        self._process = process
        self._answer: asyncio.Future[Any] | None = None
        self.closed = False
        self.session: Session = network.server.connect(self._told_gone)

    # -- what the driver gives -------------------------------------------------------------------

    async def fetch(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return (await self._ask(query, values))[0]

    async def fetchrow(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        rows, _ = await self._ask(query, values)
        return rows[0] if rows else None

    async def fetchval(self, query: str, *values: Any) -> Any:
        rows, _ = await self._ask(query, values)
        return rows[0][0] if rows else None

    async def execute(self, query: str, *values: Any) -> str:
        return f"DID {(await self._ask(query, values))[1]}"

    @asynccontextmanager
    async def transaction(
        self, isolation: str | None = None, readonly: bool = False
    ) -> AsyncIterator[None]:
        await self._ask(BEGIN if isolation is None else SNAPSHOT, ())
        try:
            yield
        except BaseException:
            await self._ask(ROLLBACK, ())
            raise
        await self._ask(COMMIT, ())

    def terminate(self) -> None:
        """Close it at once."""
        if not self.closed:
            self.closed = True
            self._network.later(self._network.seconds(), self._hang_up)

    # -- the way there and back ------------------------------------------------------------------

    async def _ask(self, query: str, values: tuple[Any, ...]) -> Any:
        network = self._network
        if network.over:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed")
        await self._between()
        answer = self._answer = network.loop.create_future()
        network.note(self._process.name, query)
        network.later(network.seconds(), lambda: self._arrives(query, values, answer))
        found = await answer
        await self._between()
        if isinstance(found, Exception):
            raise found
        return found

    async def _between(self) -> None:
        network = self._network
        if network.step(self._process, self):
            await network.loop.create_future()  # a dead process waits for ever
        if self._process.still_until > network.loop.time():
            await asyncio.sleep(0)  # it is not given back before the process goes on
        if self.closed:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed")

    def _arrives(self, query: str, values: Any, answer: "asyncio.Future[Any]") -> None:
        network = self._network
        if network.happens("cut", network.luck.cut):  # before it was heard
            self.break_off()
            return

        def reply(found: Any) -> None:
            if network.happens("cut", network.luck.cut):  # it was done, and nobody is told so
                self.break_off()
            else:
                network.later(network.seconds(), lambda: self._answers(answer, found))

        network.server.ask(self.session, query, values, reply)

    def _answers(self, answer: "asyncio.Future[Any]", found: Any) -> None:
        if not answer.done():
            answer.set_result(found)

    def break_off(self) -> None:
        """Break: the server ends the session, and whoever waits is told."""
        self._hang_up()
        self._told_gone()

    def _hang_up(self) -> None:
        self._network.server.hang_up(self.session)

    def _told_gone(self) -> None:
        self.closed = True
        answer = self._answer
        if answer is not None and not answer.done():
            answer.set_exception(asyncpg.ConnectionDoesNotExistError("connection was closed"))


class Pool:
    """A process's connections."""

    def __init__(self, network: Network, process: Process) -> None:
        self._network = network
        self._process = process
        self._free = asyncio.Semaphore(CONNECTIONS_MAX)
        self.lent: dict[Connection, None] = {}  # in the order of asking

    async def acquire(self, timeout: float) -> Connection:
        async with asyncio.timeout(timeout):
            await self._free.acquire()
        if self._network.over or self._network.down_until > self._network.loop.time():
            self._free.release()
            raise ConnectionRefusedError
        connection = Connection(self._network, self._process)
        self.lent[connection] = None
        return connection

    async def release(self, connection: Connection, timeout: float) -> None:
        self._free.release()
        self.lent.pop(connection, None)
        connection.terminate()

    def fall(self, told: bool) -> None:
        """End with the process: the server is told so, or finds out much later."""
        for connection in self.lent:
            seconds = self._network.seconds() if told else UNTOLD_SECONDS
            self._network.later(seconds, connection._hang_up)


class Bus:
    """Wake-ups between processes, of the worst kind that is still one."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._ears: list[tuple[Process, Told]] = []

    def of(self, process: Process) -> "Ear":
        return Ear(self, process)

    def join(self, process: Process, told: Told) -> None:
        self._ears = [(one, ear) for one, ear in self._ears if not one.dead]
        self._ears.append((process, told))

    async def tell(self, sender: Process, first: int, entries: list[Entry], covers: Covers) -> None:
        network = self._network
        for process, told in self._ears:
            if process is sender:
                continue
            copies = 1 + network.happens("doubled", network.luck.doubled)
            for _ in range(copies):
                if network.happens("lost", network.luck.lost):
                    continue
                seconds = network.seconds()
                if network.happens("delayed", network.luck.delayed):
                    seconds += network.rng.random() * network.rng.choice((0.02, 0.3, 10.0))
                context = Context()
                context.run(MINE.set, process)
                network.loop.call_later(seconds, told, first, entries, covers, context=context)
        await asyncio.sleep(network.seconds())


class Ear:
    """One process's end of the bus."""

    def __init__(self, bus: Bus, process: Process) -> None:
        self._bus, self._process = bus, process

    async def listen(self, told: Told, overheard: Overheard) -> None:
        self._bus.join(self._process, told)

    async def tell(self, first: int, entries: list[Entry], covers: Covers) -> None:
        await self._bus.tell(self._process, first, entries, covers)

    async def whisper(self, kind: str, key: str, body: bytes) -> None:
        """Nobody whispers here."""

    async def close(self) -> None:
        """The process ends with it."""
