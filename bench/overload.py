"""Overload: what is still served when more is asked for than can be.

``python -m bench overload --seconds 10``: requests of several kinds come at a rate, whatever comes back
(an open loop, on as many connections as it takes), from a process of its own. The rate rises until no
more is served in time; then twice and ten times as much is asked for. What counts is goodput: successes
within a second of when they were due. Nobody heeds ``Retry-After``, which is harder than life.

Whoever asks ten times as much needs ten times the processor to ask, and on a small machine takes it from
the server. So the server has one processor and those who ask another, throughout; ``--together`` lets
them share all, which is another test. What a success costs the server is told, too: it hangs less on
what else the machine does.

``--beside synapse`` does the same to Synapse in the same run, ``--beside URL,PID[,PID]`` to another
homeserver that offers ``m.login.dummy``, at rates of its own.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context

import uvloop

from bench import synapse
from bench.meter import cpu_seconds
from bench.scene import Scene, side_by_side
from bench.talk import Answer, Person, q

ROOMS, HISTORY = 20, 120
IN_TIME_SECONDS = 1.0
GIVE_UP_SECONDS = 5.0
GROWTH = 1.5
OWED = 0.9
WISH = {"room": {"timeline": {"limit": 20}, "state": {"lazy_load_members": True}}}
Server = tuple[str, int, list[int]]
Open = Callable[..., AbstractContextManager[Server]]


@dataclass
class Felt:
    """What came of the requests of a while."""

    rate: float
    seconds: float
    good: Counter[str] = field(default_factory=Counter[str])
    asked: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    late: int = 0  # a success, too late
    failed: Counter[str] = field(default_factory=Counter[str])
    took: list[float] = field(default_factory=list[float])
    cpu: float = (
        0.0  # seconds that the server's processes took, those of what came too late included
    )

    @property
    def goodput(self) -> float:
        """Successes in time, a second."""
        return sum(self.good.values()) / self.seconds


class Crowd:
    """People who ask for things at a rate."""

    def __init__(self, people: list[Person], rooms: list[str], tag: str) -> None:
        self.people, self.rooms, self._tag = people, rooms, tag
        self._free: list[Person] = []
        self._txns = count()
        self._draw = random.Random(2018)
        self.kinds: dict[str, tuple[int, Callable[[Person], Awaitable[Answer]]]] = {
            "whoami": (5, lambda one: one.ask("GET", "/account/whoami", seconds=GIVE_UP_SECONDS)),
            "send": (25, self._send),
            "sync": (10, self._sync),
            "page": (30, self._page),
            "members": (15, self._members),
            "search": (15, self._search),
        }

    def _room(self) -> str:
        return q(self._draw.choice(self.rooms))

    async def _send(self, one: Person) -> Answer:
        path = f"/rooms/{self._room()}/send/m.room.message/{self._tag}{next(self._txns)}"
        body = {"msgtype": "m.text", "body": "tea?" * 10}
        return await one.ask("PUT", path, body, GIVE_UP_SECONDS)

    async def _sync(self, one: Person) -> Answer:
        return await asyncio.wait_for(one.sync("", 0, WISH), GIVE_UP_SECONDS)

    async def _page(self, one: Person) -> Answer:
        path = f"/rooms/{self._room()}/messages?dir=b&limit=100"
        return await one.ask("GET", path, seconds=GIVE_UP_SECONDS)

    async def _members(self, one: Person) -> Answer:
        return await one.ask("GET", f"/rooms/{self._room()}/members", seconds=GIVE_UP_SECONDS)

    async def _search(self, one: Person) -> Answer:
        wish = {"search_categories": {"room_events": {"search_term": "tea"}}}
        return await one.ask("POST", "/search", wish, GIVE_UP_SECONDS)

    async def come(self, rate: float, seconds: float) -> Felt:
        """Ask at a rate for a while, then wait for what is still on its way."""
        felt, tasks = Felt(rate, seconds), set[asyncio.Task[None]]()
        names = list(self.kinds)
        weights = [share for share, _ in self.kinds.values()]
        began, nth = time.monotonic(), 0
        while (due := began + nth / rate) < began + seconds:
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            elif nth % 20 == 0:
                await asyncio.sleep(0)
            (name,) = self._draw.choices(names, weights)
            task = asyncio.create_task(self._one(felt, name, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            nth += 1
        if tasks:
            await asyncio.wait(tasks, timeout=GIVE_UP_SECONDS + 1)
        return felt

    async def _one(self, felt: Felt, name: str, due: float) -> None:
        felt.asked[name] += 1
        one = self._free.pop() if self._free else self._draw.choice(self.people).another()
        try:
            answer = await self.kinds[name][1](one)
        except (OSError, TimeoutError) as fault:
            one.line.close()
            felt.failed[type(fault).__name__] += 1
            return
        self._free.append(one)
        took = time.monotonic() - due
        if answer.status in (429, 503):
            felt.refused += 1
        elif answer.status != 200:
            felt.failed[str(answer.status)] += 1
        elif took > IN_TIME_SECONDS:
            felt.late += 1
        else:
            felt.good[name] += 1
            felt.took.append(took * 1000)


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    tag: str
    people: int
    seconds: float  # at each rate
    processors: set[int]  # of those who ask


async def _crowd(server: Server, plan: Plan) -> Crowd:
    """Make the people, the rooms and what was said before."""
    tag = plan.tag
    scene = Scene(*server, tag)
    people = await scene.crowd(plan.people)
    rooms = [await people[0].create_room() for _ in range(ROOMS)]

    async def move_in(one: Person) -> None:
        for room_id in rooms:
            await one.join(room_id)

    await side_by_side(8, [lambda one=one: move_in(one) for one in people[1:]])

    async def talk(room_id: str, one: Person) -> None:
        for nth in range(HISTORY):
            await one.say(room_id, f"h{tag}{nth}", "tea and cake, and what else there is to say")

    jobs = [
        lambda room_id=room_id, one=one: talk(room_id, one)
        for room_id, one in zip(rooms, people, strict=False)
    ]
    await side_by_side(8, jobs)
    return Crowd(people, rooms, tag)


async def _measure(server: Server, plan: Plan, first: float) -> list[Felt]:
    crowd = await _crowd(server, plan)

    async def at(rate: float) -> Felt:
        before = cpu_seconds(server[2])
        felt = await crowd.come(rate, plan.seconds)
        felt.cpu = cpu_seconds(server[2]) - before
        return felt

    await crowd.come(first, 2)  # connections, and what is read for the first time
    found, rate, best, short = list[Felt](), first, 0.0, 0
    while short < 2:  # until more is asked for than is served; once may be the machine's doing
        felt = await at(rate)
        found.append(felt)
        best = max(best, felt.goodput)
        short = short + 1 if felt.goodput < 0.8 * rate else 0
        rate *= GROWTH
    for times in (2, 10):
        await crowd.come(best / 4, 3)  # a breath between
        found.append(await at(best * times))
    return found


def measured(server: Server, plan: Plan, first: float) -> list[Felt]:
    """Measure from this process, beginning with a rate."""
    os.sched_setaffinity(0, plan.processors)
    return uvloop.run(_measure(server, plan, first))


@contextmanager
def on(processors: set[int]) -> Iterator[None]:
    """Start what is started in the block on some processors, and leave it there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def told(found: list[Felt]) -> bool:
    """Print what was found; tell whether goodput held."""
    sys.stdout.write(
        f"{'asked/s':>9} {'goodput/s':>10} {'refused':>8} {'late':>6} {'failed':>7}"
        f" {'p50 ms':>7} {'p99 ms':>7} {'CPU ms':>7}  served of each\n"
    )
    for felt in found:
        cuts = statistics.quantiles(felt.took, n=100) if len(felt.took) > 1 else [0.0] * 99
        shares = " ".join(f"{name} {felt.good[name] / felt.asked[name]:.0%}" for name in felt.asked)
        sys.stdout.write(
            f"{felt.rate:9.0f} {felt.goodput:10.0f} {felt.refused:8} {felt.late:6}"
            f" {sum(felt.failed.values()):7} {cuts[49]:7.1f} {cuts[98]:7.1f}"
            f" {felt.cpu * 1000 / max(sum(felt.good.values()), 1):7.2f}  {shares}"
            f"{' ' + str(dict(felt.failed)) if felt.failed else ''}\n"
        )
    *rising, twice, tenfold = found
    best = max(felt.goodput for felt in rising)
    sys.stdout.write(
        f"peak {best:.0f}/s; at twice that {twice.goodput / best:.2f} of it,"
        f" at ten times {tenfold.goodput / best:.2f} (owed {OWED})\n"
    )
    return min(twice.goodput, tenfold.goodput) >= OWED * best


