"""Two workers: NATS makes delivery fast, and its loss makes it no worse than a poll."""

import asyncio
import signal
import time

import pytest
from bench.talk import Line, Person, good

from teahouse.sync.model import read_token
from tests.faults.conftest import OpenHouse
from tests.faults.house import House, until

pytestmark = pytest.mark.processes

# A poll is every half second; a long poll that nobody wakes takes ten. Between lies a slow machine.
FAST_SECONDS, POLLED_SECONDS = 0.25, 8.0
NATS = "nats-server"


class Pair:
    """One person on each of two workers, in one room."""

    def __init__(self, speaker: Person, listener: Person, room_id: str, since: str) -> None:
        self.speaker, self.listener = speaker, listener
        self.room_id, self.since = room_id, since
        self.count = 0

    async def delivery(self) -> float:
        """Say something on one worker and return how long the other's long poll took to tell."""
        self.count += 1
        text = f"message {self.count}"
        async with asyncio.TaskGroup() as group:
            heard = group.create_task(self._hears(text))
            began = time.monotonic()
            good(await self.speaker.say(self.room_id, text, text), "send")
        return heard.result() - began

    async def _hears(self, text: str) -> float:
        while True:
            told = good(await self.listener.sync(self.since, 10_000), "sync")
            self.since = told["next_batch"]
            room = told.get("rooms", {}).get("join", {}).get(self.room_id, {})
            for event in room.get("timeline", {}).get("events", []):
                if event["content"].get("body") == text:
                    return time.monotonic()


async def on_two_workers(house: House) -> Pair:
    """Connect until both workers have been met: a sync token tells whose it is."""
    first = await Person.register(Line("127.0.0.1", house.port), "speaker")
    listener = await Person.register(Line("127.0.0.1", house.port), "listener")
    room_id = await first.create_room()
    await listener.join(room_id)
    lines: dict[str, Line] = {}

    async def met_both() -> bool:
        line = Line("127.0.0.1", house.port)
        token = good(await listener.on(line).sync(), "sync")["next_batch"]
        lines.setdefault(read_token(token).process, line)
        return len(lines) == 2

    assert await until(met_both, 60)
    one, other = lines.values()
    since = good(await listener.on(other).sync(), "sync")["next_batch"]
    return Pair(first.on(one), listener.on(other), room_id, since)


async def test_without_nats_it_is_polled_and_with_it_fast_again(opens: OpenHouse) -> None:
    house = await opens("--workers", "2")
    pair = await on_two_workers(house)

    async def is_fast() -> bool:
        return await pair.delivery() < FAST_SECONDS

    assert await until(is_fast, 60)
    house.kill(NATS)
    for _ in range(3):
        assert await pair.delivery() < POLLED_SECONDS
    assert await until(is_fast, 60), "the supervisor starts it, and the workers find it again"


async def test_a_nats_that_hangs_holds_nobody_up(opens: OpenHouse) -> None:
    house = await opens("--workers", "2")
    pair = await on_two_workers(house)
    await pair.delivery()
    house.kill(NATS, signal.SIGSTOP)
    for _ in range(3):
        assert await pair.delivery() < POLLED_SECONDS
    long = "x" * 30_000
    began = time.monotonic()
    for nth in range(150):  # more than the sockets' and the client's buffers hold
        good(await pair.speaker.say(pair.room_id, f"long {nth}", long), "send")
        assert time.monotonic() - began < 60, f"{nth} sent, then held up"
    assert await pair.delivery() < POLLED_SECONDS
    house.kill(NATS, signal.SIGCONT)

    async def is_fast() -> bool:
        return await pair.delivery() < FAST_SECONDS

    assert await until(is_fast, 60)
