"""A message's way through the house, as docs/flows/send_message.md tells it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living, q


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Living]:
    """A house, and people who live in it."""
    async with living(dsn, tmp_path_factory.mktemp("data")) as one:
        yield one


def said(told: Any, room_id: str) -> list[Any]:
    """Return what a sync says was said in a room."""
    events = told["rooms"]["join"][room_id]["timeline"]["events"]
    return [event for event in events if event["type"] == "m.room.message"]


async def waiting(home: Living, person: Person) -> "asyncio.Task[Any]":
    """Begin a sync that waits for news, and return once it does."""
    before = home.house.talk.hub.waiting_count
    task = asyncio.get_running_loop().create_task(person.sync(timeout=30_000))
    while home.house.talk.hub.waiting_count == before:
        await asyncio.sleep(0)
    return task


async def test_it_is_stored_answered_and_wakes_who_waits(home: Living) -> None:
    ada, ben = await home.person(), await home.person()
    room = await ada.room(ben)
    await ada.sync()
    await ben.sync()
    ben_waits = await waiting(home, ben)
    event_id = await ada.say(room, "水开了", txn="t/1")
    (heard,) = said(await ben_waits, room)
    (echo,) = said(await ada.sync(), room)
    assert heard["event_id"] == echo["event_id"] == event_id
    assert heard["content"] == {"msgtype": "m.text", "body": "水开了"}
    assert echo["unsigned"]["transaction_id"] == "t/1"
    assert "transaction_id" not in heard.get("unsigned", {})
    page = await ben.did("GET", f"/rooms/{q(room)}/messages", None, dir="b", limit=1)
    assert page["chunk"][0]["event_id"] == event_id


async def test_once_by_transaction_and_device(home: Living, wiper: asyncpg.Connection) -> None:
    ada = await home.person()
    room = await ada.room()
    elsewhere = await ada.again()
    first = await ada.say(room, "one", txn="t1")
    assert await ada.say(room, "another", txn="t1") == first
    together = await asyncio.gather(*(ada.say(room, "two", txn="t2") for _ in range(5)))
    assert len(set(together)) == 1
    assert await elsewhere.say(room, "three", txn="t1") not in (first, together[0])
    rows = await wiper.fetch("select pos from timeline_events where type = 'm.room.message'")
    assert len(rows) == 3


async def test_who_may_not_is_refused_and_nothing_changed(
    home: Living, wiper: asyncpg.Connection
) -> None:
    ada, ben = await home.person(), await home.person()
    room = await ada.room(ben)
    path = f"/rooms/{q(room)}/send/m.room.message/t1"
    text = {"msgtype": "m.text", "body": "hello"}
    await ada.did("POST", f"/rooms/{q(room)}/ban", {"user_id": ben.user_id})
    head = await wiper.fetchval("select head from log_shards")
    assert await ben.refused("PUT", path, text) == "403 M_FORBIDDEN"
    assert await ada.refused("PUT", path, {"body": "x" * 70_000}) == "413 M_TOO_LARGE"
    assert await wiper.fetchval("select head from log_shards") == head
    assert (await ada.ask("PUT", path, text)).status_code == 200


@pytest.fixture
async def other(home: Living, dsn: str) -> AsyncIterator[Living]:
    """A second worker on the same database, that nobody tells anything."""
    async with living(dsn, Path(home.house.config.data_dir)) as second:
        yield second


async def test_a_decision_on_old_state_is_taken_again(home: Living, other: Living) -> None:
    ada, ben = await home.person(), await home.person()
    room = await ada.room(ben)
    there = Person(other, ada.user_id, ada.token, ada.device_id)
    await ben.say(room, "still here")
    await there.did("POST", f"/rooms/{q(room)}/ban", {"user_id": ben.user_id})
    # This worker was not told, and most likely has not looked yet.
    path = f"/rooms/{q(room)}/send/m.room.message/t9"
    assert await ben.refused("PUT", path, {"body": "x"}) == "403 M_FORBIDDEN"


async def test_an_event_is_the_same_bytes_for_everybody(
    home: Living, wiper: asyncpg.Connection
) -> None:
    ada, ben = await home.person(), await home.person()
    room = await ada.room(ben)
    await ben.sync()
    await ada.say(room, 'bytes "as" they are \u2028')
    stored = await wiper.fetchval("select body from timeline_events where type = 'm.room.message'")
    answer = await ben.ask("GET", "/sync", since=ben.since)
    # All but the closing brace: what is not the event's own, such as its age, is added at the end.
    assert bytes(stored).rstrip(b"}") in answer.content
