"""The whole upgrade with registration open: ``python -m bench upgrade --accounts 1000000``.

A house with so many accounts, of six personal fields and two unique blind indexes each. People sign
up, sign in, change their address, edit, talk and are erased all the while; every data key, every
blind index and the key that wraps them become new. What they noticed is printed: with the run and
without it, in turns of one sitting, because a machine that is shared is not the same an hour later.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import uvloop

from bench.meter import tree
from bench.upgrade.fill import FIELDS_EACH, INDEXES_EACH, fill
from bench.upgrade.hands import Hand, Task, start
from bench.upgrade.people import RATES, Asked, Load, Noted
from bench.upgrade.place import Place
from bench.upgrade.steps import Steps
from teahouse.app import SEALED, House
from teahouse.infra.vault.sweep.sweep import Swept, Wanted
from teahouse.infra.vault.verifier import Looking, Verified

Open = Callable[[str, bool, int], AbstractContextManager[tuple[str, int, list[int]]]]
ALL_PEOPLE = 1_225_000_000
WITH_PASSWORD = 5000
OWED_FIELDS = 20_000
OWED_P99 = 1.2
LOOK_SECONDS = 0.2
ALONE_UNTIL = 0.9  # of the rows; the rest is done with people about again
LARGE = ("accounts_identifiers", "accounts_sessions", "profiles_profiles")


@dataclass(frozen=True)
class Options:
    """How it is measured."""

    accounts: int = 1_000_000
    seconds: float = 60.0  # of each turn
    turns: int = 3  # without the run and with it
    hands: int = 2
    people: int = 2  # processes of them
    rate_max: float = 50_000.0  # rows a second, of all hands
    warm: float = 5.0  # seconds before anything is measured


@dataclass
class Memory:
    """What each kind of process held at most and at least, once it was warm, in megabytes."""

    samples: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def look(self, what: str, processes: Sequence[int]) -> None:
        """Take a sample of processes: what is theirs alone."""
        total = sum(_own_mb(process) for process in processes)
        self.samples.setdefault(what, []).append(total)


def _own_mb(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    private = ("Private_Clean:", "Private_Dirty:")
    return sum(int(line.split()[1]) for line in lines if line.startswith(private)) / 1024


@dataclass
class Found:
    """What was measured."""

    noted: Noted = field(default_factory=Noted)
    calm: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    under: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    pages: list[tuple[float, float, str, int]] = field(
        default_factory=list[tuple[float, float, str, int]]
    )
    swept: Swept = field(default_factory=Swept)
    alone: tuple[float, float] | None = None
    seconds: float = 0.0
    wrapped: int = 0
    rolled: int = 0  # who had nothing sealed, and so no young key
    cleared: int = 0
    emptied: int = 0
    is_destroyed: bool = False
    lacking: dict[str, int] = field(default_factory=dict[str, int])
    verified: list[Verified] = field(default_factory=list[Verified])
    quarantined: int = 0
    memory: Memory = field(default_factory=Memory)

    def sealed_between(self, begins: float, ends: float) -> int:
        """Return how many values were sealed anew in a stretch of time."""
        return sum(count for at, _, _, count in self.pages if begins <= at < ends)

    def took(self, windows: Sequence[tuple[float, float]], what: str = "") -> list[float]:
        """Return how long requests took that were due in one of the windows, in milliseconds."""
        return [
            one.took * 1000
            for one in self.noted.asked
            if (not what or one.what == what) and _within(one, windows)
        ]

    def gap(self, windows: Sequence[tuple[float, float]]) -> float:
        """Return the longest time within one of the windows in which nobody got an account."""
        longest = 0.0
        for begins, ends in windows:
            made = [begins, *(at for at in self.noted.made if begins <= at < ends), ends]
            longest = max([longest, *(b - a for a, b in pairwise(made))])
        return longest

    @property
    def ratio(self) -> float:
        """How many times the 99th of a hundred without the run is the one with it."""
        calm, under = self.took(self.calm), self.took(self.under)
        return p99(under) / p99(calm) if calm and under else 0.0

    @property
    def faults(self) -> list[str]:
        """What is not as it has to be, in words."""
        said = [f"{one.what}: {one.how}" for one in self.noted.troubles]
        said += [f"two accounts: {one.how}" for one in self.noted.doubles]
        said += [f"not found: {one.what} {one.how}" for one in self.noted.missed]
        said += [
            f"{table}: {rows} rows lack the index" for table, rows in self.lacking.items() if rows
        ]
        for table in self.verified:
            said += [f"{table.table}: {table.unindexed} rows without their index"] * bool(
                table.unindexed
            )
            for column in table.columns.values():
                said += [f"{column.name}: {column.old} under old keys"] * bool(column.old)
                said += [f"{column.name}: {column.broken_count} broken"] * bool(column.broken_count)
        said += [f"{self.quarantined} in quarantine"] * bool(self.quarantined)
        return said


def _within(one: Asked, windows: Sequence[tuple[float, float]]) -> bool:
    return any(begins <= one.due < ends for begins, ends in windows)


def p99(took: Sequence[float]) -> float:
    """Return the 99th of a hundred."""
    return statistics.quantiles(took, n=100)[98] if len(took) > 1 else sum(took)


@dataclass
class Whole:
    """One sitting."""

    place: Place
    options: Options
    found: Found = field(default_factory=Found)
    hands: list[Hand] = field(default_factory=list[Hand])
    _watched: float = 0.0

    async def go(self) -> Found:
        """Do everything."""
        found, options = self.found, self.options
        load = Load.start(self.place, min(options.accounts, WITH_PASSWORD), options.people)
        load.ready()
        self._start()
        load.goes.value = 1.0
        async with self.place.opened() as house:
            await self._pass(options.warm)
            steps = Steps(house)
            await self._turns(steps, load)
            await self._rest(steps, load)
            await self._end(house, steps)
        found.noted = load.stop()
        return found

    async def _turns(self, steps: Steps, load: Load) -> None:
        """Without the run and with it, in turns."""
        found, began = self.found, 0.0
        for turn in range(self.options.turns):
            since = time.monotonic()
            await self._pass(self.options.seconds)
            found.calm.append((since, time.monotonic()))
            since = time.monotonic()
            if not turn:
                began = since
                await steps.begin()
                assert steps.since is not None, "it has begun"
                for hand in self.hands:
                    hand.begin(Wanted(steps.since, steps.version))
            for hand in self.hands:
                hand.goes.set()
            wrapping = asyncio.ensure_future(steps.wrap()) if not turn else None
            await self._pass(max(self.options.seconds - (time.monotonic() - since), 1))
            if wrapping is not None:
                found.wrapped = await wrapping
            found.under.append((since, time.monotonic()))
            if turn + 1 < self.options.turns:
                for hand in self.hands:
                    hand.goes.clear()
        found.seconds = -began

    async def _rest(self, steps: Steps, load: Load) -> None:
        """The most of what is left while nobody is about, the last of it with people again."""
        found = self.found
        wanted = self.options.accounts * FIELDS_EACH * ALONE_UNTIL
        sealed = sum(count for *_, count in self._taken())
        if sealed < wanted:
            load.goes.value = 0.0
            await self._pass(3)
            since = time.monotonic()
            while sum(count for *_, count in self._taken()) < wanted and not self._done():
                await self._pass(LOOK_SECONDS)
            found.alone = (since, time.monotonic())
            load.goes.value = 1.0
        await self._finish()
        found.rolled = await steps.roll()
        found.pages = self._taken()
        for hand in self.hands:
            hand.end()

    async def _finish(self) -> None:
        """Wait until the hands are done."""
        while not self._done():
            await self._pass(LOOK_SECONDS)
        for hand in self.hands:
            assert hand.swept is not None, "it is done"
            self.found.swept += hand.swept

    async def _end(self, house: House, steps: Steps) -> None:
        """Verify, read the new only, clear and destroy the old; with people about."""
        found = self.found
        await self._pass(2)
        found.lacking = await steps.lacking()
        await steps.read_new()
        found.cleared = await steps.clear()
        tables = [one for one in SEALED if one.table in LARGE]
        looking = Looking(steps.since, steps.version, alone=True)
        found.verified = await steps.verified(tables, looking, house.ground.ids.bytes(32))
        found.emptied = await steps.destroy_old()
        found.is_destroyed = await steps.retire()
        async with house.db.read() as tx:
            found.quarantined = await tx.value("select count(*) from vault_quarantine")
        found.seconds += time.monotonic()
        await self._pass(2)

    def _start(self) -> None:
        share = self.options.rate_max / self.options.hands
        small = [one.table for one in SEALED if one.table not in LARGE]
        lots: list[list[str]] = [[] for _ in range(self.options.hands)]
        for nth, table in enumerate((*LARGE, *small)):
            lots[min(nth, nth % len(lots))].append(table)
        if len(lots) > 1:  # identifiers have two rows for each of the others
            lots = [[LARGE[0]], [*LARGE[1:], *small], *([] for _ in lots[2:])]
        for tables in lots:
            if tables:
                task = Task(self.place, tuple(tables), share)
                self.hands.append(start(task))

    def _taken(self) -> list[tuple[float, float, str, int]]:
        for hand in self.hands:
            hand.look()
        return [one for hand in self.hands for one in hand.rates]

    def _done(self) -> bool:
        return sum(hand.look() for hand in self.hands) == len(self.hands)

    async def _pass(self, seconds: float) -> None:
        """Let time pass, and look at memory each second."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if time.monotonic() - self._watched >= 1:
                self._watched = time.monotonic()
                self._watch()
            for hand in self.hands:
                hand.look()
            await asyncio.sleep(min(left, 1.0))

    def _watch(self) -> None:
        memory = self.found.memory
        served = tree(self.place.root)
        workers = [one for one in served if b"teahouse.cli.worker" in _words(one)]
        postgres = [one for one in served if b"postgres" in _words(one)]
        memory.look("worker", workers)
        memory.look("postgresql", postgres)
        if self.hands:
            pids = [one.process.pid for one in self.hands if one.swept is None]
            if len(pids) == len(self.hands):
                memory.look("hands", pids)


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def filled(folder: str, opened: Open, options: Options) -> Iterator[Place]:
    """Open a house with so many accounts."""
    data = f"{folder}/data"
    with opened(data, True, 1) as (host, port, roots):
        place = Place(host, port, roots[0], data)
        began = time.monotonic()
        fill(place, options.accounts, WITH_PASSWORD)
        say(f"{options.accounts:,} accounts written", f"{time.monotonic() - began:.0f} s")
        yield place


