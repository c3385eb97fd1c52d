"""Receipts: of a room, of its threads, private; and the markers that are moved together."""

from typing import Any

from tests.living import Living, Person, q
from tests.relations.saying import edit, react, relate


async def told(person: Person, room: str) -> dict[str, Any]:
    """Return who has read what, of all that an initial sync tells: ``{event: {kind: {who: about}}}``."""
    part = (await person.did("GET", "/sync"))["rooms"]["join"][room]
    found: dict[str, Any] = {}
    for event in part["ephemeral"]["events"]:
        if event["type"] != "m.receipt":
            continue
        for event_id, kinds in event["content"].items():
            for kind, people in kinds.items():
                place = found.setdefault(event_id, {}).setdefault(kind, {})
                place |= {who: about.get("thread_id") for who, about in people.items()}
    return found


async def test_markers_move_together_and_none_goes_back(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    one, two, three = [await alice.say(room, text) for text in ("1", "2", "3")]
    path = f"/rooms/{q(room)}/read_markers"
    await bob.did("POST", path, {"m.fully_read": one, "m.read": two, "m.read.private": three})
    mine = await told(bob, room)
    assert mine == {
        two: {"m.read": {bob.user_id: None}},
        three: {"m.read.private": {bob.user_id: None}},
    }
    assert await told(alice, room) == {two: {"m.read": {bob.user_id: None}}}
    place = f"/user/{q(bob.user_id)}/rooms/{q(room)}/account_data/m.fully_read"
    assert await bob.did("GET", place) == {"event_id": one}
    await bob.did("POST", path, {"m.read": one, "m.read.private": one})
    assert await told(bob, room) == mine
    await bob.did("POST", path, {})
    assert await bob.refused("POST", path, {"m.read": 3}) == "400 M_BAD_JSON"
    eve = await house.person()
    assert await eve.refused("POST", path, {"m.read": one}) == "403 M_FORBIDDEN"


async def test_the_private_receipt_clears_what_is_unread(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    said = await alice.say(room, "1")
    for kind, count in (("none", 1), ("m.read.private", 0)):
        if kind != "none":
            await bob.did("POST", f"/rooms/{q(room)}/receipt/{kind}/{q(said)}", {})
        part = (await bob.did("GET", "/sync"))["rooms"]["join"][room]
        assert part["unread_notifications"]["notification_count"] == count


async def test_a_receipt_of_a_thread_is_at_an_event_of_it(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await alice.say(room, "root")
    other = await alice.say(room, "other")
    answer = await relate(alice, room, root, "m.thread")
    newer = await edit(alice, room, answer, "newer")
    liked = await react(alice, room, root, "👍")

    async def asked(event_id: str, thread: Any, kind: str = "m.read") -> str:
        path = f"/rooms/{q(room)}/receipt/{kind}/{q(event_id)}"
        answer = await bob.ask("POST", path, {"thread_id": thread})
        return str(answer.status_code if answer.status_code == 200 else answer.json()["errcode"])

    for event_id, thread in (
        (other, root),
        (liked, root),
        (answer, "main"),
        (newer, "main"),
        (answer, other),
    ):
        assert await asked(event_id, thread) == "M_INVALID_PARAM", (event_id, thread)
    assert await asked(answer, root, "m.fully_read") == "M_INVALID_PARAM"
    for event_id, thread in ((root, root), (answer, root), (newer, root), (liked, "main")):
        assert await asked(event_id, thread) == "200", (event_id, thread)
    assert await told(alice, room) == {
        newer: {"m.read": {bob.user_id: root}},
        liked: {"m.read": {bob.user_id: "main"}},
    }
