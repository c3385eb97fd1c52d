"""Coming, going, and making rooms, through the Matrix API."""

import pytest

from tests.living import Living, q


async def test_invited_joined_left_forgotten(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(preset="private_chat")
    join, forget = f"/rooms/{q(room)}/join", f"/rooms/{q(room)}/forget"
    assert await bob.refused("POST", join, {}) == "403 M_FORBIDDEN"
    invite = {"user_id": bob.user_id, "reason": "tea"}
    await alice.did("POST", f"/rooms/{q(room)}/invite", invite)
    assert await bob.did("POST", join, {}) == {"room_id": room}
    assert await bob.did("POST", join, {}) == {"room_id": room}
    assert (await bob.did("GET", "/joined_rooms"))["joined_rooms"] == [room]
    assert await alice.refused("POST", f"/rooms/{q(room)}/invite", invite) == "403 M_FORBIDDEN"
    assert (await bob.refused("POST", forget, {})).startswith("400")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await bob.did("POST", forget, {})
    assert await bob.refused("GET", f"/rooms/{q(room)}/messages", dir="b") == "403 M_FORBIDDEN"
    assert await bob.refused("POST", join, {}) == "403 M_FORBIDDEN"


async def test_kick_ban_unban_ask_for_power_and_for_somebody(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob, carol)
    base = f"/rooms/{q(room)}"
    them = {"user_id": carol.user_id, "reason": "rude"}
    assert await bob.refused("POST", f"{base}/kick", them) == "403 M_FORBIDDEN"
    await alice.did("POST", f"{base}/kick", them)
    assert await alice.refused("POST", f"{base}/kick", them) == "403 M_FORBIDDEN"
    await carol.did("POST", f"{base}/join", {})
    await alice.did("POST", f"{base}/ban", them)
    assert await carol.refused("POST", f"{base}/join", {}) == "403 M_FORBIDDEN"
    event = await alice.did("GET", f"{base}/state/m.room.member/{q(carol.user_id)}")
    assert (event["membership"], event["reason"]) == ("ban", "rude")
    await alice.did("POST", f"{base}/unban", them)
    assert (await alice.refused("POST", f"{base}/unban", them)).startswith("403")
    await carol.did("POST", f"{base}/join", {})


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_room_begins_as_asked_for(house: Living, version: str) -> None:
    alice, bob = await house.person(), await house.person()
    body = {
        "room_version": version,
        "preset": "trusted_private_chat",
        "name": "Tea",
        "topic": "oolong",
        "invite": [bob.user_id],
        "is_direct": True,
        "room_alias_name": f"tea{version}",
        "creation_content": {"m.federate": False},
        "initial_state": [{"type": "a.b", "state_key": "k", "content": {"x": 1}}],
        "power_level_content_override": {"events_default": 7},
    }
    room = (await alice.did("POST", "/createRoom", body))["room_id"]
    assert (":" in room) == (version != "12")
    state = {
        (e["type"], e["state_key"]): e["content"]
        for e in await alice.did("GET", f"/rooms/{q(room)}/state")
    }
    created = state["m.room.create", ""]
    assert created["room_version"] == version
    assert created.get("creator") == (alice.user_id if version == "10" else None)
    assert created["m.federate"] is False
    power = state["m.room.power_levels", ""]
    assert power["events_default"] == 7
    if version == "12":
        assert created["additional_creators"] == [bob.user_id]
        assert alice.user_id not in power["users"]
    else:
        assert power["users"] == {alice.user_id: 100, bob.user_id: 100}
    assert state["m.room.canonical_alias", ""] == {"alias": f"#tea{version}:s"}
    assert state["a.b", "k"] == {"x": 1}
    assert state["m.room.member", bob.user_id]["is_direct"] is True
    again = await alice.ask("POST", "/createRoom", {"room_alias_name": f"tea{version}"})
    assert (again.status_code, again.json()["errcode"]) == (400, "M_ROOM_IN_USE")
    await bob.did("POST", f"/join/{q(f'#tea{version}:s')}", {})


async def test_rooms_that_cannot_be_are_refused_whole(house: Living) -> None:
    alice = await house.person()
    bad = [
        ({"room_version": "99"}, "400 M_UNSUPPORTED_ROOM_VERSION"),
        ({"preset": "nonsense"}, "400 M_INVALID_PARAM"),
        ({"invite": ["@x:elsewhere"]}, "403 M_FORBIDDEN"),
        ({"invite": ["nobody"]}, "400 M_BAD_JSON"),
        ({"power_level_content_override": {"users": {"@x:s": "high"}}}, "400 M_BAD_JSON"),
        (
            {"power_level_content_override": {"users": {}}, "name": "x", "room_version": "11"},
            "400 M_INVALID_ROOM_STATE",
        ),
        ({"initial_state": [{"type": "m.room.create", "content": {}}]}, "400 M_BAD_JSON"),
        ({"room_alias_name": "a:b"}, "400 M_INVALID_PARAM"),
        ({"name": 5}, "400 M_BAD_JSON"),
    ]
    for body, expected in bad:
        assert await alice.refused("POST", "/createRoom", body) == expected, body
    assert (await alice.did("GET", "/joined_rooms"))["joined_rooms"] == []


async def test_a_restricted_room_opens_to_members_of_another(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    club = await alice.room(bob)
    allow = [{"type": "m.room_membership", "room_id": club}]
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "restricted", "allow": allow}}
    inner = await alice.room(initial_state=[rule])
    await bob.did("POST", f"/join/{q(inner)}", {})
    assert await eve.refused("POST", f"/join/{q(inner)}", {}) == "403 M_FORBIDDEN"


