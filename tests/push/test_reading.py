"""The compiled evaluator against a plain reading of the specification's "Push Rules"."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from teahouse.push.model.evaluate import SILENT, Actions, Moment, Person, compile_rules, evaluate
from teahouse.push.model.rules import KINDS, LEGACY_MENTIONS, Difference, RuleKind, merged

ANN = Person("@ann:s", "Ann Lee")
DEFAULT_LEVEL = 50
ACTIONS = st.sampled_from(
    [
        [],
        ["notify"],
        ["dont_notify"],
        ["notify", {"set_tweak": "highlight"}],
        ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight"}],
        ["notify", {"set_tweak": "highlight", "value": False}],
    ]
)
KEYS = st.sampled_from(
    ["type", "sender", "content.body", "content.n", "content.list", r"content.a\.b", "content.x.y"]
)
VALUES: Any = st.sampled_from(["hi", "", 1, 0, True, False, None, "m.room.message", "@ann:s"])
PATTERNS = st.sampled_from(["hi", "h?", "*", "h*i", "m.room.*", "HI", "@bo:s", "a b", "x"])
CONDITIONS: Any = st.one_of(
    st.builds(lambda k, p: {"kind": "event_match", "key": k, "pattern": p}, KEYS, PATTERNS),
    st.builds(lambda k, v: {"kind": "event_property_is", "key": k, "value": v}, KEYS, VALUES),
    st.builds(lambda k, v: {"kind": "event_property_contains", "key": k, "value": v}, KEYS, VALUES),
    st.just({"kind": "contains_display_name"}),
    st.builds(
        lambda c, n: {"kind": "room_member_count", "is": f"{c}{n}"},
        st.sampled_from(["", "==", "<", ">", "<=", ">="]),
        st.integers(0, 4),
    ),
    st.builds(
        lambda k: {"kind": "sender_notification_permission", "key": k},
        st.sampled_from(["room", "other"]),
    ),
    st.just({"kind": "org.example.unheard_of"}),
)
CONTENTS: Any = st.fixed_dictionaries(
    {},
    optional={
        "body": st.sampled_from(["hi", "oh hi there", "ann lee, hi!", "x@room", "@room", 5, ""]),
        "msgtype": st.sampled_from(["m.text", "m.notice"]),
        "n": VALUES,
        "list": st.lists(VALUES, max_size=3),
        "a.b": VALUES,
        "x": st.one_of(VALUES, st.fixed_dictionaries({"y": VALUES})),
        "m.mentions": st.sampled_from(
            [{}, {"room": True}, {"user_ids": ["@ann:s"]}, {"user_ids": ["@cy:s"]}, "no"]
        ),
        "m.relates_to": st.just({"rel_type": "m.replace", "event_id": "$x"}),
        "membership": st.sampled_from(["invite", "join"]),
    },
)
EVENTS: Any = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["m.room.message", "m.room.encrypted", "m.room.member", "m.reaction", "m.call.invite"]
        ),
        "sender": st.sampled_from(["@ann:s", "@bo:s", "@cy:s"]),
        "room_id": st.sampled_from(["!r", "!q"]),
        "content": CONTENTS,
    },
    optional={"state_key": st.sampled_from(["", "@ann:s"])},
)


@st.composite
def differences(draw: Any) -> list[Difference]:
    """Return a person's rules, own and changed."""
    found: list[Difference] = []
    for place in range(draw(st.integers(0, 4))):
        kind: RuleKind = draw(st.sampled_from(KINDS))
        names = {"room": "!r", "sender": "@bo:s"}
        conditions = draw(st.lists(CONDITIONS, max_size=3)) if kind.endswith("ride") else None
        pattern = draw(PATTERNS) if kind == "content" else None
        name = names.get(kind, f"own{place}")
        enabled = draw(st.booleans())
        found.append(Difference(kind, name, place, enabled, draw(ACTIONS), conditions, pattern))
    for kind, rule_id in (("override", ".m.rule.master"), ("underride", ".m.rule.message")):
        if draw(st.integers(0, 3)) == 0:
            found.append(
                Difference(kind, rule_id, None, draw(st.booleans()), None, None, None)  # type: ignore[arg-type]
            )
    return found


