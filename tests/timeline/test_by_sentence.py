"""Sentences of the specification on what is said and read, one test each."""

from typing import Any

import pytest

from tests.living import Living, Person, q

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])
FORBIDDEN = "403 M_FORBIDDEN"


async def redact(person: Person, room: str, event_id: str, **content: Any) -> str:
    """Try to take an event's text away; return the redaction's id or the refusal."""
    path = f"/rooms/{q(room)}/redact/{q(event_id)}/r{next(person.txns)}"
    answer = await person.ask("PUT", path, content)
    told = answer.json()
    return told.get("event_id") or f"{answer.status_code} {told['errcode']}"


async def event_of(person: Person, room: str, event_id: str) -> Any:
    """Return one event."""
    return await person.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}")


@VERSIONS
async def test_what_is_redacted_says_by_what(house: Living, version: str) -> None:
    """A redaction can be redacted, and each event tells what redacted it."""
    ada, bob = await house.person(), await house.person()
    room = await ada.room(bob, room_version=version)
    said = await bob.say(room, "spilled")
    first = await redact(bob, room, said, reason="oops")
    event = await event_of(ada, room, said)
    assert event["content"] == {}
    because = event["unsigned"]["redacted_because"]
    assert because["event_id"] == first
    assert because["content"]["reason"] == "oops"
    told = await event_of(ada, room, first)
    assert told["content"]["redacts"] == said
    assert told["redacts"] == said
    second = await redact(ada, room, first)
    told = await event_of(ada, room, first)
    assert "reason" not in told["content"]
    assert told["content"].get("redacts") == (said if version != "10" else None)
    assert told["unsigned"]["redacted_because"]["event_id"] == second
    assert await redact(ada, room, "$nothing") == "404 M_NOT_FOUND"


@VERSIONS
async def test_who_may_redact(house: Living, version: str) -> None:
    """The level of ``m.room.redaction`` for one's own, that of ``redact`` for others' events."""
    ada, bob, eve, out = [await house.person() for _ in range(4)]
    room = await ada.room(bob, eve, room_version=version)
    mine, theirs = await bob.say(room, "mine"), await eve.say(room, "theirs")
    assert await redact(bob, room, theirs) == FORBIDDEN
    assert await redact(out, room, mine) == FORBIDDEN
    assert (await redact(bob, room, mine)).startswith("$")
    levels = await ada.did("GET", f"/rooms/{q(room)}/state/m.room.power_levels")
    raised = levels | {
        "events": levels["events"] | {"m.room.redaction": 30},
        "users": levels["users"] | {bob.user_id: 30, eve.user_id: 20},
        "redact": 40,
    }
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.power_levels", raised)
    again = await bob.say(room, "again")
    assert await redact(eve, room, theirs) == FORBIDDEN
    assert await redact(bob, room, theirs) == FORBIDDEN
    assert (await redact(bob, room, again)).startswith("$")
    assert (await redact(ada, room, theirs)).startswith("$")
    sent = f"/rooms/{q(room)}/send/m.room.redaction/"
    assert await eve.refused("PUT", f"{sent}a", {"redacts": theirs}) == FORBIDDEN
    assert await ada.refused("PUT", f"{sent}a", {}) == "400 M_BAD_JSON"


async def test_who_is_suspended_takes_back_only_their_own(house: Living) -> None:
    """Taking back one's own words is among what a suspended account can still do."""
    ada, bob = await house.person(), await house.person()
    room = await bob.room(ada)
    mine, other, theirs = [await who.say(room, "x") for who in (bob, bob, ada)]
    found = await house.house.people.accounts.account(bob.user_id)
    await house.house.people.desk.suspend("op", found.account_id, "spam")
    assert await bob.refused("PUT", f"/rooms/{q(room)}/send/m.x/1", {}) == "403 M_USER_SUSPENDED"
    assert (await redact(bob, room, mine)).startswith("$")
    sent = f"/rooms/{q(room)}/send/m.room.redaction/"
    await bob.did("PUT", f"{sent}a", {"redacts": other})
    assert await redact(bob, room, theirs) == "403 M_USER_SUSPENDED"
    assert await bob.refused("PUT", f"{sent}b", {"redacts": theirs}) == "403 M_USER_SUSPENDED"
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})


