"""Unread counts: by thread, as clients that know threads mark them (``thread_id: main``)."""

import json
from typing import Any

from tests.living import Living, Person, q

THREADED = json.dumps({"room": {"timeline": {"unread_thread_notifications": True}}})


async def part_of(person: Person, room: str, **query: Any) -> Any:
    """Return a room's part of an initial sync."""
    return (await person.did("GET", "/sync", None, **query))["rooms"]["join"][room]


async def counts(person: Person, room: str) -> tuple[int, int]:
    """Return what the whole room has unread."""
    told = (await part_of(person, room))["unread_notifications"]
    return told["notification_count"], told["highlight_count"]


async def reply(person: Person, room: str, root: str, text: str) -> str:
    """Say something in a thread."""
    relation = {"rel_type": "m.thread", "event_id": root}
    body = {"msgtype": "m.text", "body": text, "m.relates_to": relation}
    path = f"/rooms/{q(room)}/send/m.room.message/{text}"
    return (await person.did("PUT", path, body))["event_id"]


async def read(person: Person, room: str, event_id: str, thread: Any = None) -> None:
    """Mark an event as read."""
    body = {} if thread is None else {"thread_id": thread}
    await person.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(event_id)}", body)


async def test_reading_the_main_thread_is_reading(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await alice.say(room, "one")
    second = await alice.say(room, "two")
    assert await counts(bob, room) == (2, 0)
    await read(bob, room, root, "main")
    assert await counts(bob, room) == (1, 0)
    await read(bob, room, second, "main")
    assert await counts(bob, room) == (0, 0)


async def test_each_thread_is_counted_and_read_by_itself(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await alice.say(room, "root")
    last = await reply(alice, room, root, "in-thread")
    assert await counts(bob, room) == (2, 0)
    told = await part_of(bob, room, filter=THREADED)
    one = {"highlight_count": 0, "notification_count": 1}
    assert told["unread_notifications"] == one
    assert told["unread_thread_notifications"] == {root: one}
    assert "unread_thread_notifications" not in await part_of(bob, room)
    await read(bob, room, root, "main")
    assert await counts(bob, room) == (1, 0)
    await read(bob, room, last, root)
    told = await part_of(bob, room, filter=THREADED)
    assert told["unread_thread_notifications"] == {}
    assert await counts(bob, room) == (0, 0)
    await reply(alice, room, root, "more")
    assert await counts(bob, room) == (1, 0)


async def test_two_receipts_at_one_event_are_both_told(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    event_id = await alice.say(room, "one")
    await read(bob, room, event_id)
    await read(bob, room, event_id, "main")
    events = (await part_of(alice, room))["ephemeral"]["events"]
    told = [e["content"][event_id]["m.read"][bob.user_id].get("thread_id") for e in events]
    assert sorted(told, key=str) == [None, "main"]


async def test_a_thread_without_a_name_is_refused(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    path = f"/rooms/{q(room)}/receipt/m.read/{q(await alice.say(room, 'one'))}"
    for bad in ("", 0, False, []):
        assert await alice.refused("POST", path, {"thread_id": bad}) == "400 M_INVALID_PARAM"


async def test_another_name_reads_nothing(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await alice.say(room, "one")
    path = f"/profile/{q(bob.user_id)}/displayname"
    await bob.did("PUT", path, {"displayname": "Bob the second"})
    assert await counts(bob, room) == (1, 0)


async def test_whoever_says_something_has_read_what_was_before_it(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    room = await ann.room(bob)
    root = await ann.say(room, "root")
    for number in range(2):
        await bob.say(room, "x")
        await reply(bob, room, root, f"r{number}")
    assert await counts(ann, room) == (4, 0)
    await ann.did("PUT", f"/rooms/{q(room)}/state/m.room.topic/", {"topic": "tea"})
    assert await counts(ann, room) == (4, 0), "that says nothing of having read"
    await ann.say(room, "yes")
    told = await part_of(ann, room, filter=THREADED)
    assert told["unread_notifications"]["notification_count"] == 0
    [thread] = told["unread_thread_notifications"].values()
    assert thread["notification_count"] == 2, "a thread is read by itself"
    await reply(ann, room, root, "mine")
    await bob.say(room, "and")
    assert await counts(ann, room) == (1, 0)
    house.house.talk.building.counting._counts.clear()  # as after a restart
    assert await counts(ann, room) == (1, 0)
    listed = (await ann.did("GET", "/notifications"))["notifications"]
    assert [one["read"] for one in listed] == [False, True, True, True, True]


async def test_the_further_of_two_receipts_counts(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    room = await ann.room(bob)
    said = [await bob.say(room, "x") for _ in range(4)]
    for kind, nth, left in (
        ("m.read.private", 2, 1),
        ("m.read", 0, 1),
        ("m.read", 3, 0),
        ("m.read.private", 2, 0),
    ):
        await ann.did("POST", f"/rooms/{q(room)}/receipt/{kind}/{q(said[nth])}", {})
        assert await counts(ann, room) == (left, 0)
