"""Sync through the Matrix API: what is new, all of it, once."""

import asyncio
from typing import Any

from tests.living import Living, Person, q


def joined(told: Any, room: str) -> Any:
    return told.get("rooms", {}).get("join", {}).get(room, {})


def bodies(told: Any, room: str) -> list[str]:
    events = joined(told, room).get("timeline", {}).get("events", [])
    return [e["content"]["body"] for e in events if "body" in e["content"]]


async def test_a_long_poll_ends_when_something_is_said(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.sync()
    waiting = asyncio.ensure_future(bob.sync(timeout=10_000))
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    await alice.say(room, "wake up")
    assert bodies(await waiting, room) == ["wake up"]
    assert "rooms" not in await bob.sync()


async def test_a_gap_is_told_and_can_be_filled(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.sync()
    for number in range(6):
        await alice.say(room, str(number))
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.topic", {"topic": "gap"})
    for number in range(6, 9):
        await alice.say(room, str(number))
    told = await bob.sync(filter='{"room":{"timeline":{"limit":3}}}')
    part = joined(told, room)
    assert bodies(told, room) == ["6", "7", "8"]
    assert part["timeline"]["limited"] is True
    assert [e["content"] for e in part["state"]["events"]] == [{"topic": "gap"}]
    query = {"dir": "b", "from": part["timeline"]["prev_batch"], "limit": 7}
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", **query)
    assert [e["content"].get("body") for e in page["chunk"]] == [None, "5", "4", "3", "2", "1", "0"]


async def test_a_newcomer_gets_the_whole_room_and_a_leaver_its_end(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(name="Tea")
    await alice.say(room, "before")
    await bob.sync()
    await bob.did("POST", f"/join/{q(room)}", {})
    told = await bob.sync()
    part = joined(told, room)
    kinds = {e["type"] for e in part["state"]["events"] + part["timeline"]["events"]}
    assert {"m.room.create", "m.room.name", "m.room.power_levels"} <= kinds
    assert bodies(told, room) == ["before"]
    assert part["summary"]["m.joined_member_count"] == 2
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await alice.say(room, "after")
    told = await bob.sync()
    events = told["rooms"]["leave"][room]["timeline"]["events"]
    assert events[-1]["content"]["membership"] == "leave"
    assert "after" not in str(events)
    assert "rooms" not in await bob.sync()


async def test_an_invitation_shows_what_the_room_is(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    await bob.sync()
    body = {"preset": "private_chat", "name": "Tea", "invite": [bob.user_id]}
    room = (await alice.did("POST", "/createRoom", body))["room_id"]
    events = (await bob.sync())["rooms"]["invite"][room]["invite_state"]["events"]
    shown = {(e["type"], e["state_key"]) for e in events}
    assert {("m.room.name", ""), ("m.room.member", bob.user_id)} <= shown
    assert "rooms" not in await bob.sync()
    fresh = await bob.again()
    assert room in (await fresh.sync())["rooms"]["invite"]
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    assert room in (await bob.sync())["rooms"]["leave"]


async def test_an_initial_sync_can_be_lazy_about_members(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob, carol, name="Tea")
    for number in range(12):
        await bob.say(room, str(number))
    lazy = '{"room":{"state":{"lazy_load_members":true},"timeline":{"limit":2}}}'
    part = joined(await (await alice.again()).sync(filter=lazy), room)
    members = {e["state_key"] for e in part["state"]["events"] if e["type"] == "m.room.member"}
    assert members == {alice.user_id, bob.user_id}
    assert "m.heroes" not in part["summary"], "a room that has a name is not called after them"
    whole = joined(await (await alice.again()).sync(), room)
    members = {e["state_key"] for e in whole["state"]["events"] if e["type"] == "m.room.member"}
    assert members == {alice.user_id, bob.user_id, carol.user_id}


async def test_state_before_the_timeline_is_what_it_was(house: Living) -> None:
    alice = await house.person()
    room = await alice.room(name="old")
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.name", {"name": "new"})
    one = '{"room":{"timeline":{"limit":1}}}'
    part = joined(await (await alice.again()).sync(filter=one), room)
    assert [e["content"].get("name") for e in part["timeline"]["events"]] == ["new"]
    assert [
        e["content"]["name"] for e in part["state"]["events"] if e["type"] == "m.room.name"
    ] == ["old"]


async def test_filters_choose_rooms_and_events(house: Living) -> None:
    alice = await house.person()
    one, two = await alice.room(), await alice.room()
    await alice.say(one, "x")
    some = {
        "room": {"rooms": [one], "timeline": {"types": ["m.room.mess*"]}, "state": {"types": []}}
    }
    stored = await alice.did("POST", f"/user/{q(alice.user_id)}/filter", some)
    told = await alice.sync(filter=stored["filter_id"])
    assert set(told["rooms"]["join"]) == {one}
    part = joined(told, one)
    assert [e["type"] for e in part["timeline"]["events"]] == ["m.room.message"]
    assert part["state"]["events"] == []
    assert two not in told["rooms"]["join"]
    assert await alice.refused("GET", "/sync", filter="{bad") == "400 M_BAD_JSON"
    assert await alice.refused("GET", "/sync", since="nonsense") == "400 M_INVALID_PARAM"


async def test_unread_counts_rise_with_messages_and_fall_with_reading(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.sync()
    assert await counts(bob, room) == (0, 0)
    await alice.say(room, "one")
    mention = {"body": "two", "msgtype": "m.text", "m.mentions": {"user_ids": [bob.user_id]}}
    path = f"/rooms/{q(room)}/send/m.room.message/mention"
    second = (await alice.did("PUT", path, mention))["event_id"]
    assert await counts(bob, room) == (2, 1)
    await bob.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(second)}", {})
    told = await alice.sync()
    receipts = joined(told, room)["ephemeral"]["events"]
    assert receipts[0]["content"][second]["m.read"][bob.user_id]["ts"] > 0
    assert await counts(bob, room) == (0, 0)


async def counts(person: Person, room: str) -> tuple[int, int]:
    part = joined(await (await person.again()).sync(), room)["unread_notifications"]
    return part["notification_count"], part["highlight_count"]


async def test_typing_is_told_to_the_others_and_ends(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.sync()
    path = f"/rooms/{q(room)}/typing/{q(alice.user_id)}"
    assert await bob.refused("PUT", path, {"typing": True}) == "403 M_FORBIDDEN"
    await alice.did("PUT", path, {"typing": True, "timeout": 30_000})
    assert typing(await bob.sync(timeout=5000), room) == [alice.user_id]
    assert "rooms" not in await bob.sync()
    await alice.did("PUT", path, {"typing": False})
    assert typing(await bob.sync(timeout=5000), room) == []
    await alice.did("PUT", path, {"typing": True, "timeout": 1})
    told = await bob.sync(timeout=5000)
    if typing(told, room):
        told = await bob.sync(timeout=5000)
    assert typing(told, room) == []


def typing(told: Any, room: str) -> list[str]:
    events = joined(told, room)["ephemeral"]["events"]
    return next(e["content"]["user_ids"] for e in events if e["type"] == "m.typing")


async def test_private_receipts_stay_private_and_none_goes_back(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    first, second = await alice.say(room, "1"), await alice.say(room, "2")
    await alice.sync()
    await bob.sync()
    await bob.did("POST", f"/rooms/{q(room)}/receipt/m.read.private/{q(second)}", {})
    assert "rooms" not in await alice.sync()
    mine = joined(await bob.sync(), room)["ephemeral"]["events"][0]["content"]
    assert list(mine) == [second]
    await bob.did("POST", f"/rooms/{q(room)}/receipt/m.read.private/{q(first)}", {})
    assert "rooms" not in await bob.sync()
    bad = f"/rooms/{q(room)}/receipt/m.nonsense/{q(first)}"
    assert await bob.refused("POST", bad, {}) == "400 M_INVALID_PARAM"
    markers = {"m.fully_read": first, "m.read": second}
    await bob.did("POST", f"/rooms/{q(room)}/read_markers", markers)
    told = await bob.sync()
    data = joined(told, room)["account_data"]["events"]
    assert {"type": "m.fully_read", "content": {"event_id": first}} in data


async def test_account_data_reaches_the_other_devices(house: Living) -> None:
    alice = await house.person()
    phone = await alice.again()
    room = await alice.room()
    await phone.sync()
    path = f"/user/{q(alice.user_id)}/account_data/m.direct"
    await alice.did("PUT", path, {"@bob:s": [room]})
    of_room = f"/user/{q(alice.user_id)}/rooms/{q(room)}/account_data/x.y"
    await alice.did("PUT", of_room, {"a": 1})
    told = await phone.sync(timeout=5000)
    assert told["account_data"]["events"] == [{"type": "m.direct", "content": {"@bob:s": [room]}}]
    assert joined(told, room)["account_data"]["events"] == [{"type": "x.y", "content": {"a": 1}}]


async def test_a_device_that_is_signed_out_stops_waiting_at_once(house: Living) -> None:
    alice = await house.person()
    phone = await alice.again()
    await phone.sync()
    waiting = asyncio.ensure_future(
        phone.ask("GET", "/sync", None, since=phone.since, timeout=30_000)
    )
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    gone = await alice.ask("DELETE", f"/api/v1/account/sessions/{phone.device_id}")
    assert gone.status_code in (200, 204)
    answer = await waiting
    assert (answer.status_code, answer.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
