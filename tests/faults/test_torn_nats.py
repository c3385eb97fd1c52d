"""Wake-ups are lost, cut, doubled and late at every step: each is heard once, in order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from teahouse.clock import SystemClock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.neighbours import SUBJECT_LOG
from teahouse.infra.bus.neighbours import Nats as Neighbours
from teahouse.infra.db.pool import Database
from teahouse.infra.engines.broker import Nats
from teahouse.infra.engines.places import DataDir
from tests.faults.house import until
from tests.faults.torn import Torn

pytestmark = pytest.mark.processes

PIECES_MAX = 14  # of a short life: what it says at first, and what is told
SAID = 12


class Word(msgspec.Struct, frozen=True):
    """Something that is announced."""

    kind: ClassVar[str] = "test.Word"
    key: str
    nth: int


class Worker:
    """One end of the log, whose way to NATS is cut at one piece."""

    def __init__(self, db: Database, torn: Torn, token: str, name: str) -> None:
        self.torn, self.name = torn, name
        self.log = Log(db, Neighbours(f"nats://{token}@127.0.0.1:{torn.port}", name))
        self.heard: list[tuple[int, str, int]] = []
        self.log.hear(Word, lambda pos, word: self.heard.append((pos, word.key, word.nth)))

    async def say(self, nth: int) -> None:
        """Announce something, as a worker does."""
        async with self.log.db.transaction() as tx:
            await self.log.put(tx, Word(self.name, nth))


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Nats]:
    """A NATS of its own."""
    clock = SystemClock()
    found = Nats(DataDir.open(str(tmp_path / "broker")), clock, Ids(clock))
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def workers(database: Database, broker: Nats) -> AsyncIterator[list[Worker]]:
    """Two workers for each piece that goes to NATS or comes from it, each cut at its own."""
    place = urlsplit(broker.url)
    assert place.port is not None
    found: list[Worker] = []
    for way in ("there", "back"):
        for pieces in range(1, PIECES_MAX + 1):
            torn = Torn(place.port)
            await torn.open()
            torn.arm(way, pieces)
            found.append(Worker(database, torn, place.username or "", f"{way} {pieces}"))
    await asyncio.gather(*(one.log.start() for one in found))
    yield found
    await asyncio.gather(*(one.log.stop() for one in found))
    for one in found:
        await one.torn.close()


class Parrot:
    """Says again whatever is said: twice at once, and everything once more later."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.words: list[bytes] = []

    async def repeat(self, message: Msg) -> None:
        """Say it twice; our own words are known by their subject's reply."""
        if message.reply:
            return
        self.words.append(message.data)
        for _ in range(2):
            await self.client.publish(SUBJECT_LOG, message.data, reply="again")

    async def late(self) -> None:
        """Say all once more, the last first."""
        for word in reversed(self.words):
            await self.client.publish(SUBJECT_LOG, word, reply="late")
        await self.client.flush()


@pytest.fixture
async def parrot(broker: Nats) -> AsyncIterator[Parrot]:
    """Somebody on the same NATS."""
    client = await nats.connect(broker.url)
    found = Parrot(client)
    await client.subscribe(SUBJECT_LOG, cb=found.repeat)
    yield found
    await client.close()


async def test_heard_once_and_in_order_wherever_it_is_cut(
    workers: list[Worker], parrot: Parrot
) -> None:
    for nth in range(SAID):
        await asyncio.gather(*(one.say(nth) for one in workers[nth % 3 :: 3]))
    await parrot.late()
    last = max(one.log.applied for one in workers)
    told = workers[0].heard

    async def all_heard() -> bool:
        await asyncio.sleep(0)
        return all(one.log.applied == last for one in workers)

    assert await until(all_heard, 30), "the slow look finds what no wake-up told"
    assert [pos for pos, _, _ in told] == list(range(told[0][0], last + 1))
    assert sum(len(workers[nth % 3 :: 3]) for nth in range(SAID)) == len(told)
    for one in workers:
        assert one.heard == told, one.name
    assert parrot.words, "nothing went by NATS"
    cut = {one.name for one in workers if one.torn.cut}
    assert {f"there {n}" for n in range(1, 5)} | {f"back {n}" for n in range(1, 9)} <= cut

    async def each_is_back() -> bool:
        await asyncio.sleep(0)
        return all(one.torn.living == 1 for one in workers)

    assert await until(each_is_back, 30), {one.name: one.torn.living for one in workers}
