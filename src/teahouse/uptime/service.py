"""Counting the answers of this worker, and telling what all of them counted."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from teahouse.clock import Clock
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.uptime import store
from teahouse.uptime.model import KEPT, SECONDS_MAX, SETTLED, Second, Spell, capability_of

TELL_SECONDS = 1.0

_log = structlog.get_logger("teahouse.uptime")


@dataclass(repr=False)
class Uptime:
    """What people asked of this worker, until it is told to the database."""

    db: Database
    clock: Clock
    means: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _counted: dict[tuple[str, int], list[int]] = field(
        default_factory=dict[tuple[str, int], list[int]]
    )
    _task: asyncio.Task[None] | None = None

    def know(self, routes: Iterable[tuple[str, str, str]]) -> None:
        """Learn what each route stands for, by its method, path and door."""
        found = {(one[0], one[1]): capability_of(*one) for one in routes}
        self.means = {route: capability for route, capability in found.items() if capability}

    def count(self, method: str, path: str, failed: bool) -> None:
        """Count an answer."""
        capability = self.means.get((method, path))
        if capability is None or len(self._counted) >= SECONDS_MAX:
            return
        second = self.clock.ms() // 1000
        self._counted.setdefault((capability, second), [0, 0])[failed] += 1

    async def tell(self) -> None:
        """Tell the database what was counted since the last time."""
        counted, self._counted = self._counted, {}
        if not counted:
            return
        seconds = sorted(Second(*where, *times) for where, times in counted.items())
        try:
            async with self.db.transaction() as tx:
                await store.add(tx, seconds)
        except Refused:
            for where, times in self._counted.items():
                former = counted.get(where, [0, 0])
                counted[where] = [former[0] + times[0], former[1] + times[1]]
            self._counted = counted  # told when the database is back
            raise

    async def sum_up(self, tx: Tx) -> None:
        """Make minutes of the seconds that every worker has told."""
        now = self.clock.now()
        before = (now - SETTLED).replace(second=0, microsecond=0)
        await store.sum_up(tx, before, now - KEPT)

    async def between(self, begun: datetime, ended: datetime) -> dict[str, Spell]:
        """Return what all workers counted in a time, by capability."""
        async with self.db.read() as tx:
            return await store.between(tx, begun, ended)

    def start(self) -> None:
        """Tell by itself from now on."""
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Tell what is left, and no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._try()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self._try()

    async def _try(self) -> None:
        try:
            await self.tell()
        except Refused as refused:
            _log.warning("answers wait to be told", fault=refused.code)