async def test_a_knock_is_answered_by_an_invitation(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    room = await alice.room(initial_state=[rule], name="Tea")
    assert await bob.refused("POST", f"/join/{q(room)}", {}) == "403 M_FORBIDDEN"
    await bob.did("POST", f"/knock/{q(room)}", {"reason": "thirsty"})
    knock = (await bob.sync())["rooms"]["knock"][room]["knock_state"]["events"]
    assert {"Tea"} == {e["content"]["name"] for e in knock if e["type"] == "m.room.name"}
    await alice.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    await bob.did("POST", f"/join/{q(room)}", {})


async def test_a_new_name_shows_in_every_room(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    rooms = [await alice.room(bob) for _ in range(3)]
    path = f"/profile/{q(alice.user_id)}/displayname"
    assert await bob.refused("PUT", path, {"displayname": "x"}) == "403 M_FORBIDDEN"
    await alice.did("PUT", path, {"displayname": "爱丽丝"})
    for room in rooms:
        member = f"/rooms/{q(room)}/state/m.room.member/{q(alice.user_id)}"
        assert (await bob.did("GET", member))["displayname"] == "爱丽丝"
    later = await alice.room()
    member = f"/rooms/{q(later)}/state/m.room.member/{q(alice.user_id)}"
    assert (await alice.did("GET", member))["displayname"] == "爱丽丝"


async def test_who_deactivates_leaves_every_room(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    path = f"/profile/{q(bob.user_id)}/displayname"
    await bob.did("PUT", path, {"displayname": "Robert the Bold"})
    said = await bob.say(room, "what bob said")
    start = (await alice.sync())["next_batch"]
    await bob.say(room, "and said again")
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bob.user_id},
        "password": "correct horse",
    }
    asked = await bob.ask("POST", "/account/deactivate", {})
    assert asked.status_code == 401
    auth["session"] = asked.json()["session"]
    await bob.did("POST", "/account/deactivate", {"auth": auth, "erase": True})
    log = house.house.log
    while (await alice.did("GET", f"/rooms/{q(room)}/joined_members"))["joined"].keys() != {
        alice.user_id
    }:
        assert await log.reached(log.applied + 1, 5)
    assert await bob.refused("GET", "/sync") == "401 M_UNKNOWN_TOKEN"
    while "bob said" in str(await alice.did("GET", f"/rooms/{q(room)}/event/{q(said)}")):
        assert await log.reached(log.applied + 1, 5)
    assert "said again" not in str(await alice.did("GET", "/sync", since=start))
    page = await alice.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=50)
    assert {"m.room.message"} <= {event["type"] for event in page["chunk"]}
    assert "said again" not in str(page)
    assert "Robert" not in str(page)
