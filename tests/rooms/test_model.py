"""The rules of rooms, by example and by property."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import Refused
from teahouse.rooms.model.event import (
    RoomEvent,
    aged,
    encode_event,
    stripped,
    with_room,
    with_unsigned,
)
from teahouse.rooms.model.redaction import kept_content, redacted_body
from teahouse.rooms.model.rules import NotAllowed, NotInRoom, check_event, check_redaction
from teahouse.rooms.model.state import MEMBER, RoomState, Stated
from teahouse.rooms.model.version import VERSIONS, version_named

OWNER, ALICE, BOB = "@owner:s", "@alice:s", "@bob:s"


def put(state: RoomState, event_type: str, key: str, content: dict[str, Any]) -> None:
    body = encode_event("$e", event_type, OWNER, 1, content, key)
    state.set(event_type, key, Stated("$e", state.pos + 1, body, OWNER))


def room(version: str = "11", **levels: Any) -> RoomState:
    state = RoomState("!r:s", version_named(version), OWNER)
    put(state, "m.room.create", "", {"room_version": version})
    put(state, MEMBER, OWNER, {"membership": "join"})
    users = {} if version == "12" else {OWNER: 100}
    put(state, "m.room.power_levels", "", {"users": users, **levels})
    put(state, "m.room.join_rules", "", {"join_rule": "invite"})
    return state


def membership(state: RoomState, sender: str, target: str, what: str) -> None:
    check_event(state, sender, MEMBER, target, {"membership": what})


def test_an_invite_room_takes_the_invited_and_nobody_else() -> None:
    state = room()
    with pytest.raises(NotAllowed):
        membership(state, ALICE, ALICE, "join")
    membership(state, OWNER, ALICE, "invite")
    put(state, MEMBER, ALICE, {"membership": "invite"})
    membership(state, ALICE, ALICE, "join")
    with pytest.raises(NotAllowed):
        membership(state, OWNER, BOB, "join")


def test_who_is_banned_stays_out_until_unbanned_by_the_able() -> None:
    state = room()
    put(state, MEMBER, ALICE, {"membership": "join"})
    put(state, MEMBER, BOB, {"membership": "ban"})
    put(state, "m.room.join_rules", "", {"join_rule": "public"})
    with pytest.raises(NotAllowed):
        membership(state, BOB, BOB, "join")
    with pytest.raises(NotAllowed):
        membership(state, OWNER, BOB, "invite")
    with pytest.raises(NotAllowed):
        membership(state, ALICE, BOB, "leave")
    membership(state, OWNER, BOB, "leave")


def test_power_is_needed_and_only_over_those_below() -> None:
    state = room(kick=40)
    for user in (ALICE, BOB):
        put(state, MEMBER, user, {"membership": "join"})
    put(state, "m.room.power_levels", "", {"users": {OWNER: 100, ALICE: 50, BOB: 50}, "kick": 40})
    with pytest.raises(NotAllowed):
        membership(state, ALICE, BOB, "leave")
    membership(state, OWNER, BOB, "leave")
    check_event(state, ALICE, "m.room.name", "", {"name": "x"})
    with pytest.raises(NotAllowed):
        check_event(state, ALICE, "m.room.power_levels", "", {"users": {OWNER: 100, ALICE: 100}})
    with pytest.raises(NotAllowed):
        check_event(state, ALICE, "m.room.power_levels", "", {"users": {ALICE: 50, BOB: 50}})


def test_strangers_say_nothing_and_keys_of_others_are_theirs() -> None:
    state = room(state_default=0)
    with pytest.raises(NotInRoom):
        check_event(state, ALICE, "m.room.message", None, {"body": "hi"})
    put(state, MEMBER, ALICE, {"membership": "join"})
    check_event(state, ALICE, "m.room.message", None, {"body": "hi"})
    check_event(state, ALICE, "x", ALICE, {})
    with pytest.raises(NotAllowed):
        check_event(state, ALICE, "x", BOB, {})


def test_a_restricted_room_admits_whom_a_member_vouched_for() -> None:
    state = room()
    put(state, "m.room.join_rules", "", {"join_rule": "restricted", "allow": []})
    with pytest.raises(NotAllowed):
        membership(state, ALICE, ALICE, "join")
    content = {"membership": "join", "join_authorised_via_users_server": OWNER}
    check_event(state, ALICE, MEMBER, ALICE, content)
    with pytest.raises(NotAllowed):
        check_event(
            state, ALICE, MEMBER, ALICE, content | {"join_authorised_via_users_server": BOB}
        )


def test_knocking_is_for_rooms_that_take_it() -> None:
    state = room()
    with pytest.raises(NotAllowed):
        membership(state, ALICE, ALICE, "knock")
    put(state, "m.room.join_rules", "", {"join_rule": "knock"})
    membership(state, ALICE, ALICE, "knock")
    with pytest.raises(NotAllowed):
        membership(state, OWNER, ALICE, "knock")


def test_creators_of_version_12_stand_above_levels() -> None:
    state = room("12")
    put(state, MEMBER, ALICE, {"membership": "join"})
    put(state, "m.room.power_levels", "", {"users": {ALICE: 100}})
    check_event(state, OWNER, "m.room.tombstone", "", {})
    membership(state, OWNER, ALICE, "ban")
    with pytest.raises(NotAllowed):
        membership(state, ALICE, OWNER, "leave")
    with pytest.raises(NotAllowed):
        check_event(state, ALICE, "m.room.power_levels", "", {"users": {ALICE: 100, OWNER: 5}})


def test_redaction_is_for_ones_own_or_with_the_level() -> None:
    state = room()
    put(state, MEMBER, ALICE, {"membership": "join"})
    check_redaction(state, ALICE, ALICE)
    check_redaction(state, OWNER, ALICE)
    with pytest.raises(NotAllowed):
        check_redaction(state, ALICE, OWNER)


def test_a_redacted_body_keeps_what_the_room_stands_on_and_nothing_said() -> None:
    body = encode_event("$t", "m.room.message", ALICE, 5, {"body": "secret"})
    target = RoomEvent("$t", "!r:s", "m.room.message", ALICE, 5, body)
    reason = encode_event("$b", "m.room.redaction", ALICE, 6, {"redacts": "$t"})
    because = RoomEvent("$b", "!r:s", "m.room.redaction", ALICE, 6, reason)
    redacted = redacted_body(VERSIONS["11"], target, because)
    assert b"secret" not in redacted
    assert msgspec.json.decode(redacted)["unsigned"]["redacted_because"]["event_id"] == "$b"
    kept = kept_content(VERSIONS["11"], MEMBER, {"membership": "join", "displayname": "A"})
    assert kept == {"membership": "join"}


@pytest.mark.parametrize("version", ["10", "11", "12"])
def test_what_a_redaction_leaves_of_each_type(version: str) -> None:
    """Room versions 10, 11 and 12, "Redactions": the later two keep more."""
    later = version != "10"
    levels = ("ban", "events", "events_default", "kick", "redact", "state_default", "users")
    signed = {"third_party_invite": {"signed": {"token": "t"}}}
    invite = {"third_party_invite": {"signed": {"token": "t"}, "display_name": "A"}}
    kept: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        (MEMBER, {"membership": "join", "join_authorised_via_users_server": ALICE}, {}),
        (MEMBER, {"membership": "invite"} | (signed if later else {}), invite),
        (MEMBER, {"membership": "join"}, {"third_party_invite": 3}),
        ("m.room.create", {"creator": ALICE} | ({"x": 1} if later else {}), {"x": 1}),
        ("m.room.join_rules", {"join_rule": "restricted", "allow": []}, {}),
        ("m.room.power_levels", dict.fromkeys((*levels, "users_default"), 1), {}),
        ("m.room.power_levels", {"invite": 1} if later else {}, {"invite": 1}),
        ("m.room.history_visibility", {"history_visibility": "joined"}, {}),
        ("m.room.redaction", {"redacts": "$t"} if later else {}, {"redacts": "$t"}),
        ("m.room.name", {}, {"name": "Tea"}),
        ("m.room.aliases", {}, {"aliases": ["#a:s"]}),
    ]
    for event_type, expected, more in kept:
        content = expected | {"displayname": "A", "reason": "x"} | more
        whole = event_type == "m.room.create" and later
        left = kept_content(VERSIONS[version], event_type, content)
        assert left == (content if whole else expected), event_type


texts = st.text(max_size=12)
contents = st.dictionaries(texts, st.recursive(texts | st.integers(), st.lists, max_leaves=4))


@given(contents, texts.filter(bool), texts, texts)
def test_bodies_are_spliced_without_being_decoded(
    content: dict[str, Any], room_id: str, key: str, value: str
) -> None:
    body = encode_event("$e", "t", ALICE, 1, content, "k")
    plain = msgspec.json.decode(body)
    assert plain["content"] == content
    assert msgspec.json.decode(with_room(body, room_id)) == {"room_id": room_id, **plain}
    once = with_unsigned(body, key, value)
    assert msgspec.json.decode(once)["unsigned"] == {key: value}
    twice = with_unsigned(once, key + "2", 1)
    assert msgspec.json.decode(twice)["unsigned"] == {key: value, key + "2": 1}
    assert msgspec.json.decode(aged(once, 7))["unsigned"] == {key: value, "age": 6}
    assert set(msgspec.json.decode(stripped(body))) == {"content", "sender", "state_key", "type"}


acts = st.sampled_from(["join", "invite", "leave", "ban", "knock"])
people = st.sampled_from([OWNER, ALICE, BOB])


@given(st.lists(st.tuples(people, people, acts), max_size=25), st.sampled_from(["10", "11", "12"]))
def test_whatever_is_tried_nobody_banned_is_in_and_the_owner_stays_unharmed(
    tries: list[tuple[str, str, str]], version: str
) -> None:
    state = room(version)
    for sender, target, what in tries:
        before = state.membership(target)
        try:
            membership(state, sender, target, what)
        except Refused:
            continue
        assert not (before == "ban" and what in ("join", "invite", "knock"))
        assert target != OWNER or sender == OWNER
        put(state, MEMBER, target, {"membership": what})
    assert state.joined == {user for user, what in state.members.items() if what == "join"}
