"""State as it is after the timeline (``use_state_after``, Client-Server API v1.16)."""

import json
from typing import Any

import pytest

from tests.living import Living, Person, q

LAZY = {"room": {"state": {"lazy_load_members": True}}}
SHORT = {"room": {"timeline": {"limit": 1}}}
BLIND = {"room": {"timeline": {"types": []}}}


async def after(person: Person, room: str, kind: str = "join", wish: Any = None) -> Any:
    """Return what a sync says of a room, which must not have state of before the timeline."""
    told = await person.sync(use_state_after="true", filter=json.dumps(wish or {}))
    part = told["rooms"][kind][room]
    assert "state" not in part
    return part


def names(part: Any) -> list[str]:
    """Return what a part's state calls the room."""
    found = [e for e in part["state_after"]["events"] if e["type"] == "m.room.name"]
    return [event["content"]["name"] for event in found]


def members(part: Any) -> dict[str, str]:
    """Return the memberships in a part's state."""
    found = [e for e in part["state_after"]["events"] if e["type"] == "m.room.member"]
    assert len({e["state_key"] for e in found}) == len(found)
    return {event["state_key"]: event["content"]["membership"] for event in found}


async def call(person: Person, room: str, name: str) -> None:
    """Name a room."""
    await person.did("PUT", f"/rooms/{q(room)}/state/m.room.name/", {"name": name})


@pytest.mark.parametrize("wish", [{}, SHORT, BLIND, LAZY], ids=["all", "short", "blind", "lazy"])
async def test_state_is_told_as_it_is_at_the_end(house: Living, wish: Any) -> None:
    ada = await house.person()
    room = await ada.room(name="one")
    await call(ada, room, "two")
    assert names(await after(ada, room, wish=wish)) == ["two"]
    for name in ("three", "four"):
        await call(ada, room, name)
    part = await after(ada, room, wish=wish)
    assert names(part) == ["four"]
    assert [e["type"] for e in part["state_after"]["events"] if e["type"] != "m.room.member"] == [
        "m.room.name"
    ]
    assert part["timeline"]["limited"] is (wish == SHORT)
    await ada.say(room, "no state")
    if wish != BLIND:
        quiet = await after(ada, room, wish=wish)
        assert names(quiet) == []
        assert "events" in quiet["state_after"]


async def test_without_it_state_is_of_before_the_timeline(house: Living) -> None:
    ada = await house.person()
    room = await ada.room()
    await ada.sync()
    await call(ada, room, "one")
    part = (await ada.sync())["rooms"]["join"][room]
    assert part["state"] == {"events": []}
    assert "state_after" not in part
    assert await ada.refused("GET", "/sync", use_state_after="maybe") == "400 M_INVALID_PARAM"


async def test_lazy_clients_hear_who_speaks_and_who_comes_and_goes(house: Living) -> None:
    ada, bob, eve, new = [await house.person() for _ in range(4)]
    room = await ada.room(bob, eve, name="Tea")
    for number in range(9):
        await bob.say(room, str(number))
    short = {"room": LAZY["room"] | SHORT["room"]}
    first = await after(ada, room, wish=short)
    assert members(first) == dict.fromkeys((ada.user_id, bob.user_id), "join")
    await new.did("POST", f"/join/{q(room)}", {})
    await ada.did("POST", f"/rooms/{q(room)}/kick", {"user_id": new.user_id})
    await eve.say(room, "was there")
    gone = {new.user_id: "leave", eve.user_id: "join"}
    assert members(await after(ada, room, wish=short)) == gone


async def test_a_room_that_was_left_ends_with_the_leaving(house: Living) -> None:
    ada, bob, guest = [await house.person() for _ in range(3)]
    room = await ada.room(bob, preset="private_chat", name="one")
    await ada.did("POST", f"/rooms/{q(room)}/invite", {"user_id": guest.user_id})
    for one in (bob, guest):
        await one.sync()
    await call(ada, room, "two")
    for one in (bob, guest):
        await one.did("POST", f"/rooms/{q(room)}/leave", {})
    await call(ada, room, "three")
    part = await after(bob, room, "leave")
    assert (names(part), members(part)) == (["two"], {bob.user_id: "leave"})
    part = await after(guest, room, "leave")
    assert (names(part), members(part)) == ([], {guest.user_id: "leave"})
    always = {"room": {"include_leave": True}}
    for one, called in ((bob, ["two"]), (guest, [])):
        one.since = None
        part = await after(one, room, "leave", always)
        assert names(part) == called
        assert members(part)[one.user_id] == "leave"
