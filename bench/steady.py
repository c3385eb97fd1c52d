"""A long time at half of what can be done: memory and latency must stay what they were.

``python -m bench steady --minutes 30``: sixteen pairs send as fast as they can for a while; then they
send half as many a second for so long, and every minute the memory and the percentiles are printed.
The last third may hold a tenth more memory than the first, and its best minute take as much longer at
the median: what others do on the machine makes minutes worse and never better, and what grows in the
server makes all of them worse.
Memory is what the processes hold by themselves. What they share is PostgreSQL's store of pages, which
has one size and is filled bit by bit as the database grows: it is printed beside it.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import uvloop

from bench.chat import send_in_pairs
from bench.meter import memory_kb
from bench.scene import Scene
from bench.surge import p99, steady
from bench.talk import Person

PAIRS = 16
GROWTH_MAX = 1.1
Server = tuple[str, int, list[int]]
Open = Callable[[bool, int], AbstractContextManager[Server]]
Minute = tuple[float, float, float]  # MB of their own, p50 ms, p99 ms


async def _pairs(scene: Scene) -> list[tuple[Person, str]]:
    people = await scene.crowd(PAIRS * 2)
    pairs: list[tuple[Person, str]] = []
    for nth in range(PAIRS):
        ann, bo = people[2 * nth : 2 * nth + 2]
        pairs.append((ann, await scene.room_of(f"half{nth}", [ann, bo])))
    return pairs


async def _measure(server: Server, minutes: int) -> list[Minute]:
    scene = Scene(*server, f"{os.getpid():x}", 10.0)
    capacity = (await send_in_pairs(scene)).per_second
    pairs = await _pairs(scene)
    sys.stdout.write(f"{capacity:.0f} messages a second at most; half of that for {minutes} min\n")
    found: list[Minute] = []
    for nth in range(minutes):
        began = time.monotonic()
        took = await steady(scene, pairs, capacity / 2, 60)
        shared = memory_kb(server[2], "Pss_Shmem") / 1024
        held = memory_kb(server[2]) / 1024 - shared
        found.append((held, statistics.median(took), p99(took)))
        sys.stdout.write(
            f"{nth + 1:4} {len(took) / (time.monotonic() - began):7.0f}/s {held:7.0f} MB + {shared:.0f} MB"
            f"  p50 {found[-1][1]:6.1f} ms  p99 {found[-1][2]:6.1f} ms\n"
        )
        sys.stdout.flush()
        await asyncio.sleep(0)
    return found


def flat(found: list[Minute]) -> bool:
    """Print how the last third stands to the first; tell whether nothing grew."""
    third = max(len(found) // 3, 1)
    first, last = found[:third], found[-third:]
    memory = statistics.mean(one[0] for one in last) / statistics.mean(one[0] for one in first)
    p50, slow = (
        min(one[what] for one in last) / min(one[what] for one in first) for what in (1, 2)
    )
    sys.stdout.write(
        f"last third to first: memory {memory:.2f}; best minutes: p50 {p50:.2f}, p99 {slow:.2f}\n"
    )
    return max(memory, p50) <= GROWTH_MAX


def run(arguments: list[str], our_server: Open) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench steady", description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    options = parser.parse_args(arguments)
    with our_server(True, 1) as server:
        found = uvloop.run(_measure(server, options.minutes))
    sys.exit(0 if flat(found) else 1)
