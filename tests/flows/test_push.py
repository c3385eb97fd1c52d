"""Several workers tell one gateway: each event once, in order, whoever takes the work."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living, q
from tests.pushers.conftest import NOW, Place, follows
from tests.pushers.gateway import Receiver, receiving

WORKERS = 3


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
async def workers(
    database: Database, dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Living]]:
    data, clock = tmp_path_factory.mktemp("data"), FixedClock(NOW)
    async with AsyncExitStack() as open_:
        homes = [await open_.enter_async_context(living(dsn, data, clock)) for _ in range(WORKERS)]
        await follows(database)
        yield homes


def at(home: Living, person: Person) -> Person:
    """Return a person as they speak to another worker."""
    return Person(home, person.user_id, person.token, person.device_id)


async def test_each_event_is_told_once_and_in_order(
    workers: list[Living], receiver: Receiver
) -> None:
    first = workers[0]
    ann, bo = await first.person(), await first.person()
    room = await ann.room(bo)
    await Place(first, FixedClock(NOW), receiver).pusher(bo)
    for home in workers:
        await home.house.log.catch_up()
    said: list[str] = []
    for nth in range(9):
        speaker = at(workers[nth % WORKERS], ann)
        said.append(await speaker.say(room, str(nth), f"n{nth}"))
        for home in workers:
            await home.house.log.catch_up()
        await asyncio.gather(*(home.run_jobs() for home in workers))
    assert await first.house.log.settled(10)
    await asyncio.gather(*(home.run_jobs() for home in workers))
    await first.run_jobs()
    assert [post.notification["event_id"] for post in receiver.take()] == said
    await bo.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(said[-1])}", {})
    assert await first.house.log.settled(10)
    await first.run_jobs()
    assert [post.notification["counts"] for post in receiver.take()] == [{"unread": 0}]
