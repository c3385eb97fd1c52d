"""Live many lives of the log with time, network and crashes by lot (``tests/simulation``).

``python -m bench simulate --seeds 10000`` lives so many, on as many processors as there are, and
prints how many a second, with ``--shards N`` of the log; ``--seed N`` lives one again and says what went wrong in it. ``--planted``
says by which seed each planted mistake is found.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from tests.simulation.planted import PLANTED
from tests.simulation.world import Parts, Verdict, run

PIECE = 50


def piece(first: int, count: int, shards: int) -> tuple[list[Verdict], Counter[str]]:
    """Live some lives; return those in which something went wrong, and what happened in all."""
    wrong: list[Verdict] = []
    counts: Counter[str] = Counter()
    for seed in range(first, first + count):
        verdict = run(seed, Parts(shards=shards))
        counts.update(verdict.counts)
        counts.update(statements=verdict.steps // 2, events=verdict.events)
        counts["virtual seconds"] += int(verdict.seconds)
        if verdict.wrongs:
            wrong.append(verdict)
    return wrong, counts


def tell(verdict: Verdict) -> None:
    """Print what went wrong."""
    print(f"seed {verdict.seed}: {'; '.join(verdict.wrongs) or 'clean'}", flush=True)


def many(first: int, count: int, jobs: int, shards: int) -> bool:
    """Live so many lives; tell whether all were clean."""
    began, wrong = time.perf_counter(), 0
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs) as pool:
        starts = range(first, first + count, PIECE)
        sizes = [min(PIECE, first + count - start) for start in starts]
        for found, happened in pool.map(piece, starts, sizes, repeat(shards)):
            counts.update(happened)
            wrong += len(found)
            for verdict in found:
                tell(verdict)
    seconds = time.perf_counter() - began
    for what, times in counts.most_common():
        print(f"{what:18} {times:12,}")
    print(f"{count} seeds, {count - wrong} clean, {count / seconds:.1f} seeds/s, {seconds:.0f} s")
    return wrong == 0


def planted(most: int) -> bool:
    """Look for each planted mistake; tell whether all were found."""
    missed = 0
    for mistake, (plant, finds) in PLANTED.items():
        for seed in range(most):
            with plant() as parts:
                found = [wrong for wrong in run(seed, parts).wrongs if finds in wrong]
            if found:
                print(f"{mistake:28} seed {seed:4}: {found[0]}")
                break
        else:
            missed += 1
            print(f"{mistake:28} NOT FOUND in {most} seeds")
    return missed == 0


def main(words: list[str]) -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(prog="python -m bench simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--shards", type=int, default=0, help="of the log; 0: by lot")
    chosen = parser.parse_args(words)
    if chosen.seed is not None:
        verdict = run(chosen.seed, Parts(shards=chosen.shards))
        tell(verdict)
        good = not verdict.wrongs
    elif chosen.planted:
        good = planted(chosen.seeds)
    else:
        good = many(chosen.first, chosen.seeds, chosen.jobs, chosen.shards)
    sys.exit(0 if good else 1)
