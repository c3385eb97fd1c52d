"""The runner: claims what is due, does it, and says what became of it.

A claim is a lease. A worker that is killed loses it and the job comes back, one attempt older, so
that a job which kills its worker is given up in the end too.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter

from teahouse.errors import Refused, Unavailable
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs import store
from teahouse.infra.jobs.queue import (
    JOB_SECONDS_MAX,
    RETRY_AFTER_MAX,
    GiveUp,
    Handler,
    Jobs,
    Schedule,
)
from teahouse.infra.jobs.store import Claimed

POLL_SECONDS = 1.0
LEASE = timedelta(seconds=2 * JOB_SECONDS_MAX)
STOP_SECONDS_MAX = 5.0
SCHEDULE_RETRY = timedelta(seconds=60)
DUE_RUNS_MAX = 10_000


class JobMeters:
    """What became of jobs, by kind, for ``/metrics``."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.ended = Counter(
            "teahouse_jobs",
            "Jobs by what became of them",
            ["kind", "result"],
            registry=registry or CollectorRegistry(),
        )


class LeaseLost(Exception):  # noqa: N818 - it is an outcome
    """Another worker has the job now; nothing of ours was kept."""


def fault_name(fault: BaseException) -> str:
    """Name a fault without its words, which may hold personal data."""
    return fault.code if isinstance(fault, Refused) else type(fault).__name__


