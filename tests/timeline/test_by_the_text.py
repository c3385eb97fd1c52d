"""What the specification's prose asks of rooms and no other test looks at, in every version."""

from typing import Any

import pytest

from tests.living import Living, Person, q

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])
FORBIDDEN = "403 M_FORBIDDEN"


async def act(person: Person, room: str, what: str, target: Person) -> str:
    """Try to move somebody; return ``200`` or the refusal."""
    body = {"user_id": target.user_id}
    answer = await person.ask("POST", f"/rooms/{q(room)}/{what}", body)
    told = answer.json()
    return f"{answer.status_code} {told['errcode']}" if "errcode" in told else "200"


async def put(person: Person, room: str, place: str, content: Any) -> str:
    """Try to set state; return ``200`` or the refusal."""
    answer = await person.ask("PUT", f"/rooms/{q(room)}/state/{place}", content)
    told = answer.json()
    return f"{answer.status_code} {told['errcode']}" if "errcode" in told else "200"


@VERSIONS
async def test_membership_moves_as_the_table_says(house: Living, version: str) -> None:
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(bob, room_version=version)
    assert await act(ada, room, "unban", bob) == "403 M_BAD_STATE"
    assert await act(bob, room, "unban", ada) == FORBIDDEN
    assert await act(eve, room, "unban", bob) == FORBIDDEN
    assert await act(ada, room, "kick", eve) == FORBIDDEN
    assert await act(eve, room, "ban", bob) == FORBIDDEN
    assert await act(ada, room, "ban", eve) == "200"
    assert await act(ada, room, "ban", eve) == "200"
    assert await act(ada, room, "invite", eve) == FORBIDDEN
    assert await act(ada, room, "kick", eve) == FORBIDDEN
    for way in (f"/join/{q(room)}", f"/knock/{q(room)}", f"/rooms/{q(room)}/leave"):
        assert await eve.refused("POST", way, {}) == FORBIDDEN
    assert await act(ada, room, "unban", eve) == "200"
    assert await act(ada, room, "invite", eve) == "200"
    assert await act(ada, room, "kick", eve) == "200"
    assert await act(ada, room, "ban", ada) == FORBIDDEN
    assert await act(bob, room, "invite", ada) == FORBIDDEN
    await eve.did("POST", f"/join/{q(room)}", {})
    place = f"m.room.member/{q(bob.user_id)}"
    assert await put(ada, room, place, {"membership": "join"}) == FORBIDDEN
    assert await put(ada, room, place, {"membership": "odd"}) == "400 M_BAD_JSON"
    assert await put(ada, room, place, {"membership": "leave"}) == "200"
    assert await put(ada, room, place, {"membership": "ban"}) == "200"
    assert await put(bob, room, place, {"membership": "leave"}) == FORBIDDEN


@VERSIONS
async def test_knocking_and_taking_it_back(house: Living, version: str) -> None:
    ada, bob = await house.person(), await house.person()
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    room = await ada.room(initial_state=[rule], room_version=version)
    await bob.sync()
    knock = f"/knock/{q(room)}"
    assert await ada.refused("POST", knock, {}) == FORBIDDEN
    assert await bob.did("POST", knock, {"reason": "tea?"}) == {"room_id": room}
    state = (await bob.sync())["rooms"]["knock"][room]["knock_state"]["events"]
    mine = [e["content"] for e in state if e.get("state_key") == bob.user_id]
    assert [(e["membership"], e["reason"]) for e in mine] == [("knock", "tea?")]
    assert "m.room.create" in {e["type"] for e in state}
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    assert room in (await bob.sync())["rooms"]["leave"]
    await bob.did("POST", knock, {})
    assert await act(ada, room, "kick", bob) == "200"
    assert room in (await bob.sync())["rooms"]["leave"]
    await bob.did("POST", knock, {})
    assert await act(ada, room, "invite", bob) == "200"
    assert room in (await bob.sync())["rooms"]["invite"]
    assert await bob.refused("POST", knock, {}) == FORBIDDEN
    await bob.did("POST", f"/join/{q(room)}", {})
    closed = await ada.room(room_version=version)
    assert await bob.refused("POST", f"/knock/{q(closed)}", {}) == FORBIDDEN
    nowhere = await bob.refused("POST", f"/knock/{q('!nowhere:s')}", {})
    assert nowhere == "404 M_NOT_FOUND"


