"""What is worth a person's notice, and what a pattern means."""

import re
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.push.model import glob
from teahouse.push.model.evaluate import (
    PREDEFINED_SET,
    SILENT,
    Actions,
    Moment,
    Person,
    compile_rules,
    evaluate,
    outcome,
    path_of,
)
from teahouse.push.model.rules import (
    KINDS,
    PREDEFINED,
    Difference,
    NoSuchNeighbour,
    Rule,
    default_document,
    merged,
    placed,
)

ANN = Person("@ann:tea.example", "Ann Lee")
PLAIN, SOUND = Actions(notify=True), Actions(notify=True, sound="default")
MENTION = Actions(notify=True, highlight=True, sound="default")
ROOM_MENTION = Actions(notify=True, highlight=True)


def said(body: Any = "hello", members: int = 3, level: int = 0, **content: Any) -> Moment:
    full = {"msgtype": "m.text", "body": body, **content}
    event = {
        "type": "m.room.message",
        "sender": "@bo:tea.example",
        "room_id": "!r",
        "content": full,
    }
    return Moment(event, members, level)


def happened(kind: str, content: dict[str, Any], members: int = 3, **more: Any) -> Moment:
    event = {"type": kind, "sender": "@bo:tea.example", "room_id": "!r", "content": content, **more}
    return Moment(event, members)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (said(), PLAIN),
        (said(members=2), SOUND),
        (said("hi ann!"), MENTION),
        (said("hi ANN LEE"), MENTION),
        (said("planning"), PLAIN),
        (said("你好ann、请坐"), MENTION),
        (said("hi ann", **{"m.mentions": {}}), PLAIN),
        (said("hi", **{"m.mentions": {"user_ids": ["@ann:tea.example"]}}), MENTION),
        (said("hi", **{"m.mentions": {"user_ids": ["@bo:tea.example"]}}), PLAIN),
        (said("hi", **{"m.mentions": {"user_ids": "@ann:tea.example"}}), PLAIN),
        (said("hi", level=50, **{"m.mentions": {"room": True}}), ROOM_MENTION),
        (said("hi", level=49, **{"m.mentions": {"room": True}}), PLAIN),
        (said("hi", level=50, **{"m.mentions": {"room": 1}}), PLAIN),
        (said("hey @room", level=50), ROOM_MENTION),
        (said("hey @room"), PLAIN),
        (said("hi ann", msgtype="m.notice"), SILENT),
        (said("* hi", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}), SILENT),
        (said(17), PLAIN),
        (happened("m.reaction", {}), SILENT),
        (happened("m.room.tombstone", {}, state_key=""), ROOM_MENTION),
        (happened("m.room.tombstone", {}, state_key="x"), SILENT),
        (happened("m.room.server_acl", {}, state_key=""), SILENT),
        (happened("m.room.member", {"membership": "join"}, state_key="@bo:tea.example"), SILENT),
        (happened("m.room.member", {"membership": "invite"}, state_key=ANN.user_id), SOUND),
        (happened("m.room.member", {"membership": "invite"}, state_key="@cy:tea.example"), SILENT),
        (happened("m.call.invite", {}), Actions(notify=True, sound="ring")),
        (happened("m.room.encrypted", {}), PLAIN),
        (happened("m.room.encrypted", {}, members=2), SOUND),
        (happened("m.room.topic", {"topic": "ann"}, state_key=""), SILENT),
        (happened("org.matrix.msc3381.poll.start", {}), PLAIN),
        (happened("org.matrix.msc3381.poll.start", {}, members=2), SOUND),
        (happened("org.matrix.msc3381.poll.response", {}, members=2), SILENT),
        (happened("org.matrix.msc3381.poll.end", {}, members=2), SOUND),
    ],
)
def test_the_predefined_rules(moment: Moment, expected: Actions) -> None:
    assert evaluate(PREDEFINED_SET, moment, ANN) == expected


def test_one_event_is_judged_for_each_person() -> None:
    moment = said("ann, are you there?")
    assert evaluate(PREDEFINED_SET, moment, ANN) == MENTION
    assert evaluate(PREDEFINED_SET, moment, Person("@cy:tea.example")) == PLAIN
    assert evaluate(PREDEFINED_SET, moment, Person("@cy:tea.example", "there")) == MENTION
    assert evaluate(PREDEFINED_SET, moment, Person("@bo:tea.example", "Ann")) == SILENT


