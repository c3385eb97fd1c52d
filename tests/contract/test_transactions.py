"""A transaction sent again is answered again, not done again; another device's is another."""

import asyncio

from tests.living import Living, Person, q


async def say(person: Person, room_id: str, txn: str, body: str = "once") -> str:
    path = f"/rooms/{q(room_id)}/send/m.room.message/{q(txn)}"
    content = {"msgtype": "m.text", "body": body}
    return str((await person.did("PUT", path, content))["event_id"])


async def said(person: Person, room_id: str) -> list[str]:
    told = await person.did("GET", f"/rooms/{q(room_id)}/messages", None, dir="b", limit="100")
    return [e["event_id"] for e in told["chunk"] if e["type"] == "m.room.message"]


async def test_replay(house: Living) -> None:
    ann = await house.person()
    room_id = await ann.room()
    first = await say(ann, room_id, "t1")
    assert await say(ann, room_id, "t1") == first
    assert await say(ann, room_id, "t1", "not the same words") == first
    assert await say(ann, room_id, "t2") != first
    assert len(await said(ann, room_id)) == 2


async def test_all_at_once(house: Living) -> None:
    """A client that lost its patience sends again while the first is on its way."""
    ann = await house.person()
    room_id = await ann.room()
    answers = await asyncio.gather(*[say(ann, room_id, "t1") for _ in range(20)])
    assert len(set(answers)) == 1
    assert await said(ann, room_id) == [answers[0]]


async def test_another_device(house: Living) -> None:
    ann = await house.person()
    room_id = await ann.room()
    phone = await ann.again()
    first = await say(ann, room_id, "t1")
    second = await say(phone, room_id, "t1")
    assert first != second
    assert await say(ann, room_id, "t1") == first
    assert await say(phone, room_id, "t1") == second


async def test_the_same_device_signed_in_again(house: Living) -> None:
    """A transaction belongs to the device (v1.7), so a new token of it is told the same event."""
    ann = await house.person()
    room_id = await ann.room()
    first = await say(ann, room_id, "t1")
    again = await ann.again(ann.device_id)
    assert await say(again, room_id, "t1") == first


async def test_another_person_room_and_kind(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    one, two = await ann.room(bob), await ann.room(bob)
    first = await say(ann, one, "t1")
    events = {first, await say(bob, one, "t1"), await say(ann, two, "t1")}
    content = {"event_id": first}
    path = f"/rooms/{q(one)}/send/m.test/t1"
    events.add((await ann.did("PUT", path, content))["event_id"])
    assert len(events) == 4


async def test_redaction(house: Living) -> None:
    ann = await house.person()
    room_id = await ann.room()
    event_id = await say(ann, room_id, "t1")
    path = f"/rooms/{q(room_id)}/redact/{q(event_id)}/r1"
    first = (await ann.did("PUT", path, {}))["event_id"]
    assert (await ann.did("PUT", path, {}))["event_id"] == first
    assert (await ann.did("PUT", path, {"reason": "again"}))["event_id"] == first


async def test_refused_is_not_remembered(house: Living) -> None:
    """What was refused may be sent again under its name once it is allowed."""
    ann, bob = await house.person(), await house.person()
    room_id = await ann.room()
    path = f"/rooms/{q(room_id)}/send/m.room.message/t1"
    content = {"msgtype": "m.text", "body": "hello"}
    assert await bob.refused("PUT", path, content) == "403 M_FORBIDDEN"
    await bob.did("POST", f"/join/{q(room_id)}", {})
    assert (await bob.did("PUT", path, content))["event_id"]