async def test_state_with_a_person_s_key_is_that_person_s(house: Living) -> None:
    """State keys that begin with ``@`` are set by whom they name; ``format=event`` tells all."""
    ada, bob = await house.person(), await house.person()
    room = await ada.room(bob)
    levels = await ada.did("GET", f"/rooms/{q(room)}/state/m.room.power_levels")
    everybody = levels | {"state_default": 0}
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.power_levels", everybody)
    place = f"/rooms/{q(room)}/state/x.card/"
    assert await ada.refused("PUT", place + q(bob.user_id), {}) == FORBIDDEN
    assert await ada.refused("PUT", place + q("@"), {}) == FORBIDDEN
    set_id = (await bob.did("PUT", place + q(bob.user_id), {"a": 1}))["event_id"]
    assert await ada.did("GET", place + q(bob.user_id)) == {"a": 1}
    told = await ada.did("GET", place + q(bob.user_id), format="event")
    assert (told["event_id"], told["room_id"], told["sender"]) == (set_id, room, bob.user_id)
    assert await ada.refused("GET", place + "other") == "404 M_NOT_FOUND"
    for key in ("", "/"):
        await bob.did("PUT", f"/rooms/{q(room)}/state/x.plain{key}", {"b": key})
        assert await ada.did("GET", f"/rooms/{q(room)}/state/x.plain{key}") == {"b": key}
    before = await bob.did("PUT", f"/rooms/{q(room)}/state/x.plain", {"b": 3})
    replaced = (await event_of(ada, room, before["event_id"]))["unsigned"]
    assert replaced["prev_content"] == {"b": "/"}
    assert replaced["replaces_state"].startswith("$")


async def test_levels_are_changed_up_to_one_s_own(house: Living) -> None:
    """Nobody gives, takes or asks for more than the level that they have."""
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(bob, eve, room_version="11")
    place = f"/rooms/{q(room)}/state/m.room.power_levels"
    levels = await ada.did("GET", place)
    levels = levels | {
        "events": levels["events"] | {"m.room.power_levels": 50, "x.high": 70, "x.low": 20},
        "users": {ada.user_id: 100, bob.user_id: 50, eve.user_id: 50},
        "notifications": {"room": 60},
    }
    await ada.did("PUT", place, levels)
    users, events = levels["users"], levels["events"]
    for change in (
        {"users": users | {"@new:s": 51}},
        {"users": users | {eve.user_id: 40}},
        {"users": users | {ada.user_id: 50}},
        {"users": {key: one for key, one in users.items() if key != eve.user_id}},
        {"users": users | {bob.user_id: 51}},
        {"events": events | {"x.high": 10}},
        {"events": events | {"x.low": 51}},
        {"events": {key: one for key, one in events.items() if key != "x.high"}},
        {"notifications": {"room": 10}},
        {"notifications": {}},
        {"ban": 51},
        {"users_default": 60},
    ):
        assert await bob.refused("PUT", place, levels | change) == FORBIDDEN, change
    for change in ({"users": users | {"@new:s": 50}}, {"events": events | {"x.low": 50}}):
        levels = levels | change
        await bob.did("PUT", place, levels)
    await bob.did("PUT", place, levels | {"users": levels["users"] | {bob.user_id: 10}})
    odd: list[Any] = [
        {"users": {"nobody": 1}},
        {"ban": "50"},
        {"events": {"x": 1.5}},
        {"users": []},
    ]
    for change in odd:
        assert (await ada.refused("PUT", place, levels | change)) == "400 M_BAD_JSON", change