def with_rules(*differences: Difference) -> Any:
    return compile_rules(merged(differences))


def own(kind: Any, rule_id: str, place: int = 1, **more: Any) -> Difference:
    full = {"enabled": True, "actions": ["notify"], "conditions": None, "pattern": None, **more}
    return Difference(kind, rule_id, place, **full)


def test_the_master_rule_silences_everything_and_own_rules_beat_ours() -> None:
    loud = own("override", "mine", conditions=[], actions=["notify", {"set_tweak": "highlight"}])
    assert evaluate(with_rules(loud), said(), ANN) == ROOM_MENTION
    master = Difference("override", ".m.rule.master", None, True, None, None, None)
    assert evaluate(with_rules(loud, master), said(), ANN) == SILENT


def test_rooms_senders_and_words() -> None:
    assert evaluate(with_rules(own("room", "!r", actions=[])), said(), ANN) == SILENT
    assert evaluate(with_rules(own("room", "!other", actions=[])), said(), ANN) == PLAIN
    quiet = own("sender", "@bo:tea.example", actions=["dont_notify"])
    assert evaluate(with_rules(quiet), said(), ANN) == SILENT
    word = own("content", "w", pattern="c?ke*lie", actions=["notify", {"set_tweak": "highlight"}])
    assert evaluate(with_rules(word), said("the CAKE is a lie."), ANN) == ROOM_MENTION
    assert evaluate(with_rules(word), said("the cake is a lied"), ANN) == PLAIN
    off = msgspec.structs.replace(word, enabled=False)
    assert evaluate(with_rules(off), said("the cake is a lie"), ANN) == PLAIN


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"kind": "event_match", "key": "content.msgtype", "pattern": "M.T*"}, True),
        ({"kind": "event_match", "key": "content.msgtype", "pattern": "m.tex"}, False),
        ({"kind": "event_match", "key": "content.n", "pattern": "1"}, False),
        ({"kind": "event_match", "key": "content.body"}, False),
        ({"kind": "event_property_is", "key": "content.n", "value": 1}, True),
        ({"kind": "event_property_is", "key": "content.n", "value": True}, False),
        ({"kind": "event_property_is", "key": "content.none", "value": None}, True),
        ({"kind": "event_property_is", "key": "content.missing", "value": None}, False),
        ({"kind": "event_property_is", "key": r"content.a\.b", "value": "x"}, True),
        ({"kind": "event_property_is", "key": "content.list", "value": [1]}, False),
        ({"kind": "event_property_contains", "key": "content.list", "value": 1}, True),
        ({"kind": "event_property_contains", "key": "content.list", "value": True}, False),
        ({"kind": "event_property_contains", "key": "content.n", "value": 1}, False),
        ({"kind": "event_property_contains", "key": "content.list"}, False),
        ({"kind": "room_member_count", "is": "3"}, True),
        ({"kind": "room_member_count", "is": "==3"}, True),
        ({"kind": "room_member_count", "is": "<3"}, False),
        ({"kind": "room_member_count", "is": ">=3"}, True),
        ({"kind": "room_member_count", "is": "<=2"}, False),
        ({"kind": "room_member_count", "is": ">2"}, True),
        ({"kind": "room_member_count", "is": "=3"}, False),
        ({"kind": "room_member_count", "is": "many"}, False),
        ({"kind": "room_member_count", "is": 3}, False),
        ({"kind": "sender_notification_permission", "key": "x"}, False),
        ({"kind": "sender_notification_permission"}, False),
        ({"kind": "never.heard.of"}, False),
    ],
)
def test_conditions(condition: dict[str, Any], holds: bool) -> None:
    moment = said(n=1, none=None, list=[1, "x"], **{"a.b": "x"})
    rule = own(
        "override",
        "x",
        conditions=[condition],
        actions=["notify", {"set_tweak": "sound", "value": "gong"}],
    )
    expected = Actions(notify=True, sound="gong") if holds else PLAIN
    assert evaluate(with_rules(rule), moment, ANN) == expected


