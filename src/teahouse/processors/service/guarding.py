"""Standing at the border: whether something may leave, and how often it did.

What this worker counted is told to the database by itself, a few seconds later. A worker that is killed
in between has sent what nobody counts; no request waits for a count.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date

import structlog

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.ways import PASSAGES, NotAgreed, Way
from teahouse.processors import store
from teahouse.processors.model.register import (
    Fit,
    Processor,
    ProcessorBody,
    Providing,
    fit,
    holds_back,
    is_good,
)

TELL_SECONDS = 5.0
KEYS_MAX = 500  # counted between two tellings
TOLD_MAX = 500

_log = structlog.get_logger("teahouse.processors")

Abroad = Callable[[ProcessorBody, date], bool]
Key = tuple[date, str, str, str]


@dataclass(repr=False)
class Guarding:
    """What this worker knows of processors, and has counted. ``abroad`` tell who lacks a transfer."""

    db: Database
    config: Config
    clock: Clock
    known: tuple[Processor, ...] = ()
    abroad: list[Abroad] = field(default_factory=list[Abroad])
    _lacking: tuple[date, frozenset[str]] | None = None
    _counted: dict[Key, list[int]] = field(default_factory=dict[Key, list[int]])
    _told: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    _task: "asyncio.Task[None] | None" = None

    def today(self) -> date:
        """Return the day by which contracts end and records are kept."""
        return self.clock.now().astimezone(UTC).date()

    def know(self, processors: tuple[Processor, ...]) -> None:
        """Take up who there is."""
        self.known = processors
        self.reckon_anew()

    def reckon_anew(self) -> None:
        """Forget who lacks a transfer: one of the registers has changed."""
        self._lacking = None

    def fit(self, way: Way, host: str) -> tuple[Fit, str]:
        """Return whether something may go to a host, and by whose entry."""
        today = self.today()
        return fit(self.known, self.abroad_on(today), way.value, host, today)

    def leave(self, way: Way, host: str) -> None:
        """Count what leaves. Raises ``NotAgreed`` when it may not."""
        found, whose = self.fit(way, host)
        held = holds_back(self.config.registers_enforce, found)
        # Where people choose the host it may tell who they are.
        shown = host if not whose and PASSAGES[way].chosen_by == "operator" else ""
        self._count((self.today(), way.value, whose, shown), held=held)
        if found is not Fit.GOOD:
            self._tell_once(way, shown, found)
        if held:
            raise NotAgreed(way=way.value, why=found.value)

    def check_agreed(self, way: Way, whose: str, host: str) -> None:
        """Refuse what would show itself to this house for whom an operator has ended: ``NotAgreed``.

        ``whose`` is an entry that it says is its own; that has to be in use.
        """
        if whose:
            today = self.today()
            good = [one for one in self.known if is_good(one, today)]
            if whose not in [one.body.processor_id for one in good]:
                raise NotAgreed(way=way.value, why=Fit.NONE.value)
        elif host and self.fit(way, host)[0] is Fit.ENDED:
            raise NotAgreed(way=way.value, why=Fit.ENDED.value)

    async def tell(self) -> None:
        """Tell the database what was counted since the last time."""
        counted, self._counted = self._counted, {}
        if not counted:
            return
        every = [Providing(*key, *times) for key, times in sorted(counted.items())]
        try:
            async with self.db.transaction() as tx:
                await store.add(tx, every)
        except Refused:
            for key, (sent, held) in counted.items():
                later = self._counted.setdefault(key, [0, 0])
                later[0] += sent
                later[1] += held
            raise

    def start(self) -> None:
        """Tell by itself from now on."""
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Tell what is left, and no more. A command that never started has something left, too."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._try()

    def abroad_on(self, today: date) -> frozenset[str]:
        """Return who lacks a transfer on a day; reckoned once for the day, not for each message."""
        if self._lacking is None or self._lacking[0] != today:
            lacking = frozenset(
                one.body.processor_id
                for one in self.known
                if any(lacks(one.body, today) for lacks in self.abroad)
            )
            self._lacking = (today, lacking)
        return self._lacking[1]

    def _count(self, key: Key, *, held: bool) -> None:
        if key not in self._counted and len(self._counted) >= KEYS_MAX:
            key = (*key[:3], "")  # too many hosts to name
        self._counted.setdefault(key, [0, 0])[held] += 1

    def _tell_once(self, way: Way, host: str, found: Fit) -> None:
        told = (way.value, host, found.value)
        mode = self.config.registers_enforce
        if mode == "off" or told in self._told or len(self._told) >= TOLD_MAX:
            return
        if self._task is None:
            return  # a command that somebody typed: what it prints is its answer
        self._told.add(told)
        _log.warning(
            "personal data leaves by a way that the register of processors does not name",
            way=way.value,
            host=host,
            why=found.value,
            mode=mode,
        )

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self._try()

    async def _try(self) -> None:
        try:
            await self.tell()
        except Refused as refused:
            _log.warning("what was handed on waits to be told", fault=refused.code)
