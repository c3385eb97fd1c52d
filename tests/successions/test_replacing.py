"""A room gives way to a newer one: what goes along, what stays, who may."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.rooms.model.event import encode_event
from teahouse.rooms.model.power import PowerLevels
from teahouse.rooms.model.rules import check_event
from teahouse.rooms.model.state import MEMBER, RoomState, Stated
from teahouse.rooms.model.version import version_named
from teahouse.successions import model
from tests.living import Living, Person, q


async def replaced(person: Person, room: str, version: str, **more: Any) -> str:
    """Replace a room, and return the new one's id."""
    body = {"new_version": version, **more}
    told = await person.did("POST", f"/rooms/{q(room)}/upgrade", body)
    return told["replacement_room"]


async def stated(person: Person, room: str) -> dict[tuple[str, str], Any]:
    """Return the state of a room."""
    told = await person.did("GET", f"/rooms/{q(room)}/state")
    return {(event["type"], event["state_key"]): event["content"] for event in told}


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_room_gives_way_and_everything_goes_along(house: Living, version: str) -> None:
    ada, bob, eve = await house.person(), await house.person(), await house.person()
    levels = {"users": {ada.user_id: 60, bob.user_id: 100}, "state_default": 60}
    levels["events"] = {"m.room.tombstone": 60, "m.room.name": 90, "m.room.power_levels": 100}
    old = await bob.room(
        ada,
        name="Tea",
        topic="Leaves",
        room_version="10",
        room_alias_name="tea",
        visibility="public",
        creation_content={"m.federate": False},
    )
    await bob.did("POST", f"/rooms/{q(old)}/ban", {"user_id": eve.user_id, "reason": "spilled"})
    before = await stated(bob, old)
    whole = before["m.room.power_levels", ""] | levels
    await bob.did("PUT", f"/rooms/{q(old)}/state/m.room.power_levels", whole)
    new = await replaced(ada, old, version)
    found = await stated(ada, new)
    made = found["m.room.create", ""]
    assert (made["room_version"], made["m.federate"]) == (version, False)
    assert made["predecessor"]["room_id"] == old
    for kind in ("m.room.name", "m.room.topic", "m.room.join_rules", "m.room.canonical_alias"):
        assert found[kind, ""] == before[kind, ""], kind
    assert found["m.room.history_visibility", ""] == before["m.room.history_visibility", ""]
    assert found[MEMBER, eve.user_id] == {"membership": "ban", "reason": "spilled"}
    expected = dict(whole["users"])
    if version == "12":
        del expected[ada.user_id]
    assert found["m.room.power_levels", ""] == whole | {"users": expected}
    assert (MEMBER, bob.user_id) not in found
    after = await stated(bob, old)
    assert after["m.room.tombstone", ""]["replacement_room"] == new
    if version != "12":
        event = made["predecessor"]["event_id"]
        told = await bob.did("GET", f"/rooms/{q(old)}/event/{q(event)}")
        assert told["type"] == "m.room.tombstone"
    assert (await bob.did("GET", f"/directory/room/{q('#tea:s')}"))["room_id"] == new
    assert after["m.room.power_levels", ""]["events_default"] == 0, "ada may not"
    listed = await eve.did("GET", "/publicRooms")
    assert [room["room_id"] for room in listed["chunk"]] == [new]


