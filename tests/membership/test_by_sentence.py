"""Sentences of the specification on who comes and goes, and on new rooms, one test each."""

from typing import Any

import pytest

from tests.living import Living, Person, q

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])
FORBIDDEN = "403 M_FORBIDDEN"


async def of_member(person: Person, room: str, other: Person) -> Any:
    """Return what a room says of somebody."""
    return await person.did("GET", f"/rooms/{q(room)}/state/m.room.member/{q(other.user_id)}")


async def test_a_reason_is_told_with_every_move(house: Living) -> None:
    """The optional ``reason`` of join, knock, leave, invite, kick, ban and unban."""
    ada, bob = await house.person(), await house.person()
    rule = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    room = await ada.room(initial_state=[rule])
    place = f"/rooms/{q(room)}"
    moves = [
        (bob, f"/knock/{q(room)}", "knock"),
        (bob, f"{place}/leave", "leave"),
        (ada, f"{place}/invite", "invite"),
        (bob, f"{place}/join", "join"),
        (bob, f"{place}/leave", "leave"),
        (ada, f"{place}/invite", "invite"),
        (bob, f"/join/{q(room)}", "join"),
        (ada, f"{place}/kick", "leave"),
        (ada, f"{place}/ban", "ban"),
        (ada, f"{place}/unban", "leave"),
    ]
    for nth, (who, path, membership) in enumerate(moves):
        whom = {"user_id": bob.user_id} if who is ada else {}
        await who.did("POST", path, {"reason": f"because {nth}", **whom})
        told = await of_member(ada, room, bob)
        assert (told["membership"], told["reason"]) == (membership, f"because {nth}"), path


@VERSIONS
async def test_a_room_s_first_events_come_in_the_order_of_the_text(
    house: Living, version: str
) -> None:
    """The eight steps of ``POST /createRoom``, and a page that begins where the room does."""
    ada, bob = await house.person(), await house.person()
    initial = [
        {"type": "b.second", "content": {}},
        {"type": "a.first", "state_key": "k", "content": {}},
        {"type": "m.room.guest_access", "content": {"guest_access": "forbidden"}},
    ]
    room = await ada.room(
        preset="private_chat",
        room_version=version,
        room_alias_name=f"order{version}",
        name="Tea",
        topic="Leaves",
        invite=[bob.user_id],
        is_direct=True,
        initial_state=initial,
    )
    page = await ada.did("GET", f"/rooms/{q(room)}/messages", dir="f", limit=50)
    assert [event["type"].removeprefix("m.room.") for event in page["chunk"]] == [
        "create", "member", "power_levels", "canonical_alias", "join_rules", "history_visibility",
        "b.second", "a.first", "guest_access", "name", "topic", "member",
    ]  # fmt: skip
    invitation = page["chunk"][-1]
    assert invitation["state_key"] == bob.user_id
    assert invitation["content"]["is_direct"] is True
    assert page["chunk"][-2]["content"]["m.topic"]["m.text"][0] == {
        "body": "Leaves",
        "mimetype": "text/plain",
    }
    assert "end" not in page, "no further events are available"
    back = await ada.did("GET", f"/rooms/{q(room)}/messages", **{"from": page["start"], "dir": "b"})
    assert back["chunk"] == [], "the start of a page is the place before its first event"


@VERSIONS
async def test_whom_a_trusted_chat_is_with_stands_as_high_as_its_maker(
    house: Living, version: str
) -> None:
    """The preset's invitees have their maker's level, and from version 12 on are creators."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    made: dict[str, Any] = {"creator": "@x:s", "room_version": "1", "type": "x.kind"}
    if version == "12":
        made["additional_creators"] = [eve.user_id, bob.user_id]
    room = await ada.room(
        preset="trusted_private_chat",
        room_version=version,
        invite=[bob.user_id],
        creation_content=made,
    )
    state = {
        event["type"]: event["content"] for event in await ada.did("GET", f"/rooms/{q(room)}/state")
    }
    create, users = state["m.room.create"], state["m.room.power_levels"]["users"]
    assert (create["room_version"], create["type"]) == (version, "x.kind")
    assert create.get("creator") == (ada.user_id if version == "10" else None)
    if version == "12":
        assert sorted(create["additional_creators"]) == sorted([bob.user_id, eve.user_id])
        assert users == {}
    else:
        assert users == {ada.user_id: 100, bob.user_id: 100}
    over = {"users": {ada.user_id: 100}}
    body = {"room_version": version, "power_level_content_override": over}
    if version == "12":
        assert await ada.refused("POST", "/createRoom", body) == "400 M_INVALID_ROOM_STATE"
    else:
        await ada.did("POST", "/createRoom", body)


@VERSIONS
async def test_one_comes_in_by_saying_so_of_oneself(house: Living, version: str) -> None:
    """Adjusting one's own member state is joining and knocking, with all that belongs to it."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    club = await ada.room(bob)
    allow = [{"type": "m.room_membership", "room_id": club}]
    rule = {"join_rule": "knock_restricted", "allow": allow}
    state = [{"type": "m.room.join_rules", "content": rule}]
    room = await ada.room(initial_state=state, room_version=version)

    def mine(person: Person) -> str:
        return f"/rooms/{q(room)}/state/m.room.member/{q(person.user_id)}"

    said = await bob.did("PUT", mine(bob), {"membership": "join", "displayname": "Bob"})
    told = await ada.did("GET", mine(bob), format="event")
    assert told["event_id"] == said["event_id"]
    assert told["content"]["join_authorised_via_users_server"] == ada.user_id
    assert told["content"]["displayname"] == "Bob"
    forged = {"membership": "join", "join_authorised_via_users_server": ada.user_id}
    assert await eve.refused("PUT", mine(eve), forged) == FORBIDDEN
    await eve.did("PUT", mine(eve), {"membership": "knock"})
    assert await eve.refused("PUT", mine(eve), forged) == FORBIDDEN
    await ada.did("PUT", mine(eve), {"membership": "invite"})
    await eve.did("PUT", mine(eve), forged)
    assert "join_authorised_via_users_server" not in await of_member(ada, room, eve)
    await eve.did("PUT", mine(eve), {"membership": "leave"})
    assert (await of_member(ada, room, eve))["membership"] == "leave"