def whole(folder: str, opened: Open, options: Options) -> Found:
    """Measure, and print nothing yet."""
    with filled(folder, opened, options) as place:
        return uvloop.run(_analysed(place, options))


async def _analysed(place: Place, options: Options) -> Found:
    async with place.opened() as house, house.db.read() as tx:
        await tx.run("analyze")
    return await Whole(place, options).go()


def say(what: str, how: str = "") -> None:
    """Print a line."""
    sys.stdout.write(f"{what:34} {how}\n")
    sys.stdout.flush()


def report(found: Found, options: Options) -> bool:
    """Print what was found beside what is owed; tell whether it holds."""
    noted, swept = found.noted, found.swept
    say("the run", f"{found.seconds:.0f} s, pauses for comparison included")
    say(
        "sealed anew", f"{swept.sealed:,} fields; {swept.indexed:,} indexes; {swept.missed:,} twice"
    )
    say("keys", f"{found.wrapped:,} wrapped anew, {found.emptied:,} old emptied,"
        f" {found.cleared:,} old indexes cleared")  # fmt: skip
    say("old index key destroyed", "yes" if found.is_destroyed else "held by codes within the hour")
    done = ", ".join(f"{count:,} {what}" for what, count in sorted(noted.done.items()))
    say("people meanwhile", done)
    say("failed requests (owed: 0)", f"{len(noted.troubles)} of {len(noted.asked):,}")
    say("second accounts (owed: 0)", f"{len(noted.doubles)}")
    say("looked up and not found (owed: 0)", f"{len(noted.missed)}")
    _gaps(found, options)
    _times(found)
    _speed(found)
    for what, held in sorted(found.memory.samples.items()):
        warm = held[min(5, len(held) - 1) :]
        say(
            f"memory of {what}",
            f"{warm[0]:.0f} MB, in the end {warm[-1]:.0f}, most {max(warm):.0f}",
        )
    opened = sum(c.opened for table in found.verified for c in table.columns.values())
    say("verified", f"{opened:,} fields opened by other code")
    for fault in found.faults[:20]:
        say("NOT AS IT HAS TO BE", fault)
    return not found.faults and found.ratio <= OWED_P99


