"""What ``/sync`` costs as there is more of everything: it owes to cost what changed.

``python -m bench growth``: people who are in 10, 200, 1,000 and 3,000 rooms ask for everything, for
what is new when nothing is, and after one message. One in a thousand rooms comes back after thousands
of messages in ten of them. A room gets 20,000 members: one of them asks, and one more comes. All of it
with what is in memory, and the first answers again after a restart.
"""

import argparse
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench.chat import LAZY
from bench.scene import Scene, side_by_side
from bench.talk import Person, good

FIRSTS = 3
AT_ONCE = 8
BUSY_ROOMS = 10
IDLE_IN = 1_000
Server = Callable[..., AbstractContextManager[tuple[str, int, list[int]]]]
Go = Callable[[], Awaitable[Any]]


@dataclass
class Town:
    """Who is there, and what is kept over a restart."""

    options: argparse.Namespace
    people: dict[int, Person] = field(default_factory=dict[int, Person])  # by in how many rooms
    rooms: list[str] = field(default_factory=list[str])
    maker: Person | None = None
    away: str = ""  # since when one has not asked
    crowded: tuple[Person, str] | None = None  # a member of the crowd, and where

    def moved(self, scene: Scene) -> None:
        """Talk to the server where it is now."""
        everybody = [*self.people.values(), self.maker, self.crowded and self.crowded[0]]
        for person in everybody:
            if person:
                person.line = scene.line()


def say(what: str, ms: float, p50: float) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:56} {ms:10.3f} {p50:10.2f}\n")
    sys.stdout.flush()


async def times(scene: Scene, what: str, go: Go, count: int = FIRSTS) -> None:
    """Do something so many times, and say what one cost."""
    meter = scene.meter()
    for _ in range(count):
        async with scene.timed(meter):
            await go()
    cost = meter.stop(count)
    say(what, cost.cpu_ms, cost.p50_ms)


async def asked(person: Person, since: str = "") -> str:
    """Sync; return the next place."""
    return good(await person.sync(since, wish=LAZY), "sync")["next_batch"]


async def furnish(scene: Scene, town: Town) -> None:
    """Make the rooms and who is in them, and say something in each."""
    sizes: Sequence[int] = town.options.rooms
    maker, *comers = await scene.crowd(1 + len(sizes))
    town.maker, town.people = maker, dict(zip(sizes, comers, strict=True))
    lines = [maker.another() for _ in range(AT_ONCE)]
    makes = [
        partial(lines[nth % AT_ONCE].create_room, name=f"R {nth}") for nth in range(max(sizes))
    ]
    town.rooms = await side_by_side(AT_ONCE, makes)
    for size, person in town.people.items():
        lines = [person.another() for _ in range(AT_ONCE)]
        joins = [
            partial(lines[nth % AT_ONCE].join, one) for nth, one in enumerate(town.rooms[:size])
        ]
        await side_by_side(AT_ONCE, joins)
    for nth, room_id in enumerate(town.rooms):
        good(await maker.say(room_id, f"w{nth}", "welcome"), "send")


async def steady(scene: Scene, town: Town) -> None:
    """Ask as people do whose rooms are in memory."""
    assert town.maker is not None
    for size, person in town.people.items():
        await asked(person)
        await times(scene, f"initial sync, {size} rooms", partial(asked, person))
    for size, person in town.people.items():
        since = await asked(person)
        await asked(person, since)
        meter = scene.meter()

        async def one(person: Person = person, since: str = since) -> None:
            await asked(person, since)

        cost = meter.stop(await scene.for_a_while([one]))
        say(f"nothing new, {size} rooms", cost.cpu_ms, 0.0)
        good(await town.maker.say(town.rooms[0], f"n{size}", "tea?"), "send")
        meter = scene.meter()
        cost = meter.stop(await scene.for_a_while([one]))
        say(f"one message, {size} rooms", cost.cpu_ms, 0.0)


