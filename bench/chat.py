"""Talking: rooms, messages, delivery, sync, pages, and waiting for nothing."""

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Self

from bench.meter import Cost, Meter, memory_kb
from bench.scene import Scene, side_by_side
from bench.talk import Answer, Person, Unexpected, good, q

ROOMS_JOINED, ROOMS_SYNCED, HISTORY = 100, 200, 1000
IDLE_FIRST, IDLE_POLLS = 300, 2000
SETTLE_SECONDS = 5.0
LAZY = {"room": {"timeline": {"limit": 20}, "state": {"lazy_load_members": True}}}
NEXT = re.compile(rb'"next_batch":\s*"([^"]+)"')
MARK = re.compile(rb"mark-(\d+)-")


async def rooms_created(scene: Scene) -> Cost:
    """Make private rooms, four at once."""
    people = [person.another() for person in await scene.crowd(4)]
    await side_by_side(4, [partial(one.create_room, "private_chat") for one in people])
    meter = scene.meter()

    async def one(person: Person) -> None:
        async with scene.timed(meter):
            await person.create_room("private_chat")

    return meter.stop(await scene.for_a_while([partial(one, person) for person in people]))


async def rooms_joined(scene: Scene) -> Cost:
    """Come into public rooms, four at once."""
    maker, *comers = await scene.crowd(5)
    room_ids = [await maker.create_room() for _ in range(ROOMS_JOINED)]
    lines = [person.another() for person in comers]
    meter = scene.meter()

    async def one(person: Person) -> None:
        for room_id in room_ids:
            async with scene.timed(meter):
                await person.join(room_id)

    await asyncio.gather(*(one(person) for person in lines))
    return meter.stop(ROOMS_JOINED * len(lines))


async def _say(scene: Scene, meter: Meter, person: Person, room_id: str) -> None:
    async with scene.timed(meter):
        good(await person.say(room_id, f"t{scene.tag}{next(scene.txns)}", "tea?" * 10), "send")


async def _sends(scene: Scene, pairs: Sequence[tuple[Person, str]]) -> Cost:
    meter = scene.meter()
    works = [partial(_say, scene, meter, person, room_id) for person, room_id in pairs]
    return meter.stop(await scene.for_a_while(works))


async def send_alone(scene: Scene) -> Cost:
    """One person talks in a room of two."""
    people = await scene.crowd(2)
    return await _sends(scene, [(people[0], await scene.room_of("pair 0", people))])


async def send_in_pairs(scene: Scene) -> Cost:
    """Sixteen people talk, each in a room of two."""
    people = await scene.crowd(32)
    pairs = [people[nth * 2 : nth * 2 + 2] for nth in range(16)]
    return await _sends(
        scene, [(two[0], await scene.room_of(f"pair {n}", two)) for n, two in enumerate(pairs)]
    )


async def send_in_crowds(scene: Scene) -> Cost:
    """Sixteen people talk in two rooms of fifty, nobody listening."""
    people = await scene.crowd(100)
    rooms = [await scene.room_of(f"crowd {n}", people[n * 50 : n * 50 + 50]) for n in (0, 1)]
    return await _sends(scene, [(people[n * 50 + k], rooms[n]) for n in (0, 1) for k in range(8)])


class Audience:
    """Members who all poll at once, and which marked messages each has heard."""

    def __init__(self, scene: Scene, members: Sequence[Person]) -> None:
        self.scene = scene
        self.members = [one.another() for one in members]
        self.deliveries = 0
        self.heard: dict[bytes, int] = {}
        self.complete: dict[bytes, asyncio.Event] = {}

    async def __aenter__(self) -> Self:
        firsts = await side_by_side(8, [partial(one.sync, wish=LAZY) for one in self.members])
        self._tasks = [
            asyncio.ensure_future(self._listen(one, good(first, "sync")["next_batch"]))
            for one, first in zip(self.members, firsts, strict=True)
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, one: Person, since: str) -> None:
        while True:
            answer = await one.sync(since, 30_000)
            found = NEXT.search(answer.body)
            if found is None:
                raise Unexpected(f"sync: {answer.status} {answer.body[:200]!r}")
            since = found[1].decode()
            for mark in MARK.findall(answer.body):
                self.deliveries += 1
                self.heard[mark] = self.heard.get(mark, 0) + 1
                if self.heard[mark] == len(self.members) and mark in self.complete:
                    self.complete[mark].set()

    async def tell(self, person: Person, room_id: str, number: int) -> None:
        """Say something and wait until everybody has heard it."""
        everybody = self.complete[b"%d" % number] = asyncio.Event()
        good(await person.say(room_id, f"m{self.scene.tag}{number}", f"mark-{number}-"), "send")
        await everybody.wait()