async def test_a_page_is_what_its_filter_admits(house: Living) -> None:
    """Each field of a ``RoomEventFilter``; an exclusion wins over an inclusion."""
    ada, bob = await house.person(), await house.person()
    room, other = await ada.room(bob), await ada.room()
    text, other_text = await ada.say(room, "a"), await bob.say(room, "b")
    picture = {"msgtype": "m.image", "body": "p", "url": "mxc://s/p"}
    path = f"/rooms/{q(room)}/send/m.room.message/p"
    image = (await ada.did("PUT", path, picture))["event_id"]
    odd = (await bob.did("PUT", f"/rooms/{q(room)}/send/x.odd/o", {}))["event_id"]
    said = [text, other_text, image, odd]

    async def page(asked: str) -> list[str]:
        query = {"dir": "f", "limit": 100, "filter": asked}
        told = await ada.did("GET", f"/rooms/{q(room)}/messages", **query)
        return [one["event_id"] for one in told["chunk"] if one["event_id"] in said]

    assert await page("{}") == said
    assert await page('{"types":["m.room.*"]}') == said[:3]
    assert await page('{"not_types":["m.room.*"]}') == [odd]
    assert await page('{"types":["x.odd","m.*"],"not_types":["x.*"]}') == said[:3]
    assert await page(f'{{"senders":["{bob.user_id}"]}}') == [other_text, odd]
    assert await page(f'{{"not_senders":["{bob.user_id}"]}}') == [text, image]
    both = f'{{"senders":["{bob.user_id}"],"not_senders":["{bob.user_id}"]}}'
    assert await page(both) == []
    assert await page('{"contains_url":true}') == [image]
    assert await page('{"contains_url":false}') == [text, other_text, odd]
    assert await page(f'{{"rooms":["{other}"]}}') == []
    assert await page(f'{{"not_rooms":["{other}"]}}') == said
    assert await page(f'{{"rooms":["{room}"],"not_rooms":["{room}"]}}') == []


async def test_pages_go_from_and_to_places_both_ways(house: Living) -> None:
    """``from``, ``to`` and ``end``, which is absent when there is no more."""
    ada, eve = await house.person(), await house.person()
    room = await ada.room()
    await ada.sync()
    said = [await ada.say(room, str(number)) for number in range(6)]
    path = f"/rooms/{q(room)}/messages"

    async def ids(**query: Any) -> tuple[list[str], str | None]:
        told = await ada.did("GET", path, **query)
        return [one["event_id"] for one in told["chunk"]], told.get("end")

    newest, middle = await ids(dir="b", limit=3)
    assert newest == said[:2:-1]
    assert middle is not None
    assert await ids(**{"dir": "f", "from": middle}) == (said[3:], None)
    assert (await ids(**{"dir": "b", "from": middle, "limit": 3}))[0] == said[2::-1]
    start = (await ada.sync())["rooms"]["join"][room]["timeline"]["prev_batch"]
    assert (await ids(**{"dir": "f", "from": start, "to": middle}))[0] == said[:3]
    assert (await ids(dir="b", to=middle, limit=50))[0] == newest
    everything, end = await ids(dir="b", limit=100)
    assert end is None
    assert len(everything) > 6
    for wrong, refusal in (
        ({"dir": "x"}, "400 M_INVALID_PARAM"),
        ({}, "400 M_MISSING_PARAM"),
        ({"dir": "b", "from": "nonsense"}, "400 M_INVALID_PARAM"),
        ({"dir": "b", "filter": "nonsense"}, "400 M_BAD_JSON"),
    ):
        assert await ada.refused("GET", path, **wrong) == refusal
    assert await eve.refused("GET", path, dir="b") == FORBIDDEN


async def test_around_an_event_half_on_each_side(house: Living) -> None:
    """``/context``: the limit is of both sides together, and the event is there even with 0."""
    ada, eve = await house.person(), await house.person()
    room = await ada.room()
    said = [await ada.say(room, str(number)) for number in range(7)]
    path = f"/rooms/{q(room)}/context/{q(said[3])}"
    told = await ada.did("GET", path, limit=4)
    assert [one["event_id"] for one in told["events_before"]] == [said[2], said[1]]
    assert [one["event_id"] for one in told["events_after"]] == [said[4], said[5]]
    for direction, place, expected in (("b", "start", said[0]), ("f", "end", said[6])):
        query = {"dir": direction, "from": told[place], "limit": 1}
        page = await ada.did("GET", f"/rooms/{q(room)}/messages", **query)
        assert [one["event_id"] for one in page["chunk"]] == [expected]
    alone = await ada.did("GET", path, limit=0)
    assert alone["event"]["event_id"] == said[3]
    assert (alone["events_before"], alone["events_after"]) == ([], [])
    only = await ada.did("GET", path, filter='{"types":["x"]}')
    assert only["event"]["event_id"] == said[3], "the filter is not of the event itself"
    assert (only["events_before"], only["events_after"], only["state"]) == ([], [], [])
    assert await eve.refused("GET", path) == FORBIDDEN
    nothing = f"/rooms/{q(room)}/context/$nothing"
    assert await ada.refused("GET", nothing) == "404 M_NOT_FOUND"
