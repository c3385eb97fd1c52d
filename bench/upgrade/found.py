"""What was measured of the whole upgrade, beside what is owed."""

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.upgrade.fill import FIELDS_EACH, INDEXES_EACH
from bench.upgrade.operators import Point
from bench.upgrade.people import RATES, Asked, Noted

ALL_PEOPLE = 1_225_000_000
OWED_FIELDS = 20_000
OWED_P99 = 1.2
NODES = (1, 10, 100)
Window = tuple[float, float]


@dataclass
class Memory:
    """What each process held, sample by sample, in megabytes that are its alone."""

    samples: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def look(self, what: str, processes: Sequence[int]) -> None:
        """Take a sample."""
        total = sum(_own_mb(process) for process in processes)
        self.samples.setdefault(what, []).append(total)


def _own_mb(process: int) -> float:
    """Return what a process has to itself, without files and what it shares.

    By its status and not by its map: to walk that of every PostgreSQL process, each of which shares
    a gigabyte and a half, took half a core from what is measured.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


@dataclass
class Found:
    """What was measured."""

    noted: Noted = field(default_factory=Noted)
    calm: list[Window] = field(default_factory=list[Window])
    under: list[Window] = field(default_factory=list[Window])
    points: list[Point] = field(default_factory=list[Point])
    alone: Window | None = None
    began: float = 0.0
    ended: float = 0.0
    steps: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    told: dict[str, Any] = field(default_factory=dict[str, Any])  # of the run, in the end
    left: dict[str, int] = field(default_factory=dict[str, int])
    report: tuple[int, str, int] = (0, "", 1)
    again: tuple[int, list[str]] = (0, [])
    memory: Memory = field(default_factory=Memory)
    watched: float = 0.0

    def done_between(self, window: Window) -> tuple[float, float]:
        """Return how many fields and indexes were made anew in a stretch of time."""
        first, last = self._at(window[0]), self._at(window[1])
        return last[0] - first[0], last[1] - first[1]

    def _at(self, moment: float) -> tuple[float, float]:
        before = next((one for one in reversed(self.points) if one.at <= moment), self.points[0])
        after = next((one for one in self.points if one.at > moment), self.points[-1])
        share = (moment - before.at) / (after.at - before.at) if after.at > before.at else 0.0
        share = min(max(share, 0.0), 1.0)
        return (
            before.fields + (after.fields - before.fields) * share,
            before.indexes + (after.indexes - before.indexes) * share,
        )

    def states(self) -> list[tuple[str, Window]]:
        """Return when the run was in which state."""
        found: list[tuple[str, Window]] = []
        for one, following in pairwise(self.points):
            if found and found[-1][0] == one.state:
                found[-1] = (one.state, (found[-1][1][0], following.at))
            else:
                found.append((one.state, (one.at, following.at)))
        return found

    def took(self, windows: Sequence[Window], what: str = "") -> list[float]:
        """Return how long requests took that were due in one of the windows, in milliseconds."""
        return [
            one.took * 1000
            for one in self.noted.asked
            if (not what or one.what == what) and _within(one, windows)
        ]

    def gap(self, windows: Sequence[Window]) -> float:
        """Return the longest time within one of the windows in which nobody got an account."""
        longest = 0.0
        for begins, ends in windows:
            made = [begins, *(at for at in self.noted.made if begins <= at < ends), ends]
            longest = max([longest, *(b - a for a, b in pairwise(made))])
        return longest

    def as_json(self) -> str:
        """Return every request, and where the run was when, for whoever looks for a cause."""
        told = {
            "asked": self.noted.asked,
            "points": self.points,
            "calm": self.calm,
            "under": self.under,
            "alone": self.alone,
        }
        return json.dumps(told)

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
        said += [f"{count} {what}" for what, count in self.left.items() if count]
        said += [f"cannot sign in: {one}" for one in self.again[1]]
        for step in self.steps:
            place = f"{step['data_class']} {step['table'] or ''}"
            if step["quarantined"] or step["done"] < step["total"]:
                said.append(f"{place}: {step['done']} of {step['total']}")
        right, words, spoilt = self.report
        if right:
            said.append(f"its report is not right: {words}")
        if not spoilt:
            said.append("a report with another digit is called right, too")
        return said


def _within(one: Asked, windows: Sequence[Window]) -> bool:
    return any(begins <= one.due < ends for begins, ends in windows)


def p99(took: Sequence[float]) -> float:
    """Return the 99th of a hundred."""
    return statistics.quantiles(took, n=100)[98] if len(took) > 1 else sum(took)


def say(what: str, how: str = "") -> None:
    """Print a line."""
    sys.stdout.write(f"{what:34} {how}\n")
    sys.stdout.flush()


def report(found: Found, accounts: int, people: int) -> bool:
    """Print what was found beside what is owed; tell whether it holds."""
    noted = found.noted
    say("the run", f"{found.ended - found.began:.0f} s, pauses for comparison included")
    for state, (begins, ends) in found.states():
        times = found.took([(begins, ends)])
        felt = f", p99 {p99(times):.1f} ms" if len(times) > 100 else ""
        say(f"  {state}", f"{ends - begins:.0f} s{felt}")
    for step in found.steps:
        if step["total"] >= accounts / 100:
            place = f"{step['data_class']} {step['table'] or ''}"
            say(f"  {place}", f"{step['done']:,} of {step['total']:,}")
    done = ", ".join(f"{count:,} {what}" for what, count in sorted(noted.done.items()))
    say("people meanwhile", done)
    say("failed requests (owed: 0)", f"{len(noted.troubles)} of {len(noted.asked):,}")
    say("second accounts (owed: 0)", f"{len(noted.doubles)}")
    say("looked up and not found (owed: 0)", f"{len(noted.missed)}")
    say("signed in afterwards", f"{found.again[0]:,} times; {len(found.again[1])} could not")
    _gaps(found, people)
    _times(found)
    _speed(found)
    for what, held in sorted(found.memory.samples.items()):
        warm = held[min(5, len(held) - 1) :]
        words = f"{warm[0]:.0f} MB, in the end {warm[-1]:.0f}, most {max(warm):.0f}"
        say(f"memory of {what}", words)
    for line in found.report[1].splitlines():
        say("its report", line)
    say("verify-report", f"exit code {found.report[0]}; with another digit {found.report[2]}")
    for fault in found.faults[:20]:
        say("NOT AS IT HAS TO BE", fault)
    return not found.faults and found.ratio <= OWED_P99


def _gaps(found: Found, people: int) -> None:
    each = 1 / (RATES["sign up"] * people)
    calm, under = found.gap(found.calm), found.gap(found.under)
    say("registration was never away for", f"{under:.1f} s with the run, {calm:.1f} s without;"
        f" somebody comes every {each:.1f} s")  # fmt: skip


def _times(found: Found) -> None:
    for what in ("", *RATES):
        calm, under = found.took(found.calm, what), found.took(found.under, what)
        if len(calm) > 10 and len(under) > 10:
            words = (
                f"{p99(under):8.1f} ms with, {p99(calm):8.1f} ms without: "
                f"{p99(under) / p99(calm):.2f}"
            )
            owed = "" if what else f" (owed: {OWED_P99})"
            say(f"p99 of {what or 'all'}{owed}", words)
    say("  turn by turn", "  ".join(
        f"{p99(found.took([calm])):.0f}/{p99(found.took([under])):.0f}"
        for calm, under in zip(found.calm, found.under, strict=False)))  # fmt: skip


def _speed(found: Found) -> None:
    busy = [found.done_between(one)[0] / (one[1] - one[0]) for one in found.under]
    if busy:
        say("fields a second, people about", f"{statistics.mean(busy):,.0f}")
    if found.alone is None:
        return
    seconds = found.alone[1] - found.alone[0]
    fields, indexes = (one / seconds for one in found.done_between(found.alone))
    cores = os.cpu_count() or 1
    words = f"{fields:,.0f} and {indexes:,.0f} indexes, nobody about, {cores} cores"
    say(f"fields a second (owed: {OWED_FIELDS:,})", words)
    if not fields:
        return
    hours = ALL_PEOPLE * FIELDS_EACH / fields / 3600
    say("1.225 billion accounts", f"{hours * cores:,.0f} core-hours for {FIELDS_EACH} fields and"
        f" {INDEXES_EACH} indexes each")  # fmt: skip
    for nodes in NODES:
        say(f"  on {nodes} such machines", f"{hours / 24 / nodes:.2f} days, each with its database")
