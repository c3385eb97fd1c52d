"""Whether an event is worth a person's notice.

A set of rules is compiled once. What a condition asks of the event alone is asked once for all the
people who have that set (nearly everybody has the predefined one); only what is about the person,
their id and their name, is asked for each.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.push.model import glob
from teahouse.push.model.rules import (
    KINDS,
    LEGACY_MENTIONS,
    OWN_LOCALPART,
    OWN_USER_ID,
    PREDEFINED,
    Action,
    Condition,
    Rule,
    RuleKind,
    localpart,
)

ROOM_LEVEL_DEFAULT = 50
_ABSENT: Any = object()


class Actions(msgspec.Struct, frozen=True):
    """What a rule says is to be done; ``sound`` is a name, ``default`` for the usual one."""

    notify: bool = False
    highlight: bool = False
    sound: str | None = None


SILENT = Actions()


class Person(msgspec.Struct, frozen=True):
    """Whom it may concern; ``display_name`` is the name they have in the room."""

    user_id: str
    display_name: str = ""


class Moment:
    """An event in its room, with what was found out about it so far.

    ``event`` is the event as clients see it (``type``, ``sender``, ``room_id``, ``content``, …),
    ``members_count`` how many have joined, ``sender_level`` the sender's power level, and
    ``levels`` the power levels' ``notifications``.
    """

    __slots__ = ("_body", "_live", "_values", "event", "levels", "members_count", "sender_level")

    def __init__(
        self,
        event: Mapping[str, Any],
        members_count: int,
        sender_level: float = 0,
        levels: Mapping[str, Any] | None = None,
    ) -> None:
        self.event = event
        self.members_count = members_count
        self.sender_level = sender_level
        self.levels = levels or {}
        self._values: dict[tuple[str, ...], Any] = {}
        self._live: dict[int, tuple[RuleSet, list[_Line]]] = {}
        self._body: str | None = None

    def value(self, path: tuple[str, ...]) -> Any:
        """Return what is at a path of the event, or a mark that nothing is."""
        if path not in self._values:
            found: Any = self.event
            for name in path:
                found = found.get(name, _ABSENT) if isinstance(found, Mapping) else _ABSENT
                if found is _ABSENT:
                    break
            self._values[path] = found
        return self._values[path]

    @property
    def lowered_body(self) -> str:
        """The text in lower case; empty when there is none."""
        if self._body is None:
            body = self.value(_BODY)
            self._body = body.lower() if isinstance(body, str) else ""
        return self._body

    def live(self, rules: "RuleSet") -> "list[_Line]":
        """Return the rules that can still match, until the first that matches everybody."""
        known = self._live.get(id(rules))
        if known is not None:
            return known[1]
        has_mentions = isinstance(self.value(_MENTIONS), Mapping)
        found: list[_Line] = []
        for line in rules.lines:
            if has_mentions and line.is_legacy:
                continue
            if all(test(self) for test in line.shared):
                found.append(line)
                if not line.personal:
                    break
        self._live[id(rules)] = (rules, found)  # holds the set, so that its id stays its own
        return found


_BODY = ("content", "body")
_MENTIONS = ("content", "m.mentions")

Shared = Callable[[Moment], bool]
Personal = Callable[[Moment, Person], bool]


@dataclass(frozen=True, slots=True)
class _Line:
    """A rule ready to be asked: first of the event, then of the person."""

    is_legacy: bool
    shared: tuple[Shared, ...]
    personal: tuple[Personal, ...]
    actions: Actions


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """A person's enabled rules, compiled, the most important first."""

    lines: tuple[_Line, ...]


def evaluate(rules: RuleSet, moment: Moment, person: Person) -> Actions:
    """Return what is to be done for a person about an event; one's own are never news."""
    if moment.event.get("sender") == person.user_id:
        return SILENT
    for line in moment.live(rules):
        for test in line.personal:
            if not test(moment, person):
                break
        else:
            return line.actions
    return SILENT


def compile_rules(rules: Mapping[RuleKind, Sequence[Rule]]) -> RuleSet:
    """Compile a person's rules, as ``rules.merged`` gives them."""
    lines: list[_Line] = []
    for kind in KINDS:
        for rule in rules[kind]:
            if not rule.enabled:
                continue
            shared: list[Shared] = []
            personal: list[Personal] = []
            for test, about_person in _tests(kind, rule):
                (personal if about_person else shared).append(test)
            lines.append(
                _Line(
                    rule.rule_id in LEGACY_MENTIONS,
                    tuple(shared),
                    tuple(personal),
                    outcome(rule.actions),
                )
            )
    return RuleSet(tuple(lines))


def outcome(actions: Sequence[Action]) -> Actions:
    """Return what a list of actions comes to; the unknown and the deprecated do nothing."""
    notify = "notify" in actions
    highlight, sound = False, None
    for action in actions:
        if isinstance(action, dict) and action.get("set_tweak") == "highlight":
            highlight = action.get("value", True) is True
        elif isinstance(action, dict) and action.get("set_tweak") == "sound":
            value = action.get("value")
            sound = value if isinstance(value, str) else None
    if not notify:
        return SILENT
    return Actions(notify, highlight, sound)


