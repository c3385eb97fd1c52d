"""The processes that do the rows of a run: each a house opened beside the server, and a pace.

Every hand sees what users feel by itself and yields by itself; nobody has to tell it.
"""

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any

from bench.upgrade.place import Place
from teahouse.app import SEALED, House
from teahouse.infra.pace import Limits, Pace, Signals
from teahouse.infra.vault.attendance import felt
from teahouse.infra.vault.sweep.sweep import PAGE_ROWS, Sweep, Swept, Wanted

LOOK_SECONDS = 0.25
WAIT_SECONDS = 0.05
ROUNDS_MAX = 20
NICE = 10
_spawn = get_context("spawn")


@dataclass(frozen=True)
class Task:
    """What a hand is for: which tables, and how fast."""

    place: Place
    tables: tuple[str, ...]
    rate_max: float  # rows a second


@dataclass
class Hand:
    """A hand, from outside."""

    task: Task
    process: Any
    told: Any
    goes: Event
    rates: list[tuple[float, float, str, int]] = field(
        default_factory=list[tuple[float, float, str, int]]
    )
    swept: Swept | None = None

    def begin(self, wanted: Wanted) -> None:
        """Say what is to be brought about, and let it go."""
        self.swept = None
        self.told.send(wanted)
        self.goes.set()

    def end(self) -> None:
        """Send it home."""
        with suppress(OSError):
            self.told.send(None)
        self.process.join()

    def look(self) -> bool:
        """Take what it said; tell whether it is done. Raises ``RuntimeError`` if it died."""
        try:
            while self.told.poll():
                said = self.told.recv()
                if isinstance(said, Swept):
                    self.swept = said
                else:
                    self.rates.append(said)
        except (EOFError, ConnectionResetError):
            pass
        if self.swept is None and not self.process.is_alive():
            raise RuntimeError(f"a hand ended with {self.process.exitcode}")
        return self.swept is not None


def start(task: Task) -> Hand:
    """Start a hand; it stands still until it is told to begin, and while ``goes`` is not set."""
    goes = _spawn.Event()
    ours, theirs = _spawn.Pipe()
    process = _spawn.Process(target=_main, args=(task, goes, theirs), daemon=True)
    process.start()
    theirs.close()
    return Hand(task, process, ours, goes)


def _main(task: Task, goes: Event, tell: Any) -> None:
    os.nice(NICE)
    asyncio.run(_work(task, goes, tell))


async def _work(task: Task, goes: Event, tell: Any) -> None:
    async with task.place.opened() as house:
        pace = Pace(Limits(task.rate_max), time.monotonic())
        looking = asyncio.ensure_future(_look(house, pace))
        while (wanted := await asyncio.to_thread(tell.recv)) is not None:
            total = Swept()
            for one in SEALED:
                if one.table in task.tables:
                    total += await _table(house, one, wanted, goes, pace, tell)
            tell.send(total)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _look(house: House, pace: Pace) -> None:
    while True:
        found = await felt(house.db)
        pace.seen(time.monotonic(), Signals.of(found.workers, found.replica_lag_seconds))
        await asyncio.sleep(LOOK_SECONDS)


async def _table(
    house: House, sealed: Any, wanted: Wanted, goes: Event, pace: Pace, tell: Any
) -> Swept:
    """Do a table, and again what somebody was at; return what was done to rows in all."""
    ground = house.ground
    sweep = Sweep(house.db, ground.vault.ring, ground.ids, ground.clock)
    total = Swept()
    for _ in range(ROUNDS_MAX):
        after: tuple[Any, ...] = ()
        missed = 0
        while True:
            allowed = await _allowed(goes, pace)
            page = await sweep.page(sealed, wanted, after, min(allowed, PAGE_ROWS))
            pace.spent(page.rows)
            tell.send((time.monotonic(), pace.rate, pace.why, page.sealed))
            total += page
            missed += page.missed
            if page.last is None:
                break
            after = page.last
        if not missed:
            return total
    raise RuntimeError(f"{sealed.table}: somebody was always at some row")


async def _allowed(goes: Event, pace: Pace) -> int:
    while True:
        if goes.is_set():
            allowed = pace.allow(time.monotonic())
            if allowed:
                return allowed
        await asyncio.sleep(WAIT_SECONDS)
