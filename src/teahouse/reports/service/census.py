"""Looking at every sink [U-23]. Whoever is above us brings the way to look at what is theirs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.attendance import Attendance
from teahouse.infra.vault.replicas import NotAReplicaError, ReplicaAwayError, Replicas
from teahouse.reports import store
from teahouse.reports.model import looks
from teahouse.reports.model.details import detail, seen_at
from teahouse.reports.model.facts import SinkSeen
from teahouse.reports.model.sinks import SINKS, State

_log = structlog.get_logger("teahouse.reports")
LOG_BYTES_MAX = 16 * 1024 * 1024  # of the end of each file
LOG_FILES_MAX = 100
LOOKS_MAX = 50  # at a replica, until it is there
LOOK_AGAIN_SECONDS = 0.1

Look = Callable[[datetime], Awaitable[SinkSeen]]  # given when the run ended


@dataclass(frozen=True, repr=False)
class Census:
    """Looks at the sinks. ``others`` are looked at by those to whom they belong, by name."""

    db: Database
    jobs: Jobs
    attendance: Attendance
    clock: Clock
    data_dir: Path
    replicas: Replicas
    streams: Callable[[], Awaitable[list[str]]] | None = None  # of the bus, if there is one
    others: dict[str, Look] = field(default_factory=dict[str, Look])

    async def look(self, ended_at: datetime) -> tuple[SinkSeen, ...]:
        """Look at every sink, as things stand for a run that ended then; the database left out."""
        own: dict[str, Look] = {
            "write_ahead": self._write_ahead,
            "replicas": self._replicas,
            "statement_logs": self._statement_logs,
            "caches": self._caches,
            "queue": self._queue,
            "bus": self._bus,
            "program_logs": self._program_logs,
        }
        ways = own | self.others
        found: list[SinkSeen] = []
        for sink in SINKS:
            if sink.name == "primary":
                continue  # the verifier looks at it
            if not sink.looked:
                found.append(seen_at(sink.name, State.DECLARED.value))
                continue
            found.append(await self._one(sink.name, ways.get(sink.name), ended_at))
        return tuple(found)

    async def _one(self, name: str, way: Look | None, ended_at: datetime) -> SinkSeen:
        if way is None:
            return seen_at(name, State.UNREACHABLE.value, [detail("nobody_looks")])
        try:
            return await way(ended_at)
        except Exception as fault:  # noqa: BLE001 - a sink that does not answer is told as such
            _log.warning("a sink did not answer", sink=name, fault=type(fault).__name__)
            said = [detail("fault", fault=type(fault).__name__)]
            return seen_at(name, State.UNREACHABLE.value, said)

    async def _settings(self) -> dict[str, str]:
        async with self.db.read() as tx:
            return await store.settings(tx, list(looks.LOG_SETTINGS))

    async def _write_ahead(self, _ended_at: datetime) -> SinkSeen:
        settings = await self._settings()
        async with self.db.read() as tx:
            idle, dead = await store.idle_slots(tx), await store.dead_rows(tx)
        return looks.write_ahead(settings, idle, dead)

    async def _replicas(self, ended_at: datetime) -> SinkSeen:
        async with self.db.read() as tx:
            found = await store.standbys(tx)
        told = [(one.name, one.behind_seconds, one.known) for one in found]
        seen = looks.replicas(told, self.clock.now(), ended_at)
        if not self.replicas.dsns:
            return seen
        position = await self.replicas.position()
        asked = [
            (number, await self._is_there(number, position)) for number in self.replicas.numbers
        ]
        return looks.asked(asked, seen if len(found) > len(asked) else None)

    async def _is_there(self, number: int, position: str) -> bool | None:
        try:
            for _ in range(LOOKS_MAX):
                if await self.replicas.reached(number, position):
                    return True
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except (NotAReplicaError, ReplicaAwayError):
            return None
        return False

    async def _statement_logs(self, _ended_at: datetime) -> SinkSeen:
        return looks.statement_logs(await self._settings())

    async def _caches(self, _ended_at: datetime) -> SinkSeen:
        async with self.db.read() as tx:
            behind, live = await self.attendance.behind(tx)
        return looks.caches(behind, live)

    async def _queue(self, _ended_at: datetime) -> SinkSeen:
        async with self.db.read() as tx:
            waiting, oldest = await self.jobs.waiting(tx)
        return looks.queue(waiting, oldest)

    async def _bus(self, _ended_at: datetime) -> SinkSeen:
        return looks.bus(None if self.streams is None else await self.streams())

    async def _program_logs(self, _ended_at: datetime) -> SinkSeen:
        return await asyncio.to_thread(_in_files, self.data_dir)


def _in_files(folder: Path) -> SinkSeen:
    """Count what stands in the logs below a folder; of each only its end is read."""
    files = sorted(folder.glob("**/*.log"))[:LOG_FILES_MAX]
    lines = 0
    for path in files:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_BYTES_MAX))
            lines += looks.personal_lines(file)
    return looks.program_logs(len(files), lines)