@functools.lru_cache(maxsize=2048)
def path_of(key: str) -> tuple[str, ...]:
    r"""Split a key at its dots; ``\.`` is a dot and ``\\`` a backslash within a name."""
    names: list[str] = [""]
    letters = iter(key)
    for letter in letters:
        if letter == "\\":
            following = next(letters, "")
            names[-1] += following if following in (".", "\\") else letter + following
        elif letter == ".":
            names.append("")
        else:
            names[-1] += letter
    return tuple(names)


# -- conditions: pairs of a test and whether it is about the person --------------------------------

_Test = tuple[Any, bool]


def _never(_moment: Moment) -> bool:
    return False


def _tests(kind: RuleKind, rule: Rule) -> list[_Test]:
    if kind == "content":
        if rule.pattern == OWN_LOCALPART:
            return [(_names_own_localpart, True)]
        return _event_match({"key": "content.body", "pattern": rule.pattern})
    if kind == "room":
        return [(_property_is(("room_id",), rule.rule_id), False)]
    if kind == "sender":
        return [(_property_is(("sender",), rule.rule_id), False)]
    found: list[_Test] = []
    for condition in rule.conditions or []:
        make = _CONDITIONS.get(condition["kind"])
        found.extend(make(condition) if make else [(_never, False)])
    return found


def _names_own_localpart(moment: Moment, person: Person) -> bool:
    return glob.holds_word(moment.lowered_body, localpart(person.user_id).lower())


def _names_display_name(moment: Moment, person: Person) -> bool:
    return glob.holds_word(moment.lowered_body, person.display_name.lower())


def _display_name(_condition: Condition) -> list[_Test]:
    return [(lambda moment: bool(moment.lowered_body), False), (_names_display_name, True)]


def _event_match(condition: Condition) -> list[_Test]:
    key, pattern = condition.get("key"), condition.get("pattern")
    if not isinstance(key, str) or not isinstance(pattern, str):
        return [(_never, False)]
    path = path_of(key)
    if pattern == OWN_USER_ID:

        def is_own(moment: Moment, person: Person) -> bool:
            return moment.value(path) == person.user_id

        return [(is_own, True)]
    matches = glob.within(pattern) if path == _BODY else glob.whole(pattern)

    def matched(moment: Moment) -> bool:
        value = moment.value(path)
        return isinstance(value, str) and matches(value)

    return [(matched, False)]


def _same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are the same; ``true`` is not ``1``."""
    return type(one) is type(other) and one == other


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool)


def _property_is(path: tuple[str, ...], value: Any) -> Shared:
    return lambda moment: _same(moment.value(path), value)


def _event_property_is(condition: Condition) -> list[_Test]:
    key, value = condition.get("key"), condition.get("value", _ABSENT)
    if not isinstance(key, str) or not _is_plain(value):
        return [(_never, False)]
    return [(_property_is(path_of(key), value), False)]


def _event_property_contains(condition: Condition) -> list[_Test]:
    key, value = condition.get("key"), condition.get("value", _ABSENT)
    if not isinstance(key, str) or not _is_plain(value):
        return [(_never, False)]
    path = path_of(key)
    if value == OWN_USER_ID:

        def holds_own(moment: Moment, person: Person) -> bool:
            return person.user_id in moment.value(path)

        return [(lambda moment: isinstance(moment.value(path), list), False), (holds_own, True)]

    def holds(moment: Moment) -> bool:
        items = moment.value(path)
        return isinstance(items, list) and any(_same(item, value) for item in items)

    return [(holds, False)]


def _member_count(condition: Condition) -> list[_Test]:
    text = condition.get("is")
    if not isinstance(text, str):
        return [(_never, False)]
    number = text.lstrip("<>=")
    sign = text[: len(text) - len(number)]
    compare = _SIGNS.get(sign)
    if compare is None or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return [(_never, False)]
    wanted = int(number)
    return [(lambda moment: compare(moment.members_count, wanted), False)]


def _permission(condition: Condition) -> list[_Test]:
    key = condition.get("key")
    if not isinstance(key, str):
        return [(_never, False)]

    def may(moment: Moment) -> bool:
        needed = moment.levels.get(key, ROOM_LEVEL_DEFAULT)
        if isinstance(needed, bool) or not isinstance(needed, int):
            needed = ROOM_LEVEL_DEFAULT
        return moment.sender_level >= needed

    return [(may, False)]


_SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "": lambda count, wanted: count == wanted,
    "==": lambda count, wanted: count == wanted,
    "<": lambda count, wanted: count < wanted,
    ">": lambda count, wanted: count > wanted,
    "<=": lambda count, wanted: count <= wanted,
    ">=": lambda count, wanted: count >= wanted,
}

_CONDITIONS: Mapping[str, Callable[[Condition], list[_Test]]] = {
    "event_match": _event_match,
    "event_property_is": _event_property_is,
    "event_property_contains": _event_property_contains,
    "contains_display_name": _display_name,
    "room_member_count": _member_count,
    "sender_notification_permission": _permission,
}

PREDEFINED_SET = compile_rules(PREDEFINED)