def test_permission_follows_the_room() -> None:
    rule = own(
        "override",
        "x",
        conditions=[{"kind": "sender_notification_permission", "key": "room"}],
        actions=[],
    )
    event = said().event
    assert evaluate(with_rules(rule), Moment(event, 3, 10, {"room": 10}), ANN) == SILENT
    assert evaluate(with_rules(rule), Moment(event, 3, 9, {"room": 10}), ANN) == PLAIN
    assert evaluate(with_rules(rule), Moment(event, 3, float("inf"), {"room": True}), ANN) == SILENT


def test_keys_are_split_at_dots_that_are_not_escaped() -> None:
    assert path_of(r"content.m\.relates_to.x\\y") == ("content", "m.relates_to", r"x\y")
    assert path_of("type") == ("type",)
    assert path_of(r"a\z.b") == (r"a\z", "b")


def test_actions_come_to_one_outcome() -> None:
    assert outcome(["notify", {"set_tweak": "highlight", "value": False}]) == PLAIN
    assert outcome([{"set_tweak": "highlight"}]) == SILENT
    assert outcome(["notify", {"set_tweak": "sound", "value": 5}, {"set_tweak": "odd"}]) == PLAIN


TEXTS = st.text(alphabet="abAB_ .*?é茶", max_size=12)
PATTERNS = st.text(alphabet="abAB_ .*?é茶", min_size=1, max_size=8)


def as_regex(pattern: str) -> str:
    wild = {"*": ".*", "?": "."}
    return "".join(wild.get(letter, re.escape(letter)) for letter in pattern)


@given(TEXTS, PATTERNS)
def test_a_glob_means_what_the_slow_way_means(text: str, pattern: str) -> None:
    flags = re.IGNORECASE | re.DOTALL
    whole = re.fullmatch(as_regex(pattern), text, flags) is not None
    assert glob.whole(pattern)(text) is whole
    bounded = rf"(?:^|(?<![A-Za-z0-9_])){as_regex(pattern)}(?![A-Za-z0-9_])"
    if not pattern.startswith("*") and not pattern.endswith("*"):
        assert glob.within(pattern)(text) is (re.search(bounded, text, flags) is not None)


@given(TEXTS, st.text(alphabet="ab_ .茶", max_size=4))
def test_a_word_is_found_as_a_glob_would(text: str, word: str) -> None:
    found = bool(word) and glob.within(word)(text.lower())
    assert glob.holds_word(text.lower(), word) is found


def test_a_hostile_pattern_is_quick() -> None:
    started = time.perf_counter()
    assert not glob.within("*a" * 400 + "b")("a" * 60_000)
    assert not glob.whole("*a" * 400 + "b")("a" * 60_000)
    assert time.perf_counter() - started < 20  # tried one by one it would take years


def test_what_clients_are_shown() -> None:
    shown = msgspec.json.decode(default_document("@ann:tea.example"))["global"]
    assert list(shown) == list(KINDS)
    by_id = {rule["rule_id"]: rule for kind in KINDS for rule in shown[kind]}
    assert shown["override"][0] == {
        "rule_id": ".m.rule.master",
        "default": True,
        "enabled": False,
        "actions": [],
        "conditions": [],
    }
    assert by_id[".m.rule.contains_user_name"]["pattern"] == "ann"
    assert by_id[".m.rule.is_user_mention"]["conditions"][0]["value"] == "@ann:tea.example"
    assert by_id[".m.rule.invite_for_me"]["conditions"][2]["pattern"] == "@ann:tea.example"
    assert "conditions" not in by_id[".m.rule.contains_user_name"]
    assert all(rule["default"] for rule in by_id.values())


def test_a_person_cannot_write_the_gap_that_we_fill() -> None:
    assert Rule(rule_id="x", pattern="ann").shown("@bo:x")["pattern"] == "ann"
    assert len({rule.rule_id for kind in KINDS for rule in PREDEFINED[kind]}) == 23


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, "nabc"),
        ("b", None, "anbc"),
        (None, "b", "abnc"),
        (None, "c", "abcn"),
        ("a", "c", "nabc"),
    ],
)
def test_where_a_new_rule_goes(before: str | None, after: str | None, expected: str) -> None:
    assert placed("abc", "n", before, after) == list(expected)


def test_a_rule_that_is_there_stays_or_moves() -> None:
    assert placed("abc", "b", None, None) == list("abc")
    assert placed("abc", "c", "a", None) == list("cab")
    assert placed("abc", "b", "b", None) == list("abc")
    with pytest.raises(NoSuchNeighbour):
        placed("abc", "n", "z", None)
