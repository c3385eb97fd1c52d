"""What a process tree costs, from ``/proc``: processor time, and memory with shared pages once."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """Return a process and everything below it."""
    found = [root]
    for tasks in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue
        for child in children:
            found += tree(int(child))
    return found


def cpu_seconds(roots: Sequence[int]) -> float:
    """Return the user and system time of process trees, ended children included."""
    ticks = 0
    for root in roots:
        for process in tree(root):
            try:
                text = Path(f"/proc/{process}/stat").read_text()
            except OSError:
                continue
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:15]))
    return ticks / TICK


def memory_kb(roots: Sequence[int], kind: str = "Pss") -> float:
    """Return the proportional set size of process trees; of a kind, such as ``Pss_Shmem``, alone."""
    total = 0
    for root in roots:
        for process in tree(root):
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
    return total


@dataclass
class Meter:
    """Measures from when it is made until ``stop``."""

    roots: Sequence[int]
    took: list[float] = field(default_factory=list[float])
    _cpu: float = field(init=False)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._cpu, self._began = cpu_seconds(self.roots), time.monotonic()

    def stop(self, operations: int) -> "Cost":
        """Return what each of so many operations cost."""
        wall = time.monotonic() - self._began
        cpu_ms = (cpu_seconds(self.roots) - self._cpu) * 1000 / max(operations, 1)
        p50 = statistics.median(self.took) * 1000 if self.took else 0.0
        return Cost(operations, cpu_ms, operations / wall, p50)


@dataclass(frozen=True)
class Cost:
    """The cost of one kind of operation."""

    operations: int
    cpu_ms: float
    per_second: float
    p50_ms: float
