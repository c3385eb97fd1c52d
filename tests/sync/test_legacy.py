"""The calls of before /sync still tell the truth."""

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