async def test_forgetting_ends_with_coming_back(house: Living) -> None:
    """A forgotten room is not told of until one joins again, is invited again, or knocks."""
    ada, bob = await house.person(), await house.person()
    room = await ada.room(bob)
    place = f"/rooms/{q(room)}"
    assert await bob.refused("POST", f"{place}/forget", {}) == "400 M_UNKNOWN"
    await bob.did("POST", f"{place}/leave", {})
    await bob.did("POST", f"{place}/leave", {})
    assert (await bob.did("GET", f"{place}/messages", dir="b"))["chunk"]
    await bob.did("POST", f"{place}/forget", {})
    assert await bob.refused("GET", f"{place}/messages", dir="b") == FORBIDDEN
    wide = {"filter": '{"room":{"include_leave":true}}'}
    bob.since = None
    assert room not in (await bob.sync(**wide)).get("rooms", {}).get("leave", {})
    await ada.did("POST", f"{place}/invite", {"user_id": bob.user_id})
    assert room in (await bob.sync(**wide))["rooms"]["invite"]
    await bob.did("POST", f"{place}/leave", {})
    bob.since = None
    assert room in (await bob.sync(**wide))["rooms"]["leave"]


async def test_who_is_joined_is_for_those_who_are(house: Living) -> None:
    """What ``/joined_members`` and ``/joined_rooms`` tell, and whom."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(bob)
    await bob.did("PUT", f"/profile/{q(bob.user_id)}/displayname", {"displayname": "Bob"})
    path = f"/rooms/{q(room)}/joined_members"
    told = (await ada.did("GET", path))["joined"]
    assert told[bob.user_id]["display_name"] == "Bob"
    assert set(told) == {ada.user_id, bob.user_id}
    assert await eve.refused("GET", path) == FORBIDDEN
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    assert await bob.refused("GET", path) == FORBIDDEN
    assert (await bob.did("GET", "/joined_rooms"))["joined_rooms"] == []
    assert (await ada.did("GET", "/joined_rooms"))["joined_rooms"] == [room]


async def test_members_are_told_by_what_they_are_or_are_not(house: Living) -> None:
    """Both parameters together are an "or"; ``at`` is a place in time."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(bob)
    place = f"/rooms/{q(room)}"
    at = (await ada.sync())["rooms"]["join"][room]["timeline"]["prev_batch"]
    then = (await ada.did("GET", f"{place}/messages", dir="b", limit=1))["start"]
    await ada.did("POST", f"{place}/ban", {"user_id": eve.user_id})
    await bob.did("POST", f"{place}/leave", {})

    async def who(person: Person, **query: str) -> set[str]:
        chunk = (await person.did("GET", f"{place}/members", **query))["chunk"]
        return {event["state_key"] for event in chunk}

    everybody = {ada.user_id, bob.user_id, eve.user_id}
    assert await who(ada) == everybody
    assert await who(ada, membership="join") == {ada.user_id}
    assert await who(ada, not_membership="join") == everybody - {ada.user_id}
    assert await who(ada, membership="join", not_membership="leave") == everybody - {bob.user_id}
    assert await who(ada, at=then) == {ada.user_id, bob.user_id}
    assert await who(ada, at=at) == set()
    assert await ada.refused("GET", f"{place}/members", membership="odd") == "400 M_INVALID_PARAM"
    assert await who(bob) == everybody, "as it was when they left"
    third = await house.person()
    await third.did("POST", f"/join/{q(room)}", {})
    assert await who(bob) == everybody
    assert await eve.refused("GET", f"{place}/members") == FORBIDDEN
