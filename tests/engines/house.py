"""A real ``teahouse serve`` to be started, asked, killed and looked after."""

import asyncio
import os
import re
import select
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from teahouse.cli.readiness import answers

PATIENCE_SECONDS = 40.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """Return ours, without settings of ours, with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEAHOUSE_")}
    return kept | {f"TEAHOUSE_{name.upper()}": value for name, value in settings.items()}


async def run(*words: str, settings: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command to its end and return its exit code, its output and its errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "teahouse", *words,
        env=environment(**(settings or {})),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


def ended(process: int, seconds: float = 20.0) -> bool:
    """Tell whether a process that is not our child ends in time."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


@dataclass
class Server:
    """One running server."""

    data: Path
    port: int
    process: asyncio.subprocess.Process
    heard: list[str] = field(default_factory=list)

    @classmethod
    async def start(cls, data: Path, *options: str, **settings: str) -> "Server":
        """Start it and wait until it says that it is open."""
        port = free_port()
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # What runs in the background ignores it; a server that inherits that, does, too.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "teahouse", "serve",
            "--data-dir", str(data), "--listen", f"127.0.0.1:{port}", *options,
            env=environment(**settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        server = cls(data, port, process)
        await server.says("Teahouse is open")
        return server

    async def says(self, words: str) -> str:
        """Wait for a line with ``words`` in it."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.process.stdout.readline()).decode():
                self.heard.append(line)
                if words in line:
                    return line
        raise AssertionError(f"it ended without saying {words!r}: {''.join(self.heard)}")

    async def ready(self) -> None:
        """Wait until it answers that it is ready."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await answers("127.0.0.1", self.port):
                pass

    def children(self, of: int | None = None) -> dict[int, str]:
        """Return every process below it, with its command line."""
        found: dict[int, str] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                status = (entry / "status").read_text()
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            parent = re.search(r"^PPid:\t(\d+)$", status, re.MULTILINE)
            if parent and int(parent[1]) == (of or self.process.pid):
                found[int(entry.name)] = words
                found |= self.children(int(entry.name))
        return found

    def child(self, words: str) -> int:
        """Return the first direct child whose command line has ``words`` in it."""
        return min(pid for pid, line in self.children().items() if words in line)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it, if it runs, and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            self.heard.append((await self.process.stdout.read()).decode())
            return await self.process.wait()
