"""Filters, field by field, the same in sync, in pages and around an event; and whom one ignores."""

import json
from typing import Any

import pytest

from tests.living import Living, Person, q
from tests.relations.saying import ignore, react, relate


async def shown(person: Person, room: str, around: str, wish: dict[str, Any]) -> set[str]:
    """Return the messages that a filter lets through, the same in all three."""
    text = json.dumps(wish)
    place = f"/rooms/{q(room)}"
    page = await person.did("GET", f"{place}/messages", dir="b", limit=100, filter=text)
    whole = json.dumps({"room": {"timeline": {"limit": 100} | wish}})
    told = await person.did("GET", "/sync", filter=whole)
    part = told["rooms"]["join"][room]["timeline"]["events"]
    context = await person.did("GET", f"{place}/context/{q(around)}", limit=100, filter=text)
    beside = [*context["events_before"], *context["events_after"]]
    found = [_messages(events) for events in (page["chunk"], part, beside)]
    assert found[0] == found[1]
    assert found[0] - {around} == found[2]
    return found[0]


def _messages(events: list[Any]) -> set[str]:
    return {e["event_id"] for e in events if e["type"] in ("m.room.message", "m.sticker")}


async def test_every_field_of_a_filter_is_heeded_everywhere(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    text = await alice.say(room, "text")
    path = f"/rooms/{q(room)}/send/m.sticker/1"
    sticker = (await bob.did("PUT", path, {"body": "x", "url": "mxc://s/x"}))["event_id"]
    answered = await bob.say(room, "answered")
    await react(alice, room, answered, "👍")
    reply = await relate(bob, room, text, "m.thread")
    both = {"senders": [alice.user_id, bob.user_id]}
    all_of_them = {text, sticker, answered, reply}
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, all_of_them),
        (both, all_of_them),
        ({"senders": [alice.user_id]}, {text}),
        (both | {"not_senders": [alice.user_id]}, {sticker, answered, reply}),
        ({"types": ["m.room.*"]}, {text, answered, reply}),
        ({"types": ["m.*"], "not_types": ["m.room.*"]}, {sticker}),
        ({"not_types": ["*"]}, set()),
        ({"contains_url": True}, {sticker}),
        ({"contains_url": False}, {text, answered, reply}),
        ({"rooms": [room]}, all_of_them),
        ({"rooms": ["!other:s"]}, set()),
        ({"not_rooms": [room]}, set()),
        ({"related_by_rel_types": ["m.thread"]}, {text}),
        ({"related_by_rel_types": ["m.thread", "m.annotation"]}, {text, answered}),
        ({"related_by_senders": [alice.user_id]}, {answered}),
        ({"related_by_senders": [bob.user_id], "related_by_rel_types": ["m.thread"]}, {text}),
        ({"related_by_senders": [bob.user_id], "related_by_rel_types": ["m.annotation"]}, set()),
    ]
    for wish, expected in cases:
        assert await shown(alice, room, answered, wish) == expected, wish


async def test_whom_one_ignores_says_nothing_and_sets_all_the_same(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob, eve, power_level_content_override={"state_default": 0})
    words = await bob.say(room, "words")
    noise = await eve.say(room, "noise")
    await ignore(alice, eve, alice)
    assert await shown(alice, room, words, {}) == {words}
    assert await shown(bob, room, words, {}) == {words, noise}
    await alice.sync()
    await eve.say(room, "more noise")
    await eve.did("PUT", f"/rooms/{q(room)}/state/m.room.topic/", {"topic": "noise"})
    await eve.did("POST", "/createRoom", {"invite": [alice.user_id]})
    told = (await alice.sync())["rooms"]
    assert [e["type"] for e in told["join"][room]["timeline"]["events"]] == ["m.room.topic"]
    assert told["join"][room]["unread_notifications"]["notification_count"] == 1
    assert "invite" not in told
    await ignore(alice)
    await eve.say(room, "heard")
    told = (await alice.sync())["rooms"]["join"][room]["timeline"]["events"]
    assert [e["content"]["body"] for e in told] == ["heard"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["type"], {}),
        (["content.body", "sender"], {"body": "x"}),
        (["content.a\\.b"], {"a.b": {"c": 1}}),
        (["content.a\\.b.c"], {"a.b": {"c": 1}}),
        (["content.none", "content.body.deeper"], {}),
        (["content", "unsigned"], {"body": "x", "a.b": {"c": 1}, "other": 2}),
    ],
)
async def test_only_the_fields_asked_for_are_told(
    house: Living, fields: list[str], expected: dict[str, Any]
) -> None:
    alice = await house.person()
    room = await alice.room()
    content = {"body": "x", "a.b": {"c": 1}, "other": 2}
    await alice.did("PUT", f"/rooms/{q(room)}/send/m.x/1", content)
    wish = json.dumps({"event_fields": fields, "room": {"timeline": {"limit": 1}}})
    [event] = (await alice.sync(filter=wish))["rooms"]["join"][room]["timeline"]["events"]
    assert event["content"] == expected
    assert ("unsigned" in event) is ("unsigned" in fields)


async def test_the_form_of_federation_has_the_room_in_it(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    for form, expected in (("federation", {room}), ("client", {None})):
        told = await alice.did("GET", "/sync", filter=json.dumps({"event_format": form}))
        part = told["rooms"]["join"][room]
        events = [*part["timeline"]["events"], *part["state"]["events"]]
        assert {event.get("room_id") for event in events} == expected


async def test_the_state_around_an_event_is_filtered_and_lazy(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob, eve, name="Tea")
    said = await bob.say(room, "tea")
    path = f"/rooms/{q(room)}/context/{q(said)}"

    async def state(wish: dict[str, Any]) -> set[tuple[str, str]]:
        told = await alice.did("GET", path, limit=0, filter=json.dumps(wish))
        return {(e["type"], e["state_key"]) for e in told["state"]}

    everybody = {("m.room.member", one.user_id) for one in (alice, bob, eve)}
    assert everybody < await state({})
    lazy = await state({"lazy_load_members": True})
    assert lazy & everybody == {("m.room.member", bob.user_id)}
    assert ("m.room.name", "") in lazy
    assert await state({"types": ["m.room.name"]}) == {("m.room.name", "")}