# -- the plain reading ------------------------------------------------------------------------------


def at(event: Any, key: str) -> Any:
    """Return what is at a key; a dot that is escaped is a dot in a name."""
    for name in re.split(r"(?<!\\)\.", key):
        plain = name.replace("\\.", ".")
        if not isinstance(event, dict) or plain not in event:
            return ...
        event = event[plain]
    return event


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def glob(pattern: str) -> str:
    wild = {"*": ".*", "?": "."}
    return "".join(wild.get(letter, re.escape(letter)) for letter in pattern)


def as_word(regex: str, text: str) -> bool:
    bounded = rf"(?:^|\W){regex}(?:\W|$)"
    return re.search(bounded, text, re.IGNORECASE | re.DOTALL | re.ASCII) is not None


def is_met(condition: Any, event: Any, members: int, level: int, levels: Any) -> bool:
    kind, value = condition["kind"], at(event, condition.get("key", ""))
    if kind == "event_match":
        pattern = condition["pattern"]
        if not isinstance(value, str):
            return False
        if condition["key"] == "content.body":
            return as_word(glob(pattern), value)
        return re.fullmatch(glob(pattern), value, re.IGNORECASE | re.DOTALL) is not None
    if kind == "event_property_is":
        return same(value, condition["value"])
    if kind == "event_property_contains":
        return isinstance(value, list) and any(same(one, condition["value"]) for one in value)
    if kind == "contains_display_name":
        body = at(event, "content.body")
        return isinstance(body, str) and as_word(re.escape(ANN.display_name), body)
    if kind == "room_member_count":
        found = re.fullmatch(r"(==|<|>|<=|>=)?(\d+)", condition["is"])
        assert found is not None
        return eval(f"{members}{found[1] or '=='}{found[2]}")  # of our own making
    if kind == "sender_notification_permission":
        return level >= levels.get(condition["key"], DEFAULT_LEVEL)
    return False


def filled(condition: Any) -> Any:
    return {key: "@ann:s" if value == "\0user_id" else value for key, value in condition.items()}


def read(rules: Any, event: Any, members: int, level: int, levels: Any) -> Actions:
    if event["sender"] == ANN.user_id:
        return SILENT
    has_mentions = isinstance(at(event, r"content.m\.mentions"), dict)
    for kind in KINDS:
        for rule in rules[kind]:
            conditions = [filled(one) for one in rule.conditions or []]
            if kind == "content":
                pattern = "ann" if rule.pattern == "\0localpart" else rule.pattern
                conditions = [{"kind": "event_match", "key": "content.body", "pattern": pattern}]
            elif kind in ("room", "sender"):
                key = {"room": "room_id", "sender": "sender"}[kind]
                conditions = [{"kind": "event_property_is", "key": key, "value": rule.rule_id}]
            if not rule.enabled or (has_mentions and rule.rule_id in LEGACY_MENTIONS):
                continue
            if all(is_met(one, event, members, level, levels) for one in conditions):
                return meant(rule.actions)
    return SILENT


def meant(actions: Any) -> Actions:
    if "notify" not in actions:
        return SILENT
    tweaks = {one["set_tweak"]: one.get("value", True) for one in actions if one != "notify"}
    return Actions(True, tweaks.get("highlight") is True, tweaks.get("sound"))


@given(
    differences(), EVENTS, st.integers(0, 4), st.sampled_from([0, 49, 50]),
    st.sampled_from([{}, {"room": 0}, {"room": 100}]),
)  # fmt: skip
def test_the_evaluator_means_what_the_specification_says(
    own: list[Difference], event: Any, members: int, level: int, levels: Any
) -> None:
    rules = merged(own)
    expected = read(rules, event, members, level, levels)
    moment = Moment(event, members, level, levels)
    assert evaluate(compile_rules(rules), moment, ANN) == expected
    assert evaluate(compile_rules(rules), moment, ANN) == expected, "asked again, of what is known"
