"""A rush of people signing up: what those who have an account notice of it.

``python -m bench surge --seconds 600``: the same people send to each other, so many messages a
second, before the rush, during it and after it. The rush is fifty times the ordinary rate of
sign-ups, through our own steps, each on a connection of its own. It comes from a process of its own,
so that those who send do not wait for each other in ours.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from multiprocessing import get_context

from bench.meter import Meter
from bench.scene import Scene
from bench.talk import Line, Person

TIMES = 50
# Sign-ups a second: what a house of 60 million accounts has that grows by 5.2 % a year [§0.14].
ORDINARY = 0.1
OWED = 1.2
PAIRS = 8
Open = Callable[[bool, int], AbstractContextManager[tuple[str, int, list[int]]]]


async def steady(
    scene: Scene, pairs: list[tuple[Person, str]], per_second: float, seconds: float
) -> list[float]:
    """Send at a fixed rate, whatever comes back; return how long each took, in milliseconds."""
    took: list[float] = []
    began = time.monotonic()
    # Only those under way are kept: a hundred thousand that are over make each collection of garbage
    # take half a second, which would be measured as the server's.
    tasks: set[asyncio.Task[None]] = set()
    failed: list[BaseException] = []

    def ended(task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            failed.append(fault)

    async def one(person: Person, room_id: str, due: float) -> None:
        answer = await person.say(room_id, f"s{next(scene.txns)}", "tea?")
        assert answer.status == 200, answer.body
        took.append((time.monotonic() - due) * 1000)

    nth = 0
    while (due := began + nth / per_second) < began + seconds:
        await asyncio.sleep(max(due - time.monotonic(), 0))
        task = asyncio.create_task(one(*pairs[nth % len(pairs)], due))
        tasks.add(task)
        task.add_done_callback(ended)
        nth += 1
    await asyncio.gather(*tasks)
    assert not failed, failed[0]
    return took


class Rush:
    """People who sign up, at a rate."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.ended: Counter[str] = Counter()
        self._number = 0

    async def run(self, per_second: float, seconds: float) -> None:
        """Have so many begin a second."""
        began, nth, tasks = time.monotonic(), 0, set[asyncio.Task[None]]()
        while (due := began + nth / per_second) < began + seconds:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            tasks.add(asyncio.create_task(self._one()))
            nth += 1
        await asyncio.wait(tasks, timeout=5)
        for task in tasks:
            task.cancel()

    async def _one(self) -> None:
        self._number += 1
        number, line = self._number, self.scene.line()
        try:
            self.ended[await self._sign_up(line, f"r{self.scene.tag}x{number}")] += 1
        except OSError as fault:
            self.ended[type(fault).__name__] += 1
        finally:
            line.close()

    async def _sign_up(self, line: Line, name: str) -> str:
        base, address = "/api/v1/registrations", f"{name}@example.org"
        asked = {"door": "email", "service_region": "intl"}
        told = await line.ask("POST", base, asked)
        if told.status != 201:
            return f"{told.status} at the door"
        mine = f"{base}/{told.json()['registration_id']}"
        version = told.json()["policy_version"]
        steps = [
            ("consent", {"policy_version": version}),
            ("contact", {"kind": "email", "value": address}),
        ]
        for step, body in steps:
            told = await line.ask("POST", f"{mine}/{step}", body)
            if told.status >= 300:
                return f"{told.status} at {step}"
        code = await self._code(line, address)
        told = await line.ask("POST", f"{mine}/code", {"code": code})
        if told.status >= 300:
            return f"{told.status} at code"
        told = await line.ask("POST", f"{mine}/finish", {"username": name})
        return "account" if told.status == 201 else f"{told.status} at finish"

    async def _code(self, line: Line, address: str) -> str:
        for _ in range(100):
            told = await line.ask("GET", f"/api/v1/test/codes?to={address}")
            codes = told.json().get("codes", [])
            if codes:
                return codes[-1]
            await asyncio.sleep(0.1)
        return ""


def rush_from_elsewhere(
    server: tuple[str, int, list[int]], tag: str, per_second: float, seconds: float
) -> Counter[str]:
    """Have so many begin a second, in this process, and say how they ended."""
    rush = Rush(Scene(*server, tag, seconds))
    asyncio.run(rush.run(per_second, seconds))
    return rush.ended


def p99(took: list[float]) -> float:
    """Return the 99th of a hundred."""
    return statistics.quantiles(took, n=100)[98]


def by_the_minute(took: list[float], per_second: float) -> list[float]:
    """Return the 99th of a hundred of each whole minute."""
    size = round(per_second * 60)
    return [p99(took[at : at + size]) for at in range(0, len(took) - size + 1, size)]


async def measure(options: argparse.Namespace, server: tuple[str, int, list[int]]) -> bool:
    """Measure before, during and after; print, and tell whether the rush was borne."""
    scene = Scene(*server, f"{os.getpid():x}", options.seconds)
    people = await scene.crowd(PAIRS * 2)
    pairs: list[tuple[Person, str]] = []
    for nth in range(PAIRS):
        ann, bo = people[2 * nth : 2 * nth + 2]
        pairs.append((ann, await scene.room_of(f"pair{nth}", [ann, bo])))
    await steady(scene, pairs, options.messages, 3)  # the first ones make connections
    before = await steady(scene, pairs, options.messages, options.quiet)
    rate = options.ordinary * TIMES
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        rush = asyncio.get_running_loop().run_in_executor(
            elsewhere, rush_from_elsewhere, server, scene.tag, rate, options.seconds
        )
        meter = Meter(scene.roots)
        during = await steady(scene, pairs, options.messages, options.seconds)
        rushed = await rush
    cost = meter.stop(sum(rushed.values()))
    after = await steady(scene, pairs, options.messages, options.quiet)
    for words, took in (("before", before), ("during the rush", during), ("after", after)):
        sys.stdout.write(
            f"{words:18} p50 {statistics.median(took):7.2f} ms   p99 {p99(took):7.2f} ms\n"
        )
    ratio = p99(during) / max(p99(before), p99(after))
    ended = ", ".join(f"{count} {what}" for what, count in rushed.most_common())
    minutes = " ".join(f"{one:.1f}" for one in by_the_minute(during, options.messages))
    sys.stdout.write(
        f"{rate:g} sign-ups a second for {options.seconds:g} s: {ended}\n"
        f"{cost.cpu_ms:.1f} ms of processor time for each, talk included\n"
        f"p99 of each minute of it: {minutes}\n"
        f"p99 {ratio:.2f} times the quieter phases' (owed: {OWED})\n"
    )
    return ratio <= OWED


def run(words: list[str], opened: Open, loop: Callable[..., bool]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench surge", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long the rush is")
    parser.add_argument("--quiet", type=float, default=120.0, help="seconds before, and after")
    parser.add_argument("--ordinary", type=float, default=ORDINARY, help="sign-ups a second")
    parser.add_argument("--messages", type=float, default=20.0, help="messages a second")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(words)
    with opened(True, options.workers) as server:
        held = loop(measure(options, server))
    sys.exit(0 if held else 1)
