"""Filters of sync: what is left out of the timeline is not lost to the state."""

import json
from typing import Any

from tests.living import Living, Person, q

TEXTS = json.dumps({"room": {"timeline": {"types": ["m.room.message"]}}})


def state_of(told: Any, room: str, kind: str = "join") -> list[Any]:
    """Return the state that an answer gives of a room."""
    return told["rooms"][kind][room]["state"]["events"]


async def set_name(person: Person, room: str, name: str) -> None:
    """Name a room."""
    await person.did("PUT", f"/rooms/{q(room)}/state/m.room.name/", {"name": name})


async def test_state_that_the_timeline_does_not_show_is_told_as_state(house: Living) -> None:
    alice = await house.person()
    room = await alice.room(name="one")
    wish = {"room": {"timeline": {"types": []}, "state": {"types": ["m.room.name"]}}}
    for name in ("one", "two"):
        await set_name(alice, room, name)
        told = await alice.sync(filter=json.dumps(wish))
        assert [e["content"] for e in state_of(told, room)] == [{"name": name}]
        assert told["rooms"]["join"][room]["timeline"]["events"] == []
    await alice.say(room, "no state")
    assert "rooms" not in await alice.sync(filter=json.dumps(wish))


async def test_a_first_answer_without_a_rename_in_its_timeline_has_the_new_name(
    house: Living,
) -> None:
    alice = await house.person()
    room = await alice.room(name="one")
    await alice.say(room, "before")
    await set_name(alice, room, "two")
    await alice.say(room, "after")
    told = await alice.sync(filter=TEXTS)
    names = [e["content"]["name"] for e in state_of(told, room) if e["type"] == "m.room.name"]
    assert names == ["two"]


async def test_a_lazy_answer_has_who_speaks_as_they_were_then(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.say(room, "hi")
    await bob.did("PUT", f"/profile/{q(bob.user_id)}/displayname", {"displayname": "Robert"})
    lazy = {"room": {"timeline": {"limit": 2}, "state": {"lazy_load_members": True}}}
    told = await alice.sync(filter=json.dumps(lazy))
    theirs = [e for e in state_of(told, room) if e.get("state_key") == bob.user_id]
    assert [e["content"].get("displayname") for e in theirs] == [None]


async def test_the_filter_of_state_holds_for_rooms_that_were_left(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob, name="Tea")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    wish = {
        "room": {
            "include_leave": True,
            "timeline": {"limit": 1},
            "state": {"types": ["m.room.name"]},
        }
    }
    told = await bob.sync(filter=json.dumps(wish))
    assert [e["type"] for e in state_of(told, room, "leave")] == ["m.room.name"]


async def test_state_that_a_newcomer_may_not_read_in_its_place_is_told_as_state(
    house: Living,
) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(name="old")
    since_joining = {"history_visibility": "joined"}
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.history_visibility/", since_joining)
    await set_name(alice, room, "set before")
    await alice.say(room, "not for bob")
    await bob.sync()
    await bob.did("POST", f"/join/{q(room)}", {})
    for since in (bob.since, None):
        bob.since = since
        part = (await bob.sync())["rooms"]["join"][room]
        told = part["state"]["events"] + part["timeline"]["events"]
        now = {(e["type"], e["state_key"]): e["content"] for e in told}
        assert now["m.room.name", ""] == {"name": "set before"}
        assert now["m.room.history_visibility", ""] == since_joining


async def test_who_turned_an_invitation_down_is_not_told_the_room(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(preset="private_chat")
    await bob.sync()
    await alice.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    await set_name(alice, room, "secret plans")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    later = json.dumps({"room": {"timeline": {"not_types": ["a.b"]}}})
    always = json.dumps({"room": {"include_leave": True}})
    for since, wish in ((bob.since, later), (None, always)):
        bob.since = since
        told = await bob.sync(filter=wish)
        events = told["rooms"]["leave"][room]["timeline"]["events"]
        assert [e["content"]["membership"] for e in events] == ["leave"]
        assert state_of(told, room, "leave") == []