def retry_after(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: 2 s, 4 s, 8 s … an hour."""
    return min(timedelta(seconds=2 ** min(attempt, 12)), RETRY_AFTER_MAX)


@dataclass(repr=False)
class JobRunner:
    """Runs jobs and schedules in this worker until stopped."""

    db: Database
    jobs: Jobs
    concurrency: int = 5  # one place is kept for what somebody waits for
    meters: JobMeters = field(default_factory=JobMeters)
    _loops: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    _running: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def start(self) -> None:
        """Begin; every handler must be registered by now."""
        loop = asyncio.get_running_loop()
        self._loops = [loop.create_task(self._pump()), loop.create_task(self._tick())]

    async def stop(self) -> None:
        """Claim no more, give what runs a moment, then leave it to its lease."""
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=STOP_SECONDS_MAX)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def run_due(self) -> int:
        """Do, one by one, all jobs and schedules due now; return how many jobs were done.

        For tests and for commands. A job that a job enqueues is done too.
        """
        await self._run_schedules()
        count = 0
        while claimed := await self._claim(1, 1):
            assert count < DUE_RUNS_MAX, "jobs that enqueue each other without end"
            await self._do(claimed[0])
            count += 1
        return count

    async def _tick(self) -> None:
        while True:
            await self._or_later(self._run_schedules())
            await asyncio.sleep(POLL_SECONDS)

    async def _pump(self) -> None:
        while True:
            self.jobs.nudge.clear()
            if not await self._or_later(self._fill()):
                await self._rest()

    async def _or_later(self, work: Coroutine[Any, Any, bool | None]) -> bool:
        """Do a round of work; a database that is gone, or a fault of ours, waits for the next."""
        try:
            return bool(await work)
        except Unavailable:
            return False
        except Exception as fault:  # noqa: BLE001 - the runner outlives whatever happens in it
            structlog.get_logger("teahouse.jobs").error("runner failed", fault=fault_name(fault))
            return False

    async def _fill(self) -> bool:
        """Start as many due jobs as there are free places; tell whether to ask again at once."""
        free = self.concurrency - len(self._running)
        claimed = await self._claim(free, free - 1) if free > 0 else []
        for job in claimed:
            self._spawn(self._do(job))
        return bool(claimed) and len(claimed) == free and len(self._running) < self.concurrency

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self.jobs.nudge.wait()
        except TimeoutError:
            return

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)

        def ended(done: asyncio.Task[None]) -> None:
            self._running.discard(done)
            self.jobs.nudge.set()  # a place is free

        task.add_done_callback(ended)

    async def _claim(self, most: int, others: int) -> list[Claimed]:
        """Take up to ``most`` jobs, of which ``others`` need not be urgent."""
        now = self.jobs.clock.now()
        async with self.db.transaction() as tx:
            kinds = list(self.jobs.handlers)
            claimed = await store.claim(tx, now, kinds, (most, others), now + LEASE)
            for job in claimed:
                seconds = self.jobs.handlers[job.kind].seconds_max
                if seconds > JOB_SECONDS_MAX:
                    await store.hold_longer(tx, job, now + timedelta(seconds=2 * seconds))
        return claimed

    async def _do(self, job: Claimed) -> None:
        handler = self.jobs.handlers[job.kind]
        try:
            async with asyncio.timeout(handler.seconds_max):
                await self._attempt(job, handler)
        except LeaseLost:
            self._count(job, "lease_lost")
        except Exception as fault:  # noqa: BLE001 - a job's fault must not end the runner
            await self._failed(job, handler, fault)
        else:
            self._count(job, "done")

    async def _attempt(self, job: Claimed, handler: Handler) -> None:
        payload = msgspec.json.decode(job.payload, type=handler.payload_type)
        if handler.outside is not None:
            await handler.outside(payload)
        async with self.db.transaction() as tx:
            if not await store.finish(tx, job):
                raise LeaseLost
            if handler.inside is not None:
                await handler.inside(tx, payload)

    async def _failed(self, job: Claimed, handler: Handler, fault: Exception) -> None:
        name = fault_name(fault)
        useless = isinstance(fault, GiveUp | msgspec.DecodeError | msgspec.ValidationError)
        dead = useless or job.attempt >= handler.attempts_max
        self._count(job, "dead" if dead else "again")
        log = structlog.get_logger("teahouse.jobs")
        log.warning("job failed", job=job.id, kind=job.kind, fault=name, dead=dead)
        try:
            async with self.db.transaction() as tx:
                if dead:
                    await self._bury(tx, job, handler, name)
                else:
                    run_at = self.jobs.clock.now() + retry_after(job.attempt)
                    await store.put_back(tx, job, run_at, name)
        except Unavailable:
            return  # the lease will end

    async def _bury(self, tx: Tx, job: Claimed, handler: Handler, fault: str) -> None:
        await store.bury(tx, job, fault)
        if handler.given_up is None:
            return
        try:
            payload = msgspec.json.decode(job.payload, type=handler.payload_type)
        except msgspec.DecodeError:
            return  # nobody can tell what it was about
        await handler.given_up(tx, payload, fault)

    async def _run_schedules(self) -> None:
        async with self.db.read() as tx:
            now = self.jobs.clock.now()
            latest = {one.name: one.latest(now) for one in self.jobs.schedules.values()}
            due = await store.due_schedules(tx, latest, now) if latest else {}
            for name in [name for name, known in due.items() if not known]:
                await store.new_schedule(tx, name, now)
        for schedule in [self.jobs.schedules[name] for name in due]:
            try:
                await self._run_schedule(schedule)
            except Unavailable:
                raise
            except Exception as fault:  # noqa: BLE001 - one schedule must not stop the others
                log = structlog.get_logger("teahouse.jobs")
                log.warning("schedule failed", schedule=schedule.name, fault=fault_name(fault))
                await self._postpone(schedule)

    async def _run_schedule(self, schedule: Schedule) -> None:
        now = self.jobs.clock.now()
        async with self.db.transaction() as tx:
            if await store.take_schedule(tx, schedule.name, now, schedule.latest(now)):
                await store.move_schedule(tx, schedule.name, now + schedule.period)
                async with asyncio.timeout(JOB_SECONDS_MAX):
                    await schedule.act(tx)

    async def _postpone(self, schedule: Schedule) -> None:
        later = self.jobs.clock.now() + min(schedule.period, SCHEDULE_RETRY)
        async with self.db.transaction() as tx:
            await store.move_schedule(tx, schedule.name, later)

    def _count(self, job: Claimed, result: str) -> None:
        self.meters.ended.labels(job.kind, result).inc()
