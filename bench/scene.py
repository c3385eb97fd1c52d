"""The server under test, and people and rooms to measure with, made once and used again."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.meter import Meter
from bench.talk import Line, Person

SET_UP_AT_ONCE = 8


@dataclass
class Scene:
    """A homeserver, found by address, whose cost is that of some process trees."""

    host: str
    port: int
    roots: Sequence[int]
    tag: str
    seconds: float = 5.0
    people: list[Person] = field(default_factory=list[Person])
    rooms: dict[str, str] = field(default_factory=dict[str, str])
    txns: "count[int]" = field(default_factory=count)

    def line(self) -> Line:
        """Return a new connection."""
        return Line(self.host, self.port)

    def meter(self) -> Meter:
        """Begin to measure."""
        return Meter(self.roots)

    @asynccontextmanager
    async def timed(self, meter: Meter) -> AsyncIterator[None]:
        """Add how long the block took to a meter."""
        began = time.monotonic()
        yield
        meter.took.append(time.monotonic() - began)

    async def crowd(self, size: int) -> list[Person]:
        """Return so many people, each with a connection."""
        missing = range(len(self.people), size)
        made = await side_by_side(
            SET_UP_AT_ONCE,
            [lambda nth=nth: Person.register(self.line(), f"b{self.tag}-{nth}") for nth in missing],
        )
        self.people += made
        return self.people[:size]

    async def newcomers(self, count: int) -> list[Person]:
        """Return so many people who are in no room yet."""
        return (await self.crowd(len(self.people) + count))[-count:]

    async def room_of(self, name: str, members: Sequence[Person]) -> str:
        """Return the public room of that name, made with these members the first time."""
        if name not in self.rooms:
            room_id = await members[0].create_room()
            joins = [lambda one=one: one.join(room_id) for one in members[1:]]
            await side_by_side(SET_UP_AT_ONCE, joins)
            self.rooms[name] = room_id
        return self.rooms[name]

    async def for_a_while(self, works: Sequence[Callable[[], Awaitable[Any]]]) -> int:
        """Do each work again and again, side by side; return how often in all."""
        end = time.monotonic() + self.seconds
        done = 0

        async def again(work: Callable[[], Awaitable[Any]]) -> None:
            nonlocal done
            while time.monotonic() < end:
                await work()
                done += 1

        await asyncio.gather(*(again(work) for work in works))
        return done


async def side_by_side(at_once: int, jobs: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Do all jobs, at most so many at once; return their results in order."""
    results: list[Any] = [None] * len(jobs)
    waiting = iter(enumerate(jobs))

    async def work() -> None:
        for nth, job in waiting:
            results[nth] = await job()

    await asyncio.gather(*(work() for _ in range(at_once)))
    return results
