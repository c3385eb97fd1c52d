"""Attendance: each worker says every second that it lives and which keys it has.

A worker whose keys are out of date reads them again before it says so. One that cannot say so for
ten seconds fences itself: it uses no key until it can. After fifteen the others stop waiting for it.
What needs no keys, such as a page from memory, goes on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.pulse import PulseTaker
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.model import BEAT_SECONDS, FENCE_SECONDS, BadKeys, KeyRef
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.store import workers as store
from teahouse.infra.vault.store.workers import FeltRow, WorkerRow

_log = structlog.get_logger("teahouse.vault")


class Felt(NamedTuple):
    """What is felt of the house now: by worker that serves, and how far behind a replica is."""

    workers: list[FeltRow]
    replica_lag_seconds: float


async def felt(db: Database) -> Felt:
    """Return what users feel of the house."""
    async with db.read() as tx:
        return Felt(await store.felt(tx), await store.replica_lag_seconds(tx))


@dataclass(repr=False)
class Attendance:
    """One worker's part. ``elapsed`` are seconds of a clock that never goes back."""

    db: Database
    ring: KeyRing
    worker: WorkerRow
    elapsed: Callable[[], float] = time.monotonic
    _pulse: PulseTaker | None = None
    _beaten_at: float = 0.0
    _task: asyncio.Task[None] | None = None
    _nudge: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, _pos: int, _changed: KeysChanged) -> None:
        """Look at once: the keys have changed."""
        self._nudge.set()

    def feel(self, pulse: PulseTaker) -> None:
        """Say with each heartbeat what users feel of this worker, and at once when it is much."""
        self._pulse = pulse
        pulse.alarm = self._nudge.set

    def is_fenced(self) -> bool:
        """Tell whether this worker has lost touch with the others."""
        return self.elapsed() - self._beaten_at > FENCE_SECONDS

    async def join(self) -> None:
        """Say for the first time that this worker lives, and fence it from now on."""
        await self.beat()
        self.ring.is_fenced = self.is_fenced

    async def beat(self) -> bool:
        """Say that this worker lives, and read the keys when they are newer; tell whether they are.

        A worker that lacks a key goes on with those that it has, and says no more than that.
        """
        began = self.elapsed()
        if self._pulse is not None:
            self.worker = self.worker._replace(**self._pulse.take()._asdict())
        newest = await self._say()
        current = newest <= self.ring.held.generation or await self._read()
        if current and self.worker.generation < self.ring.held.generation:
            began = self.elapsed()
            await self._say()
        self._beaten_at = began
        return current

    async def behind(self, tx: Tx) -> tuple[list[str], int]:
        """Return which live workers lack the newest keys, by host and process, and how many live."""
        ring, live = await keys_store.ring(tx), await store.live(tx)
        late = [f"{one.host}:{one.pid}" for one in live if one.generation < ring.generation]
        return late, len(live)

    async def start(self) -> None:
        """Join, and go on by itself until stopped."""
        await self.join()
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Leave."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with self.db.transaction() as tx:
                await store.leave(tx, self.worker.worker_id)
        except Refused:
            return  # the others stop waiting by themselves

    async def _say(self) -> int:
        self.worker = self.worker._replace(generation=self.ring.held.generation)
        late, self.ring.late = self.ring.late, Counter[tuple[str, KeyRef]]()
        try:
            async with self.db.transaction() as tx:
                if late:
                    await keys_store.came_late(tx, late)
                self.ring.wraps = await keys_store.wraps(tx)
                return await store.beat(tx, self.worker)
        except Refused:
            self.ring.late += late  # the next one tells
            raise

    async def _read(self) -> bool:
        try:
            async with self.db.read() as tx:
                await self.ring.reload(tx)
        except BadKeys as lacks:
            _log.error("a key is not here", words=str(lacks))
            return False
        return True

    async def _go_on(self) -> None:
        while True:
            self._nudge.clear()
            try:
                await self.beat()
            except Exception as fault:  # noqa: BLE001 - it is looked at again in a second
                _log.warning("no heartbeat", fault=type(fault).__name__)
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._nudge.wait()
            except TimeoutError:
                continue
