"""What a sync says beside the events of a timeline: of a gap, of oneself, of what one kept."""

import json

from tests.living import Living, q


async def test_a_timeline_of_no_events_tells_that_there_are_some(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    none = json.dumps({"room": {"timeline": {"limit": 0}}})
    await bob.sync(filter=none)
    await alice.say(room, "hello")
    part = (await bob.sync(filter=none))["rooms"]["join"][room]
    assert (part["timeline"]["events"], part["timeline"]["limited"]) == ([], True)
    query = {"dir": "b", "from": part["timeline"]["prev_batch"], "limit": 1}
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", **query)
    assert [e["content"]["body"] for e in page["chunk"]] == ["hello"]


async def test_a_room_that_one_comes_into_again_begins_anew(house: Living) -> None:
    """Without a gap, a client would put what it has had already after what it has."""
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    await bob.sync()
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    await bob.sync()
    await bob.did("POST", f"/join/{q(room)}", {})
    part = (await bob.sync())["rooms"]["join"][room]
    assert part["timeline"]["limited"] is True


async def test_what_one_was_to_the_room_is_told_with_each_event(house: Living) -> None:
    """``unsigned.membership`` (v1.11): at the time of the event, with what it changed."""
    alice, bob = await house.person(), await house.person()
    room = await alice.room(preset="private_chat")
    said = [await alice.say(room, "before")]
    await alice.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    said.append(await alice.say(room, "invited"))
    await bob.did("POST", f"/join/{q(room)}", {})
    said.append(await alice.say(room, "inside"))
    expected = dict(zip(said, ["leave", "invite", "join"], strict=True))
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=50)
    timeline = (await bob.sync())["rooms"]["join"][room]["timeline"]
    for events in (page["chunk"], timeline["events"]):
        found = {e["event_id"]: e["unsigned"]["membership"] for e in events}
        assert {event_id: found[event_id] for event_id in said} == expected
        mine = [e for e in events if e.get("state_key") == bob.user_id]
        assert all(e["unsigned"]["membership"] == e["content"]["membership"] for e in mine)
    for event_id, what in expected.items():
        one = await bob.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}")
        assert one["unsigned"]["membership"] == what
    theirs = (await alice.sync())["rooms"]["join"][room]["timeline"]["events"]
    assert {e["unsigned"]["membership"] for e in theirs[2:]} == {"join"}


async def test_a_room_that_was_left_keeps_what_one_kept_about_it(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    path = f"/user/{q(bob.user_id)}/rooms/{q(room)}/account_data/x.y"
    await bob.did("PUT", path, {"a": 1})
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    told = await bob.sync(filter=json.dumps({"room": {"include_leave": True}}))
    kept = told["rooms"]["leave"][room]["account_data"]["events"]
    assert kept == [{"type": "x.y", "content": {"a": 1}}]
