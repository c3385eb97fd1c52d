"""What somebody who has left may still read."""

from tests.living import Living, q


async def test_who_came_after_one_left_is_not_told(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob)
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await carol.did("POST", f"/join/{q(room)}", {})
    now = (await carol.sync())["next_batch"]
    told = await bob.did("GET", f"/rooms/{q(room)}/members", at=now)
    members = {event["state_key"]: event["content"]["membership"] for event in told["chunk"]}
    assert members == {alice.user_id: "join", bob.user_id: "leave"}


async def test_a_forgotten_room_is_read_no_more_event_by_event(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    path = f"/rooms/{q(room)}/event/{q(await alice.say(room, 'x'))}"
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    assert (await bob.did("GET", path))["content"]["body"] == "x"
    await bob.did("POST", f"/rooms/{q(room)}/forget", {})
    assert await bob.refused("GET", path) == "404 M_NOT_FOUND"
    await bob.did("POST", f"/join/{q(room)}", {})
    assert (await bob.did("GET", path))["content"]["body"] == "x"


async def test_a_name_taken_after_one_left_is_not_told(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    event_id = await alice.say(room, "x")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await alice.did("PUT", f"/profile/{q(alice.user_id)}/displayname", {"displayname": "Later"})
    lazy = '{"lazy_load_members":true}'
    for path in ("messages", f"context/{q(event_id)}"):
        told = await bob.did("GET", f"/rooms/{q(room)}/{path}", dir="b", filter=lazy)
        theirs = [e for e in told["state"] if e["state_key"] == alice.user_id]
        assert [e["content"].get("displayname") for e in theirs] == [None]


async def test_a_membership_is_of_a_person_of_this_server(house: Living) -> None:
    alice = await house.person()
    path = f"/rooms/{q(await alice.room())}/state/m.room.member"
    invite = {"membership": "invite"}
    assert await alice.refused("PUT", f"{path}/nobody", invite) == "400 M_BAD_JSON"
    assert await alice.refused("PUT", path, invite) == "400 M_BAD_JSON"
    assert await alice.refused("PUT", f"{path}/%40bob%3Aelsewhere", invite) == "403 M_FORBIDDEN"


async def test_the_other_device_is_told_of_a_room_left_and_forgotten(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    phone = await bob.again()
    await phone.sync()
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await bob.did("POST", f"/rooms/{q(room)}/forget", {})
    told = await phone.sync()
    assert told["rooms"]["leave"][room]["timeline"]["events"][-1]["state_key"] == bob.user_id
    phone.since = None
    assert "rooms" not in await phone.sync(filter='{"room":{"include_leave":true}}')