async def delivery_to_a_hundred(scene: Scene) -> Cost:
    """Four people talk as fast as they can to a hundred members who poll; cost of a delivery."""
    people = await scene.crowd(100)
    room_id = await scene.room_of("hall", people)
    numbers = count(1_000_000)
    async with Audience(scene, people) as audience:
        speakers = [people[nth].another() for nth in range(4)]
        meter = scene.meter()

        async def one(person: Person) -> None:
            async with scene.timed(meter):
                await audience.tell(person, room_id, next(numbers))

        await scene.for_a_while([partial(one, person) for person in speakers])
        return meter.stop(audience.deliveries)


async def delivery_to_fifty(scene: Scene) -> Cost:
    """Twenty messages, one at a time, to fifty who poll; from sending until all have heard."""
    people = (await scene.crowd(50))[:50]
    room_id = await scene.room_of("crowd 0", people)
    async with Audience(scene, people) as audience:
        speaker = people[0].another()
        meter = scene.meter()
        for number in range(2_000_000, 2_000_020):
            async with scene.timed(meter):
                await audience.tell(speaker, room_id, number)
            await asyncio.sleep(0.1)
        return meter.stop(20)


async def sync_with_nothing_new(scene: Scene) -> Cost:
    """Ask for news when there are none, and do not wait."""
    person = (await scene.crowd(1))[0].another()
    since = good(await person.sync(wish=LAZY), "sync")["next_batch"]
    meter = scene.meter()

    async def one() -> None:
        async with scene.timed(meter):
            good(await person.sync(since), "sync")

    return meter.stop(await scene.for_a_while([one]))


async def initial_sync(scene: Scene) -> Cost:
    """The first sync of somebody in two hundred rooms, members loaded lazily."""
    maker, comer = await scene.newcomers(2)  # who made rooms before is in more than these
    for nth in range(ROOMS_SYNCED):
        room_id = await scene.room_of(f"many {nth}", [maker, comer])
        good(await maker.say(room_id, f"many{nth}", "welcome"), "send")
    person = comer.another()
    meter = scene.meter()
    for _ in range(5):
        async with scene.timed(meter):
            told = good(await person.sync(wish=LAZY), "sync")
        assert len(told["rooms"]["join"]) == ROOMS_SYNCED, "no more and no fewer are measured"
    return meter.stop(5)


async def pages(scene: Scene) -> Cost:
    """Four people read back through a thousand messages, fifty a page."""
    people = await scene.crowd(4)
    if "history" not in scene.rooms:
        room_id = await scene.room_of("history", people)
        says = [
            partial(people[nth % 4].another().say, room_id, f"h{nth}", f"history {nth} " + "y" * 60)
            for nth in range(HISTORY)
        ]
        await side_by_side(8, says)
    path = f"/rooms/{q(scene.rooms['history'])}/messages?dir=b&limit=50"
    meter = scene.meter()
    places = [""] * 4

    async def one(nth: int) -> None:
        place = places[nth]
        async with scene.timed(meter):
            url = path + (f"&from={q(place)}" if place else "")
            page = good(await people[nth].ask("GET", url), "messages")
        places[nth] = page.get("end") or ""

    return meter.stop(await scene.for_a_while([partial(one, nth) for nth in range(4)]))


async def idle_memory_kb(scene: Scene) -> float:
    """Return what one more waiting long poll of somebody in no room holds.

    The first few hundred are not counted: they make what is made only once.
    """
    person = await Person.register(scene.line(), f"idle{scene.tag}")
    since = good(await person.sync(), "sync")["next_batch"]
    waiting: list[asyncio.Future[Answer]] = []

    async def wait_more(count: int) -> float:
        more = [asyncio.ensure_future(person.another().sync(since, 60_000)) for _ in range(count)]
        waiting.extend(more)
        await asyncio.wait(more, timeout=SETTLE_SECONDS)
        assert not any(one.done() for one in more), "they all wait"
        return memory_kb(scene.roots)

    before = await wait_more(IDLE_FIRST)
    after = await wait_more(IDLE_POLLS)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return (after - before) / IDLE_POLLS
