"""What a sliding sync costs beside ``/sync``, for somebody who is in a thousand rooms.

``python -m bench sliding --rooms 1000``: the same account asks both ways, in turn. A client of sliding
sync looks at all its rooms (as Element X does after a while), or at the newest twenty (as when it
starts). State and members are wanted as such clients want them.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from typing import Any

import uvloop

from bench.chat import LAZY
from bench.meter import Cost
from bench.scene import Scene, side_by_side
from bench.talk import Person, good

PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
FIRSTS = 5
PAUSE_SECONDS = 0.01  # until those have done with a message who follow the log
STATE = [
    ["m.room.create", ""],
    ["m.room.name", ""],
    ["m.room.encryption", ""],
    ["m.room.member", "$LAZY"],
    ["m.room.member", "$ME"],
    ["m.room.topic", ""],
    ["m.room.avatar", ""],
    ["m.room.canonical_alias", ""],
    ["m.room.power_levels", ""],
    ["m.space.child", "*"],
]
Server = Callable[[bool, int], AbstractContextManager[tuple[str, int, list[int]]]]
Go = Callable[[], Awaitable[None]]


def wish(last: int) -> dict[str, Any]:
    """Return a request for the newest rooms, up to and with the ``last``."""
    room = {"timeline_limit": 1 if last < 100 else 20, "required_state": STATE}
    filters = {"not_room_types": ["m.space"]}
    names = ("account_data", "receipts", "typing", "e2ee", "to_device")
    return {
        "lists": {"all_rooms": room | {"ranges": [[0, last]], "filters": filters}},
        "extensions": {name: {"enabled": True} for name in names},
    }


class Slider:
    """One connection that goes on."""

    def __init__(self, person: Person, name: str, last: int) -> None:
        self.person, self.pos, self.body = person, "", wish(last) | {"conn_id": name}

    async def go(self) -> None:
        """Ask for what is new."""
        path = PATH + (f"?pos={self.pos}" if self.pos else "")
        self.pos = good(await self.person.ask("POST", path, self.body), "sliding sync")["pos"]

    async def begin(self) -> None:
        """Ask from the beginning."""
        self.pos = ""
        await self.go()


class Syncer:
    """One client of ``/sync``."""

    def __init__(self, person: Person) -> None:
        self.person, self.since = person, ""

    async def go(self) -> None:
        """Ask for what is new."""
        self.since = good(await self.person.sync(self.since, wish=LAZY), "sync")["next_batch"]

    async def begin(self) -> None:
        """Ask from the beginning."""
        self.since = ""
        await self.go()


async def _firsts(scene: Scene, begin: Go) -> Cost:
    await begin()
    meter = scene.meter()
    for _ in range(FIRSTS):
        async with scene.timed(meter):
            await begin()
    return meter.stop(FIRSTS)


async def _again(scene: Scene, go: Go) -> Cost:
    await go()
    meter = scene.meter()

    async def one() -> None:
        async with scene.timed(meter):
            await go()

    return meter.stop(await scene.for_a_while([one]))


async def _measure(host: str, port: int, roots: list[int], rooms: int, seconds: float) -> None:
    scene = Scene(host, port, roots, "s", seconds)
    maker, comer = await scene.crowd(2)
    room_ids = [await maker.create_room(name=f"Room {nth}") for nth in range(rooms)]
    await side_by_side(4, [partial(comer.another().join, room_id) for room_id in room_ids])
    for nth, room_id in enumerate(room_ids):
        good(await maker.say(room_id, f"w{nth}", "welcome"), "send")
    numbers = count()
    syncer = Syncer(comer.another())
    ways: tuple[tuple[str, Any], ...] = (
        ("/sync", syncer),
        ("sliding, all rooms", Slider(comer.another(), "all", rooms)),
        ("sliding, newest 20", Slider(comer.another(), "few", 19)),
    )

    async def a_message() -> None:
        nth = next(numbers)
        good(await maker.say(room_ids[nth % 20], f"m{nth}", "tea?"), "send")

    async def after_a_message(way: Any) -> None:
        await a_message()
        await asyncio.sleep(PAUSE_SECONDS)
        await way.go()

    async def only_said() -> None:
        await a_message()
        await asyncio.sleep(PAUSE_SECONDS)

    said = await _again(scene, only_said)
    out = sys.stdout.write
    out(f"{rooms} rooms; processor time in ms (p50 of the answer)\n")
    out(f"{'':20} {'first':>16} {'nothing new':>16} {'after a message':>16} {'ratios':>18}\n")
    beside: tuple[float, ...] = ()
    for name, way in ways:
        first = await _firsts(scene, way.begin)
        idle = await _again(scene, way.go)
        moved = await _again(scene, partial(after_a_message, way))
        costs = first.cpu_ms, idle.cpu_ms, moved.cpu_ms - said.cpu_ms
        beside = beside or costs
        ratios = " ".join(
            f"{ours / theirs:5.2f}" for ours, theirs in zip(costs, beside, strict=True)
        )
        out(
            f"{name:20} {costs[0]:8.2f} ({first.p50_ms:5.1f}) {costs[1]:8.3f} ({idle.p50_ms:5.2f}) {costs[2]:16.3f} {ratios:>18}\n"
        )


def run(words: list[str], server: Server) -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench sliding", description=__doc__)
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each loop runs")
    options = parser.parse_args(words)
    with server(True, 1) as (host, port, roots):
        uvloop.run(_measure(host, port, roots, options.rooms, options.seconds))
