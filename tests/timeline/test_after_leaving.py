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
