"""The calls of before /sync still tell the truth."""

import asyncio

from tests.living import Living, q


async def test_old_calls_tell_what_sync_tells(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob)
    await alice.say(room, "first")
    told = await bob.did("GET", "/initialSync", limit=1)
    (shown,) = told["rooms"]
    assert shown["membership"] == "join"
    assert [e["content"]["body"] for e in shown["messages"]["chunk"]] == ["first"]
    said = await alice.say(room, "second")
    events = await bob.did("GET", "/events", **{"from": told["end"], "timeout": 5000})
    assert [e["event_id"] for e in events["chunk"]] == [said]
    assert events["chunk"][0]["room_id"] == room
    one = await bob.did("GET", f"/rooms/{q(room)}/initialSync")
    assert ("m.room.create", "") in {(e["type"], e["state_key"]) for e in one["state"]}
    assert await eve.refused("GET", f"/rooms/{q(room)}/initialSync") == "403 M_FORBIDDEN"


async def test_old_calls_tell_of_lists_receipts_and_rooms_left(house: Living) -> None:
    """``visibility``, ``archived`` and a room's receipts are what they are elsewhere."""
    alice, bob = await house.person(), await house.person()
    listed = await alice.room(bob, visibility="public")
    hidden, left, forgotten = [await alice.room(bob) for _ in range(3)]
    declined = await alice.room(preset="private_chat")
    await alice.did("POST", f"/rooms/{q(declined)}/invite", {"user_id": bob.user_id})
    said = await alice.say(listed, "tea")
    await bob.did("POST", f"/rooms/{q(listed)}/receipt/m.read/{q(said)}", {})
    for room in (left, forgotten, declined):
        await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await bob.did("POST", f"/rooms/{q(forgotten)}/forget", {})
    after = await alice.say(left, "later")
    rooms = (await bob.did("GET", "/initialSync"))["rooms"]
    told = {one["room_id"]: (one["membership"], one["visibility"]) for one in rooms}
    assert told == {listed: ("join", "public"), hidden: ("join", "private")}
    (receipt,) = next(one for one in rooms if one["room_id"] == listed)["receipts"]
    assert list(receipt["content"][said]["m.read"]) == [bob.user_id]
    rooms = (await bob.did("GET", "/initialSync", archived="true"))["rooms"]
    gone = {one["room_id"]: one for one in rooms if one["membership"] == "leave"}
    assert set(gone) == {left}, "and not what they never were in, or forgot"
    shown = {event["event_id"] for event in gone[left]["messages"]["chunk"]}
    assert shown, "what was said while they were there"
    assert after not in shown
    assert await bob.refused("GET", "/initialSync", archived="maybe") == "400 M_INVALID_PARAM"


async def test_a_room_that_everybody_may_read_can_be_looked_into(house: Living) -> None:
    """``GET /events?room_id=`` (Client-Server API, "Room previews")."""
    alice, eve = await house.person(), await house.person()
    world = {"history_visibility": "world_readable"}
    shown = [{"type": "m.room.history_visibility", "content": world}]
    room, other = await alice.room(initial_state=shown), await alice.room()
    before = await alice.say(room, "before")
    start = (await eve.did("GET", f"/rooms/{q(room)}/initialSync"))["messages"]["end"]
    look = {"room_id": room, "from": start, "timeout": 10_000}
    waiting = asyncio.ensure_future(eve.did("GET", "/events", **look))
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    await alice.say(other, "elsewhere")
    said = await alice.say(room, "now")
    told = await waiting
    assert [(e["event_id"], e["room_id"]) for e in told["chunk"]] == [(said, room)]
    again = await eve.did("GET", "/events", **(look | {"from": told["end"], "timeout": 0}))
    assert again["chunk"] == []
    mine = await alice.did("GET", "/events", **(look | {"from": "s0", "timeout": 0}))
    assert {before, said} < {e["event_id"] for e in mine["chunk"]}
    assert await eve.refused("GET", "/events", room_id=other) == "403 M_FORBIDDEN"
    assert await eve.refused("GET", "/events", room_id="!nowhere:s") == "403 M_FORBIDDEN"