def run(arguments: list[str], server_at: Open, folder: str) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench overload", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long at each rate")
    parser.add_argument("--people", type=int, default=200, help="in twenty rooms, all of them")
    parser.add_argument("--first", type=float, default=50.0, help="requests a second to begin with")
    parser.add_argument("--bear", action="store_true", help="with nothing refused, to compare")
    parser.add_argument("--together", action="store_true", help="server and askers share all")
    parser.add_argument("--beside", metavar="synapse|URL,PID[,PID]", help="the same to another")
    options = parser.parse_args(arguments)
    theirs, *rest = sorted(os.sched_getaffinity(0))
    asking, serving = ({theirs}, set(rest)) if rest else ({theirs}, {theirs})
    if options.together:
        asking = serving = asking | serving
    plan = Plan(f"{os.getpid():x}", options.people, options.seconds, asking)
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:

        def ask(server: Server, first: float) -> bool:
            return told(elsewhere.submit(measured, server, plan, first).result())

        how = "bear" if options.bear else "shed"
        with on(serving), server_at(folder, True, 1, overload=how) as server:
            held = ask(server, options.first)
        if options.beside == "synapse":
            with on(serving), synapse.beside() as there:
                ask(synapse.named(there), options.first / 5)
        elif options.beside:
            ask(synapse.named(options.beside), options.first / 5)
    sys.exit(0 if held else 1)
