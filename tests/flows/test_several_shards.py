"""People on two workers, over a log of three shards: each has all, once, as it was said."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.infra.bus.growing import grow
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living, q

SHARDS = 3
ROOMS = 6


@pytest.fixture
async def shards(database: Database, dsn: str, wiper: asyncpg.Connection) -> AsyncIterator[None]:
    """A log of several shards."""
    await grow(dsn, SHARDS)
    yield
    await wiper.execute("delete from log_shards")
    await wiper.execute("insert into log_shards (shard, head) values (0, 0)")


@pytest.fixture
async def houses(
    shards: None, dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Living]]:
    """Two workers."""
    folder: Path = tmp_path_factory.mktemp("data")
    async with living(dsn, folder) as one, living(dsn, folder) as two:
        yield [one, two]


def at(house: Living, person: Person) -> Person:
    """Return the same session on another worker."""
    return Person(house, person.user_id, person.token, person.device_id, person.since)


def said(told: Any, of: dict[str, list[str]]) -> None:
    """Note what a sync tells of rooms."""
    for room_id, room in told.get("rooms", {}).get("join", {}).items():
        assert not room["timeline"]["limited"]
        of.setdefault(room_id, []).extend(
            event["content"]["body"]
            for event in room["timeline"]["events"]
            if event["type"] == "m.room.message"
        )


async def test_each_event_comes_once_and_in_its_rooms_order(houses: list[Living]) -> None:
    here, there = houses
    ada, ben = await here.person("ada"), await here.person("ben")
    rooms = [await ada.room(ben) for _ in range(ROOMS)]
    eyes = [at(here, ben), at(there, ben)]
    heard: list[dict[str, list[str]]] = [{}, {}]
    await there.house.log.catch_up()
    for eye in eyes:
        await eye.sync()
    lines: dict[str, list[str]] = {room_id: [] for room_id in rooms}
    for number in range(5):
        for nth, room_id in enumerate(rooms):
            await at(houses[nth % 2], ada).say(room_id, f"{number}", f"{number}/{nth}")
            lines[room_id].append(f"{number}")
        # A place is good on every worker.
        eyes = [at(houses[(number + nth) % 2], eye) for nth, eye in enumerate(eyes)]
        for eye, of in zip(eyes, heard, strict=True):
            said(await eye.sync(timeout=2000), of)
    for house in houses:
        await house.house.log.catch_up()
    for eye, of in zip(eyes, heard, strict=True):
        said(await eye.sync(), of)
        assert of == lines
    for room_id in rooms:
        path = f"/rooms/{q(room_id)}/messages"
        page = await at(there, ben).did("GET", path, dir="b", limit="5")
        assert [one["content"]["body"] for one in page["chunk"]] == lines[room_id][::-1]


async def test_who_was_put_out_elsewhere_is_refused_and_what_is_theirs_arrives(
    houses: list[Living],
) -> None:
    here, there = houses
    ada, ben = await here.person("ada"), await here.person("ben")
    room_id = await ada.room(ben)
    far = at(there, ben)
    await there.house.log.catch_up()
    await far.sync()
    await far.say(room_id, "I am here")
    await ada.did("PUT", "/sendToDevice/m.test/t1", {"messages": {ben.user_id: {"*": {"n": 1}}}})
    await ada.did("PUT", f"/user/{q(ada.user_id)}/account_data/m.tea", {"kind": "green"})
    await there.house.log.catch_up()
    told = await far.sync()
    assert [one["content"] for one in told["to_device"]["events"]] == [{"n": 1}]
    mine = await at(there, ada).did("GET", f"/user/{q(ada.user_id)}/account_data/m.tea")
    assert mine == {"kind": "green"}
    await ada.did("POST", f"/rooms/{q(room_id)}/kick", {"user_id": ben.user_id})
    path = f"/rooms/{q(room_id)}/send/m.room.message/late"
    assert await far.refused("PUT", path, {"msgtype": "m.text", "body": "x"}) == "403 M_FORBIDDEN"
    await there.house.log.catch_up()
    left = (await far.sync())["rooms"]["leave"][room_id]["timeline"]["events"]
    assert [one["content"]["membership"] for one in left if one["type"] == "m.room.member"] == [
        "leave"
    ]