async def test_creators_are_named_anew_or_not_at_all(house: Living) -> None:
    """``additional_creators`` of an upgrade: the full set, and without effect in other versions."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    more = {"additional_creators": [bob.user_id]}
    first = await ada.room(room_version="12", creation_content=more)
    second = await replaced(ada, first, "12")
    assert "additional_creators" not in (await stated(ada, second))["m.room.create", ""]
    third = await replaced(ada, second, "12", additional_creators=[eve.user_id])
    made = (await stated(ada, third))["m.room.create", ""]
    assert made["additional_creators"] == [eve.user_id]
    path = f"/rooms/{q(third)}/upgrade"
    odd = {"new_version": "12", "additional_creators": ["nobody"]}
    assert await ada.refused("POST", path, odd) == "400 M_BAD_JSON"
    assert await ada.refused("POST", path, {"new_version": "99"}) == (
        "400 M_UNSUPPORTED_ROOM_VERSION"
    )
    fourth = await replaced(ada, third, "11", additional_creators=["nobody"])
    assert "additional_creators" not in (await stated(ada, fourth))["m.room.create", ""]


async def test_the_old_room_falls_silent_and_people_follow(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    old = await ada.room(bob)
    for one in (ada, bob):
        tag = f"/user/{q(one.user_id)}/rooms/{q(old)}/tags/m.favourite"
        await one.did("PUT", tag, {"order": 0.5})
        muted = {"actions": ["dont_notify"]}
        await one.did("PUT", f"/pushrules/global/room/{q(old)}", muted)
        about = [{"kind": "event_match", "key": "room_id", "pattern": old}]
        loud = {"actions": ["notify"], "conditions": about}
        await one.did("PUT", "/pushrules/global/override/mine", loud)
        direct = {"@x:s": [old, "!y:s"], "@z:s": ["!y:s"]}
        await one.did("PUT", f"/user/{q(one.user_id)}/account_data/m.direct", direct)
    await bob.sync()
    new = await replaced(ada, old, "11")
    told = await bob.sync()
    events = told["rooms"]["join"][old]["timeline"]["events"]
    assert [event["type"] for event in events] == ["m.room.tombstone", "m.room.power_levels"]
    levels = events[1]["content"]
    assert (levels["events_default"], levels["invite"]) == (50, 50)
    path = f"/rooms/{q(old)}/send/m.room.message/1"
    assert await bob.refused("PUT", path, {"body": "?"}) == "403 M_FORBIDDEN"
    await bob.did("POST", f"/join/{q(new)}", {})
    for one in (ada, bob):
        tags = await one.did("GET", f"/user/{q(one.user_id)}/rooms/{q(new)}/tags")
        assert tags == {"tags": {"m.favourite": {"order": 0.5}}}
        kept = await one.did("GET", f"/user/{q(one.user_id)}/account_data/m.direct")
        assert kept == {"@x:s": [old, "!y:s", new], "@z:s": ["!y:s"]}
        rule = await one.did("GET", f"/pushrules/global/room/{q(new)}")
        assert rule["actions"] == ["dont_notify"]
        rule = await one.did("GET", f"/pushrules/global/override/{q(new)}")
        assert rule["conditions"] == [{"kind": "event_match", "key": "room_id", "pattern": new}]
    assert await bob.say(new, "here")


async def test_a_space_keeps_its_kind_and_its_rooms(house: Living) -> None:
    ada = await house.person()
    old = await ada.room(creation_content={"type": "m.space"})
    child = await ada.room()
    path = f"/rooms/{q(old)}/state/m.space.child/{q(child)}"
    await ada.did("PUT", path, {"via": ["s"], "order": "a"})
    more = {"additional_creators": ["@bob:s"]}
    found = await stated(ada, await replaced(ada, old, "12", **more))
    assert found["m.room.create", ""]["type"] == "m.space"
    assert found["m.room.create", ""]["additional_creators"] == ["@bob:s"]
    assert found["m.space.child", child] == {"via": ["s"], "order": "a"}
    ignored = await stated(ada, await replaced(ada, old, "10", **more))
    assert "additional_creators" not in ignored["m.room.create", ""]


async def test_who_may_not_replace_a_room_changes_nothing(house: Living) -> None:
    ada, bob, eve = await house.person(), await house.person(), await house.person()
    old = await ada.room(bob, room_alias_name="still")
    path = f"/rooms/{q(old)}/upgrade"
    for one in (bob, eve):
        assert await one.refused("POST", path, {"new_version": "12"}) == "403 M_FORBIDDEN"
    unknown = await ada.refused("POST", path, {"new_version": "tea"})
    assert unknown == "400 M_UNSUPPORTED_ROOM_VERSION"
    assert await ada.refused("POST", path, {}) == "400 M_MISSING_PARAM"
    nobody = {"new_version": "12", "additional_creators": ["nobody"]}
    assert await ada.refused("POST", path, nobody) == "400 M_BAD_JSON"
    nowhere = f"/rooms/{q('!nowhere:s')}/upgrade"
    assert await ada.refused("POST", nowhere, {"new_version": "12"}) == "404 M_NOT_FOUND"
    itself = f"/rooms/{q(old)}/state/m.room.tombstone"
    body = {"body": "", "replacement_room": old}
    assert await ada.refused("PUT", itself, body) == "400 M_INVALID_PARAM"
    assert ("m.room.tombstone", "") not in await stated(ada, old)
    assert (await ada.did("GET", f"/directory/room/{q('#still:s')}"))["room_id"] == old


people = st.sampled_from(["@a:s", "@b:s", "@c:s"])
numbers = st.integers(-10, 120)
kinds = st.sampled_from(["m.room.name", "m.room.power_levels", "m.room.tombstone", "x"])


@given(
    st.sampled_from(["10", "11", "12"]),
    st.sampled_from(["10", "11", "12"]),
    st.dictionaries(people, numbers),
    st.dictionaries(kinds, numbers),
    numbers,
    st.sampled_from(["@a:s", "@b:s"]),
)
def test_whoever_replaces_a_room_can_set_what_goes_along(
    before: str,
    after: str,
    users: dict[str, int],
    events: dict[str, int],
    state_default: int,
    who: str,
) -> None:
    owner = "@a:s"
    old = RoomState("!old:s", version_named(before), owner)
    levels = {"users": users, "events": events, "state_default": state_default}
    if before == "12":
        levels["users"] = {user: level for user, level in users.items() if user != owner}
    _put(old, "m.room.create", "", {"room_version": before})
    _put(old, "m.room.power_levels", "", levels)
    _put(old, "m.room.name", "", {"name": "Tea"})
    _put(old, MEMBER, "@c:s", {"membership": "ban"})
    new = RoomState("!new:s", version_named(after), who)
    _put(new, "m.room.create", "", {"room_version": after})
    _put(new, MEMBER, who, {"membership": "join"})
    for kind, key, content in model.pieces(old, who, new.creators):
        if key != who:
            check_event(new, who, kind, key, content)
        _put(new, kind, key, content)
    assert new.content("m.room.name") == {"name": "Tea"}
    kept = PowerLevels(new.content("m.room.power_levels"), who, frozenset())
    for user in {"@b:s", "@c:s", owner} - new.creators - old.creators:
        assert kept.of(user) == old.power.of(user), "nobody rises or falls by it"


def _put(state: RoomState, kind: str, key: str, content: dict[str, Any]) -> None:
    body = encode_event("$e", kind, "@a:s", 1, content, key)
    state.set(kind, key, Stated("$e", state.pos + 1, body, "@a:s"))
