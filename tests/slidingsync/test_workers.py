"""A connection that asks one worker and then another; and connections that nobody uses any more."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.slidingsync.service.connections import LIFE
from tests.living import Living, Person, living
from tests.slidingsync.asking import Line, body_of, texts

AGE = "update slidingsync_connections set used_at = used_at - $1::interval where conn_id = $2"


@pytest.fixture
async def other(house: Living, dsn: str) -> AsyncIterator[Living]:
    """A second worker on the same database."""
    async with living(dsn, Path(house.house.config.data_dir)) as one:
        yield one


async def test_any_worker_goes_on_with_a_connection(house: Living, other: Living) -> None:
    alice, bob = await house.person(), await house.person()
    rooms = [await alice.room(bob) for _ in range(3)]
    far = Person(other, bob.user_id, bob.token, bob.device_id)
    await other.house.log.catch_up()
    line = Line(bob, body_of(1, ranges=[[0, 1]]))
    seen = set(await line.rooms())
    assert seen == set(rooms[1:])
    for nth in range(6):
        room = rooms[nth % 3]
        await alice.say(room, f"{nth}")
        await other.house.log.catch_up()
        line.person = far if nth % 2 == 0 else bob
        told = await line.ask()
        assert told["rooms"].keys() == {room}
        assert texts(told["rooms"][room]) == [str(nth)]
        assert ("initial" in told["rooms"][room]) is (room not in seen)
        seen.add(room)
    place = line.pos
    line.person = far
    assert await line.rooms() == {}
    for asker, room in ((bob, rooms[0]), (far, rooms[1])):
        await alice.say(room, "more")
        await other.house.log.catch_up()
        line.person = asker
        assert texts((await line.rooms())[room]) == ["more"]
    line.person, line.pos = bob, place
    assert (await line.rooms()).keys() == {rooms[0], rooms[1]}  # its answers did not arrive


async def test_connections_that_nobody_uses_are_forgotten(house: Living) -> None:
    alice = await house.person()
    await alice.room()
    old, new = Line(alice, name="old"), Line(alice, name="new")
    for line in (old, new):
        await line.ask()
    connections = house.house.sliding.connections
    async with house.house.ground.db.transaction() as tx:
        await tx.run(AGE, LIFE + timedelta(hours=1), "old")
        await connections.purge(tx)
    connections._held.clear()
    assert (await old.answer()).json()["errcode"] == "M_UNKNOWN_POS"
    assert await new.rooms() == {}
