"""A server that is listened to all the while, whose processes can be killed one by one."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import msgspec

from teahouse.infra.engines.connection import Engines
from tests.engines.house import Server, free_port


class House:
    """One data directory on one port, opened as often as need be."""

    def __init__(self, data: Path, *options: str, **settings: str) -> None:
        self.data = data
        self.settings = {"test_mode": "1", **settings}
        self.port = free_port()
        self.options = options
        self.server: Server | None = None
        self.said: list[str] = []
        self._draining: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start it and wait until it is open."""
        listen = f"127.0.0.1:{self.port}"
        self.server = await Server.start(
            self.data, "--listen", listen, "--server-name", "s", *self.options, **self.settings
        )
        self.server.port = self.port
        self._draining = asyncio.ensure_future(self._drain(self.server))

    async def _drain(self, server: Server) -> None:
        assert server.process.stdout is not None
        async for line in server.process.stdout:
            self.said.append(line.decode())

    def kill(self, words: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal the first process whose command line has ``words`` in it; return its id."""
        assert self.server is not None
        process = self.server.child(words)
        os.kill(process, number)
        return process

    async def kill_all(self) -> None:
        """Kill the supervisor, as a crash would, and open again."""
        await self.close(signal.SIGKILL)
        await self.open()

    async def close(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop it."""
        if self.server is None:
            return
        with suppress(ProcessLookupError):
            self.server.process.send_signal(number)
        async with asyncio.timeout(60):
            if self._draining is not None:
                await self._draining
            await self.server.process.wait()
        self.server = None

    @property
    def restarts(self) -> list[str]:
        """What the supervisor had to start again."""
        return [line for line in self.said if "starting it again" in line]

    @property
    def faults(self) -> list[str]:
        """What the server itself calls faults."""
        return [line for line in self.said if '"event": "fault"' in line]

    async def connect(self) -> asyncpg.Connection:
        """Return a connection of our own to its PostgreSQL."""
        told = (self.data / "run" / "engines.json").read_bytes()
        return await asyncpg.connect(msgspec.json.decode(told, type=Engines).dsn)


def processes_below(parent: int) -> list[int]:
    """Return the children of a process, and theirs."""
    found: list[int] = []
    for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, tasks.read_text().split()):
            found += [child, *processes_below(child)]
    return found


async def until(check: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Ask again and again; tell whether the answer was yes in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not await check():
                pass
            return True
    return False
