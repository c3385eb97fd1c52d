"""The queue: what may be asked for, and asking for it.

A payload is a msgspec Struct with ``kind: ClassVar[str] = "domain.what"``. It carries ids, not
personal data: the handler reads those where they are sealed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs import store
from teahouse.infra.jobs.store import Claimed, Dead

ATTEMPTS_MAX = 10
JOB_SECONDS_MAX = 60.0
DEAD_LISTED_MAX = 200
RETRY_AFTER_MAX = timedelta(hours=1)
CLOCKS_APART_MAX = timedelta(minutes=10)  # of machines whose clocks are kept right
SET_RIGHT_SECONDS = 60


class Payload(Protocol):
    """What a job is told."""

    kind: ClassVar[str]


P = TypeVar("P", bound=Payload)


# Told, in the transaction that gives a job up, of what it was to do and of the fault's name.
GivenUp = Callable[[Tx, Any, str], Awaitable[None]]


class GiveUp(Exception):  # noqa: N818 - a handler says it, it is not an error
    """Raised by a handler: trying this job again would be no use."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How jobs of a kind are done: in a transaction, or outside any with the network at hand."""

    payload_type: type[Any]
    inside: Callable[[Tx, Any], Awaitable[None]] | None
    outside: Callable[[Any], Awaitable[None]] | None
    attempts_max: int
    urgent: bool = False
    seconds_max: float = JOB_SECONDS_MAX
    given_up: GivenUp | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is done by the clock."""

    name: str
    period: timedelta
    act: Callable[[Tx], Awaitable[None]]

    def latest(self, now: datetime) -> datetime:
        """Return the latest moment at which it can be due next, however clocks differ."""
        return now + self.period + CLOCKS_APART_MAX


@dataclass(frozen=True, repr=False)
class Jobs:
    """The queue, as the domains see it. ``app.py`` registers, services enqueue."""

    clock: Clock
    ids: Ids
    handlers: dict[str, Handler] = field(default_factory=dict[str, Handler])
    schedules: dict[str, Schedule] = field(default_factory=dict[str, Schedule])
    nudge: asyncio.Event = field(default_factory=asyncio.Event)

    def handle(
        self,
        payload_type: type[P],
        handler: Callable[[Tx, P], Awaitable[None]],
        attempts_max: int = ATTEMPTS_MAX,
        urgent: bool = False,
    ) -> None:
        """Do such jobs in a transaction: their effects and their end commit together.

        Those that are ``urgent``, because somebody waits for them, go before all others that are
        due: a code does not stand in line behind a hundred thousand letters.
        """
        self._register(Handler(payload_type, handler, None, attempts_max, urgent))

    def handle_outside(
        self,
        payload_type: type[P],
        handler: Callable[[P], Awaitable[None]],
        attempts_max: int = ATTEMPTS_MAX,
        urgent: bool = False,
        seconds_max: float = JOB_SECONDS_MAX,
        given_up: GivenUp | None = None,
    ) -> None:
        """Do such jobs outside any transaction, as sending must be; one may be done twice.

        One that takes longer than ``seconds_max`` is stopped, and tried again.
        """
        limits = (attempts_max, urgent, seconds_max, given_up)
        self._register(Handler(payload_type, None, handler, *limits))

    def every(self, name: str, seconds: float, act: Callable[[Tx], Awaitable[None]]) -> None:
        """Call ``act(tx)`` every so often, on one worker at a time; first at once."""
        assert name not in self.schedules, f"two schedules are called {name}"
        assert seconds > 0, "a schedule has a period"
        self.schedules[name] = Schedule(name, timedelta(seconds=seconds), act)

    async def set_right(self, tx: Tx) -> None:
        """Bring near what a clock that jumped ahead, and came back, had put too far off."""
        now = self.clock.now()
        held = max((one.seconds_max for one in self.handlers.values()), default=0.0)
        longest = max(RETRY_AFTER_MAX, timedelta(seconds=2 * held))
        await store.set_right(tx, now, now + CLOCKS_APART_MAX, now + longest + CLOCKS_APART_MAX)

    async def waiting(self, tx: Tx) -> tuple[int, datetime | None]:
        """Return how many jobs there are, and from when the oldest is."""
        return await store.waiting(tx)

    async def enqueue(
        self,
        tx: Tx,
        payload: Payload,
        run_at: datetime | None = None,
        unique: str | None = None,
    ) -> bool:
        """Ask for a job when ``tx`` commits, at ``run_at`` or at once.

        With ``unique``, a job of the same kind and word that has not been begun is enough: returns
        false then.
        """
        now = self.clock.now()
        assert payload.kind in self.handlers, f"nobody handles {payload.kind}"
        job = Claimed(self.ids.ulid(), payload.kind, msgspec.json.encode(payload), 0)
        urgent = self.handlers[payload.kind].urgent
        added = await store.insert(tx, job, unique, (run_at or now, now), urgent)

        async def wake() -> None:
            self.nudge.set()

        if run_at is None or run_at <= now:
            tx.after_commit(wake)
        return added

    async def dead(self, tx: Tx) -> list[Dead]:
        """Return the newest jobs that were given up, for an operator."""
        return await store.dead(tx, DEAD_LISTED_MAX)

    async def revive(self, tx: Tx, job_id: str) -> bool:
        """Try a job that was given up from the start; false when there is none such."""
        return await store.revive(tx, job_id, self.clock.now())

    def _register(self, handler: Handler) -> None:
        kind = handler.payload_type.kind
        assert kind not in self.handlers, f"{kind} has a handler already"
        self.handlers[kind] = handler
