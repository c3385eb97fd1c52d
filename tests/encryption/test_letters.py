"""Letters from device to device: sent once, kept until they have arrived, no more than go at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from teahouse.clock import FixedClock
from teahouse.encryption.model.letters import LETTERS_AT_ONCE_MAX
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living


async def send(sender: Person, to: Person, content: Any, txn: str, device: str = "") -> None:
    messages = {to.user_id: {device or to.device_id: content}}
    await sender.did("PUT", f"/sendToDevice/m.test/{txn}", {"messages": messages})


def contents(told: Any) -> list[Any]:
    return [event["content"] for event in told.get("to_device", {}).get("events", [])]


async def test_a_letter_comes_once_it_has_arrived_no_more(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    first = await bob.sync()
    assert "to_device" not in first
    await send(ann, bob, {"n": 1}, "1")
    await send(ann, bob, {"n": 1}, "1")  # the same again
    told = await bob.did("GET", "/sync", None, since=first["next_batch"])
    event = {"type": "m.test", "sender": ann.user_id, "content": {"n": 1}}
    assert told["to_device"]["events"] == [event]
    again = await bob.did("GET", "/sync", None, since=first["next_batch"])
    assert again["to_device"] == told["to_device"]  # the answer may have been lost
    later = await bob.did("GET", "/sync", None, since=told["next_batch"])
    assert "to_device" not in later
    fresh = await bob.did("GET", "/sync", None)
    assert "to_device" not in fresh


async def test_a_letter_to_all_devices_comes_to_each(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    second = await bob.again()
    await send(ann, bob, {"all": True}, "1", "*")
    await send(ann, bob, {"one": True}, "2")
    await send(ann, bob, {"nobody": True}, "3", "NONE")
    assert contents(await bob.sync()) == [{"all": True}, {"one": True}]
    assert contents(await second.sync()) == [{"all": True}]
    assert contents(await ann.sync()) == []
    messages = {bob.user_id: {"*": {"to": "all"}, bob.device_id: {"to": "this"}}}
    await ann.did("PUT", "/sendToDevice/m.test/4", {"messages": messages})
    assert contents(await bob.sync()) == [{"to": "this"}]
    assert contents(await second.sync()) == [{"to": "all"}]


async def test_many_letters_come_in_order_some_at_a_time(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    await bob.sync()
    count = LETTERS_AT_ONCE_MAX + 20
    for number in range(count):
        await send(ann, bob, {"n": number}, str(number))
    begun = bob.since
    first = contents(await bob.sync())
    assert first == [{"n": number} for number in range(LETTERS_AT_ONCE_MAX)]
    assert contents(await bob.did("GET", "/sync", None, since=begun)) == first
    await send(ann, bob, {"n": count}, "last")
    rest = contents(await bob.sync(timeout=10_000))
    assert rest == [{"n": number} for number in range(LETTERS_AT_ONCE_MAX, count + 1)]
    assert contents(await bob.sync()) == []


async def test_a_waiting_device_is_woken(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    await bob.sync()
    waiting = asyncio.ensure_future(bob.sync(timeout=30_000))
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    await send(ann, bob, {"wake": "up"}, "1")
    assert contents(await waiting) == [{"wake": "up"}]


async def test_the_old_calls_take_no_letters(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    await bob.sync()
    await send(ann, bob, {"n": 1}, "1")
    here = (await bob.did("GET", "/events", None, timeout=0))["end"]
    await bob.did("GET", "/events", None, **{"from": here, "timeout": 0})
    assert contents(await bob.sync()) == [{"n": 1}]


async def test_letters_that_cannot_be_sent_are_refused(house: Living) -> None:
    ann = await house.person()
    place = "/sendToDevice/m.test/1"
    assert await ann.refused("PUT", place, {}) == "400 M_MISSING_PARAM"
    for wrong in ([], {"bob": {}}, {"@bob:s": {"A": "text"}}, {"@bob:s": 1}):
        assert await ann.refused("PUT", place, {"messages": wrong}) == "400 M_BAD_JSON"
    long = f"/sendToDevice/{'t' * 256}/1"
    assert await ann.refused("PUT", long, {"messages": {}}) == "400 M_INVALID_PARAM"
    far = {"messages": {"@far:elsewhere": {"*": {}}, "@nobody:s": {"*": {}}}}
    await ann.did("PUT", place, far)


async def test_what_nobody_comes_for_is_thrown_away(
    database: Database, dsn: str, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    clock = FixedClock(datetime(2026, 11, 21, 9, tzinfo=UTC))
    async with living(dsn, tmp_path, clock) as house:
        ann, bob = await house.person(), await house.person()
        await send(ann, bob, {"n": 1}, "1")
        clock.move(timedelta(days=179))
        await house.run_jobs()
        assert await wiper.fetchval("select count(*) from encryption_letters") == 1
        assert await wiper.fetchval("select count(*) from encryption_transactions") == 0
        clock.move(timedelta(days=2))
        await house.run_jobs()
        assert await wiper.fetchval("select count(*) from encryption_letters") == 0


async def test_a_transaction_is_of_a_device_and_a_path(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    second = await ann.again()
    await bob.sync()
    for sender, kind, number in (
        (ann, "m.a", 1),
        (ann, "m.b", 2),
        (second, "m.a", 3),
        (ann, "m.a", 4),
    ):
        messages = {bob.user_id: {bob.device_id: {"n": number}}}
        await sender.did("PUT", f"/sendToDevice/{kind}/1", {"messages": messages})
    assert contents(await bob.sync()) == [{"n": 1}, {"n": 2}, {"n": 3}]