def _gaps(found: Found, options: Options) -> None:
    each = 1 / (RATES["sign up"] * options.people)
    calm, under = found.gap(found.calm), found.gap(found.under)
    say("registration was never away for", f"{under:.1f} s with the run, {calm:.1f} s without;"
        f" somebody comes every {each:.1f} s")  # fmt: skip


def _times(found: Found) -> None:
    for what in ("", *RATES):
        calm, under = found.took(found.calm, what), found.took(found.under, what)
        if len(calm) > 10 and len(under) > 10:
            words = f"{p99(under):8.1f} ms with, {p99(calm):8.1f} ms without: {p99(under) / p99(calm):.2f}"
            say(f"p99 of {what or 'all'}", words)
    say("  turn by turn", "  ".join(
        f"{p99(found.took([calm])):.0f}/{p99(found.took([under])):.0f}"
        for calm, under in zip(found.calm, found.under, strict=False)))  # fmt: skip


def _speed(found: Found) -> None:
    busy = [found.sealed_between(*one) / (one[1] - one[0]) for one in found.under]
    if busy:
        say("fields a second, people about", f"{statistics.mean(busy):,.0f}")
    if found.alone is None:
        return
    seconds = found.alone[1] - found.alone[0]
    rate = found.sealed_between(*found.alone) / seconds if seconds else 0.0
    say(
        f"fields a second (owed: {OWED_FIELDS:,})",
        f"{rate:,.0f}, nobody about, {os.cpu_count()} cores",
    )
    if not rate:
        return
    hours = ALL_PEOPLE * FIELDS_EACH / rate / 3600
    cores = os.cpu_count() or 1
    say("1.225 billion accounts", f"{hours * cores:,.0f} core-hours for {FIELDS_EACH} fields and"
        f" {INDEXES_EACH} indexes each")  # fmt: skip
    for nodes in (10, 100, 1000):
        say(f"  on {nodes} such machines", f"{hours / 24 / nodes:.2f} days, each with its database")


def told(found: Found) -> dict[str, Any]:
    """Return the figures for whoever keeps them."""
    return {
        "failed": len(found.noted.troubles),
        "doubles": len(found.noted.doubles),
        "missed": len(found.noted.missed),
        "p99_ratio": found.ratio,
        "gap_seconds": found.gap(found.under),
    }