@VERSIONS
@pytest.mark.parametrize("rule", ["restricted", "knock_restricted"])
async def test_a_restricted_room_admits_by_any_of_its_rooms(
    house: Living, version: str, rule: str
) -> None:
    ada, bob, eve = [await house.person() for _ in range(3)]
    one, two = await ada.room(), await ada.room(bob)
    allow = [
        {"type": "x.odd", "room_id": one},
        {"type": "m.room_membership", "room_id": one},
        {"type": "m.room_membership", "room_id": two},
    ]
    content = {"join_rule": rule, "allow": allow}
    inner = await ada.room(
        initial_state=[{"type": "m.room.join_rules", "content": content}], room_version=version
    )
    await bob.did("POST", f"/join/{q(inner)}", {})
    member = f"/rooms/{q(inner)}/state/m.room.member/{q(bob.user_id)}"
    assert (await ada.did("GET", member))["join_authorised_via_users_server"] == ada.user_id
    assert await eve.refused("POST", f"/join/{q(inner)}", {}) == FORBIDDEN
    for voucher in (ada, bob, eve):
        forged = {"membership": "join", "join_authorised_via_users_server": voucher.user_id}
        assert await put(eve, inner, f"m.room.member/{q(eve.user_id)}", forged) == FORBIDDEN
    if rule == "knock_restricted":
        await eve.did("POST", f"/knock/{q(inner)}", {})
    else:
        assert await eve.refused("POST", f"/knock/{q(inner)}", {}) == FORBIDDEN
    assert await act(ada, inner, "invite", eve) == "200"
    await eve.did("POST", f"/join/{q(inner)}", {})


async def test_state_is_what_was_set_last_to_the_letter(house: Living) -> None:
    ada = await house.person()
    room = await ada.room()
    path = f"/rooms/{q(room)}/state/x.y"
    first = await ada.did("PUT", path, {"a": 1, "b": [0]})
    assert await ada.did("PUT", path, {"b": [0], "a": 1}) == first
    for content in ({"a": True, "b": [0]}, {"a": True, "b": [False]}):
        assert await ada.did("PUT", path, content) != first
        assert str(await ada.did("GET", path)) == str(content)


async def test_who_stands_above_the_levels_in_version_12(house: Living) -> None:
    ada, bob, eve = [await house.person() for _ in range(3)]
    more = {"additional_creators": [bob.user_id]}
    room = await ada.room(bob, eve, room_version="12", creation_content=more)
    levels = await ada.did("GET", f"/rooms/{q(room)}/state/m.room.power_levels")
    assert levels["events"]["m.room.tombstone"] > levels["state_default"]
    assert not {ada.user_id, bob.user_id} & levels["users"].keys()
    raised = levels | {"users": {eve.user_id: 2**53 - 1}}
    assert await put(bob, room, "m.room.power_levels", raised) == "200"
    for one, other in ((ada, bob), (bob, ada), (eve, ada), (eve, bob)):
        assert await act(one, room, "kick", other) == FORBIDDEN
    assert await act(ada, room, "kick", eve) == "200"
    named = levels | {"users": {bob.user_id: 100}}
    assert await put(ada, room, "m.room.power_levels", named) == FORBIDDEN
    bad: list[Any] = [["nobody"], "nobody", [3]]
    for creators in bad:
        body = {"room_version": "12", "creation_content": {"additional_creators": creators}}
        assert await ada.refused("POST", "/createRoom", body) == "400 M_BAD_JSON"


async def test_presets_and_what_takes_precedence_over_them(house: Living) -> None:
    ada = await house.person()
    table = {
        "private_chat": ("invite", "shared", "can_join"),
        "trusted_private_chat": ("invite", "shared", "can_join"),
        "public_chat": ("public", "shared", "forbidden"),
    }
    asked = [({"preset": name}, name) for name in table]
    asked += [({"visibility": "public"}, "public_chat"), ({}, "private_chat")]
    for body, preset in asked:
        room = (await ada.did("POST", "/createRoom", body))["room_id"]
        state = {e["type"]: e["content"] for e in await ada.did("GET", f"/rooms/{q(room)}/state")}
        found = (
            state["m.room.join_rules"]["join_rule"],
            state["m.room.history_visibility"]["history_visibility"],
            state["m.room.guest_access"]["guest_access"],
        )
        assert found == table[preset], body
    given = {"history_visibility": "joined"}
    initial = [
        {"type": "m.room.history_visibility", "state_key": "", "content": given},
        {"type": "m.room.name", "content": {"name": "overwritten"}},
    ]
    room = await ada.room(initial_state=initial, name="Tea")
    path = f"/rooms/{q(room)}/state/"
    assert await ada.did("GET", f"{path}m.room.history_visibility") == given
    assert await ada.did("GET", f"{path}m.room.name") == {"name": "Tea"}
