"""Filters: what passes."""

from teahouse.accountdata.model import (
    EVERYTHING,
    parse_filter,
    parse_room_event_filter,
    type_matches,
)


def test_a_star_stands_for_any_characters() -> None:
    assert type_matches("m.room.*", "m.room.member")
    assert type_matches("*", "anything\nat all")
    assert type_matches("m.*.x", "m.a.b.x")
    assert not type_matches("m.room.*", "mxroom.member")
    assert not type_matches("m.room", "m.room.member")


def test_the_not_lists_win() -> None:
    found = parse_room_event_filter(
        {
            "types": ["m.*"],
            "not_types": ["m.room.topic"],
            "senders": ["@a:x", "@b:x"],
            "not_senders": ["@b:x"],
            "rooms": ["!1", "!2"],
            "not_rooms": ["!2"],
        }
    )
    event = {"type": "m.room.message", "sender": "@a:x", "content": {}}
    assert found.admits_event("!1", event)
    assert not found.admits_event("!2", event)
    assert not found.admits_event("!3", event)
    assert not found.admits_event("!1", event | {"type": "m.room.topic"})
    assert not found.admits_event("!1", event | {"type": "x"})
    assert not found.admits_event("!1", event | {"sender": "@b:x"})
    assert not found.admits_event("!1", event | {"sender": "@c:x"})


def test_an_empty_list_admits_nothing_and_no_list_everything() -> None:
    assert not parse_filter({"presence": {"types": []}}).presence.admits("@a:x", "m.presence")
    assert EVERYTHING.presence.admits("@a:x", "m.presence")
    assert EVERYTHING.room.admits_room("!any")


def test_urls_are_asked_for_or_against() -> None:
    picture = {"type": "m.room.message", "sender": "@a:x", "content": {"url": "mxc://x/y"}}
    text = {"type": "m.room.message", "sender": "@a:x", "content": {"url": 1}}
    wanted = parse_room_event_filter({"contains_url": True})
    unwanted = parse_room_event_filter({"contains_url": False})
    assert wanted.admits_event("!1", picture)
    assert not wanted.admits_event("!1", text)
    assert unwanted.admits_event("!1", text)
    assert not unwanted.admits_event("!1", picture)