async def chatter(town: Town, count: int) -> None:
    """Say much in few rooms while one is away."""
    assert town.maker is not None
    lines = [town.maker.another() for _ in range(AT_ONCE)]
    says = [
        partial(lines[nth % AT_ONCE].say, town.rooms[nth % BUSY_ROOMS], f"c{nth}", "and then")
        for nth in range(count)
    ]
    await side_by_side(AT_ONCE, says)


async def fill(scene: Scene, town: Town, count: int) -> None:
    """Let so many people into one room."""
    assert town.maker is not None
    room_id = await town.maker.create_room(name="Square")
    lines = [scene.line() for _ in range(AT_ONCE)]

    async def come(nth: int) -> Person:
        person = await Person.register(lines[nth % AT_ONCE], f"c{scene.tag}-{nth}")
        await person.join(room_id)
        return person

    people = await side_by_side(AT_ONCE, [partial(come, nth) for nth in range(count)])
    town.crowded = people[-1].another(), room_id


async def crowd(scene: Scene, town: Town) -> None:
    """Ask as a member of a crowd, and join it."""
    assert town.maker is not None
    assert town.crowded is not None
    person, room_id = town.crowded
    size = town.options.members
    await asked(person)
    await times(scene, f"initial sync, a room of {size}", partial(asked, person), 10)
    since = await asked(person)
    good(await town.maker.say(room_id, f"z{scene.tag}", "hear"), "send")
    await times(scene, f"one message, a room of {size}", partial(asked, person, since), 200)
    comers = [
        await Person.register(scene.line(), f"late{scene.tag}-{nth}")
        for nth in range(town.options.comers)
    ]
    sinces = [await asked(one) for one in comers]
    joins = iter(comers)
    await times(scene, f"join a room of {size}", lambda: next(joins).join(room_id), len(comers))
    nexts = iter(zip(comers, sinces, strict=True))
    await times(
        scene, f"sync after joining a room of {size}", lambda: asked(*next(nexts)), len(comers)
    )
    await times(
        scene, f"sync of a member who missed {len(comers)} joins", partial(asked, person, since), 20
    )


async def first_day(server: tuple[str, int, list[int]], town: Town) -> None:
    """Furnish, and measure what is in memory."""
    scene = Scene(*server, "a", town.options.seconds)
    await furnish(scene, town)
    await steady(scene, town)
    if IDLE_IN in town.people:
        idle = town.people[IDLE_IN]
        town.away = await asked(idle)
        await chatter(town, town.options.missed)
        words = f"back after {town.options.missed} messages, {IDLE_IN} rooms"
        await times(scene, words, partial(asked, idle, town.away))
    if town.options.members:
        await fill(scene, town, town.options.members)
        await crowd(scene, town)


async def second_day(server: tuple[str, int, list[int]], town: Town) -> None:
    """Measure what has to be read."""
    scene = Scene(*server, "b", town.options.seconds)
    town.moved(scene)
    assert town.maker is not None
    good(await town.maker.ask("GET", "/account/whoami"), "whoami")
    if town.away:
        idle = town.people[IDLE_IN]
        words = f"restarted: back after {town.options.missed} messages, {IDLE_IN} rooms"
        await times(scene, words, partial(asked, idle, town.away), 1)
    for size, person in reversed(town.people.items()):
        if size != IDLE_IN:
            await times(scene, f"restarted: initial sync, {size} rooms", partial(asked, person), 1)
    if town.crowded:
        words = f"restarted: initial sync, a room of {town.options.members}"
        await times(scene, words, partial(asked, town.crowded[0]), 1)


def run(argv: list[str], server_at: Server) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    numbers = partial(lambda text: [int(one) for one in text.split(",")])
    parser.add_argument("--rooms", type=numbers, default=[10, 200, 1000, 3000], metavar="N,…")
    parser.add_argument("--members", type=int, default=20_000, help="of the large room; 0: none")
    parser.add_argument("--missed", type=int, default=6_000, help="messages while one was away")
    parser.add_argument("--comers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each loop runs")
    town = Town(parser.parse_args(argv))
    sys.stdout.write(f"{'':56} {'CPU ms':>10} {'p50 ms':>10}\n")
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        for day in (first_day, second_day):
            with server_at(f"{folder}/data", True, 1) as server:
                uvloop.run(day(server, town))
