"""Push rules: their shapes, the predefined ones, and how a person's differ from them.

From the Client-Server API's "Push Rules". The rules that look for names in the text, which v1.17
no longer lists, are kept: clients without intentional mentions still depend on them, and they
yield to ``m.mentions`` where an event has it. Those about polls are of MSC3930, under the names by
which clients know them: they come after the specification's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec

from teahouse.errors import BadJson, Invalid, Kind, Missing, Refused

RuleKind = Literal["override", "content", "room", "sender", "underride"]
KINDS: tuple[RuleKind, ...] = get_args(RuleKind)

RULES_MAX = 1_000
RULE_ID_BYTES_MAX = 255
PATTERN_LETTERS_MAX = 1_000
CONDITIONS_MAX = 50
ACTIONS_MAX = 50
RULE_BYTES_MAX = 16 * 1024

MASTER = ".m.rule.master"
LEGACY_MENTIONS = frozenset(
    {".m.rule.contains_display_name", ".m.rule.contains_user_name", ".m.rule.roomnotif"}
)

Action = str | dict[str, Any]
Condition = dict[str, Any]


class NoSuchRule(Refused):
    """The push rule was not found."""

    code = "push.no_rule"
    kind = Kind.NOT_FOUND


class Unrecognised(Refused):
    """There are no push rules of that scope, kind or attribute."""

    code = "push.unrecognized"
    kind = Kind.INVALID


class BadRuleId(Refused):
    """A rule's id may not be empty, begin with a dot, or hold a slash or backslash."""

    code = "push.bad_rule_id"
    kind = Kind.INVALID


class NoSuchNeighbour(Refused):
    """The rule to be placed before or after was not found among your own of that kind."""

    code = "push.no_neighbour"
    kind = Kind.INVALID


class TooManyRules(Refused):
    """You have as many push rules as one account may."""

    code = "push.too_many"
    kind = Kind.TOO_LARGE


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A rule as clients see it."""

    rule_id: str
    default: bool = msgspec.field(default=False)
    enabled: bool = msgspec.field(default=True)
    actions: list[Action] = []
    conditions: list[Condition] | None = None
    pattern: str | None = None

    def shown(self, user_id: str) -> dict[str, Any]:
        """Return it with the person's own names where the predefined rules have a gap."""
        found: dict[str, Any] = {
            "rule_id": self.rule_id,
            "default": self.default,
            "enabled": self.enabled,
            "actions": self.actions,
        }
        if self.conditions is not None:
            found["conditions"] = [_filled(condition, user_id) for condition in self.conditions]
        if self.pattern is not None:
            found["pattern"] = localpart(user_id) if self.pattern == OWN_LOCALPART else self.pattern
        return found


class Difference(msgspec.Struct, frozen=True):
    """How one rule differs from the predefined ones; see ``schema.sql``."""

    kind: RuleKind
    rule_id: str
    place: int | None
    enabled: bool
    actions: list[Action] | None
    conditions: list[Condition] | None
    pattern: str | None


class NewRule(msgspec.Struct, frozen=True):
    """The body by which a client makes a rule."""

    actions: list[Action]
    conditions: list[Condition] | None = None
    pattern: str | None = None


OWN_USER_ID = "\0user_id"  # cannot be in a client's JSON, so it cannot be meant literally
OWN_LOCALPART = "\0localpart"


def localpart(user_id: str) -> str:
    """Return the part of a user id between ``@`` and the first colon."""
    return user_id[1:].partition(":")[0]


def _filled(condition: Condition, user_id: str) -> Condition:
    for name in ("pattern", "value"):
        if condition.get(name) == OWN_USER_ID:
            return {**condition, name: user_id}
    return condition


def _match(key: str, pattern: str) -> Condition:
    return {"kind": "event_match", "key": key, "pattern": pattern}


def _predefined(
    rule_id: str, conditions: list[Condition], actions: list[Action], enabled: bool = True
) -> Rule:
    full = f".m.rule.{rule_id}"
    return Rule(rule_id=full, default=True, enabled=enabled, actions=actions, conditions=conditions)


def _poll(name: str, step: str, actions: list[Action], *where: Condition) -> Rule:
    is_step = _match("type", f"org.matrix.msc3381.poll.{step}")
    return Rule(
        rule_id=f".org.matrix.msc3930.rule.poll_{name}",
        default=True,
        actions=actions,
        conditions=[*where, is_step],
    )


_SOUND: Action = {"set_tweak": "sound", "value": "default"}
_RING: Action = {"set_tweak": "sound", "value": "ring"}
_HIGHLIGHT: Action = {"set_tweak": "highlight"}
_MENTIONED: list[Action] = ["notify", _SOUND, _HIGHLIGHT]
_ROOM_MAY: Condition = {"kind": "sender_notification_permission", "key": "room"}
_TWO: Condition = {"kind": "room_member_count", "is": "2"}
_MEMBER = _match("type", "m.room.member")

PREDEFINED: Mapping[RuleKind, Sequence[Rule]] = {
    "override": [
        _predefined("master", [], [], enabled=False),
        _predefined("suppress_notices", [_match("content.msgtype", "m.notice")], []),
        _predefined(
            "invite_for_me",
            [_MEMBER, _match("content.membership", "invite"), _match("state_key", OWN_USER_ID)],
            ["notify", _SOUND],
        ),
        _predefined("member_event", [_MEMBER], []),
        _predefined(
            "is_user_mention",
            [
                {
                    "kind": "event_property_contains",
                    "key": r"content.m\.mentions.user_ids",
                    "value": OWN_USER_ID,
                }
            ],
            _MENTIONED,
        ),
        _predefined("contains_display_name", [{"kind": "contains_display_name"}], _MENTIONED),
        _predefined(
            "is_room_mention",
            [
                {"kind": "event_property_is", "key": r"content.m\.mentions.room", "value": True},
                _ROOM_MAY,
            ],
            ["notify", _HIGHLIGHT],
        ),
        _predefined(
            "roomnotif", [_match("content.body", "@room"), _ROOM_MAY], ["notify", _HIGHLIGHT]
        ),
        _predefined(
            "tombstone",
            [_match("type", "m.room.tombstone"), _match("state_key", "")],
            ["notify", _HIGHLIGHT],
        ),
        _predefined("reaction", [_match("type", "m.reaction")], []),
        _predefined(
            "room.server_acl", [_match("type", "m.room.server_acl"), _match("state_key", "")], []
        ),
        _predefined(
            "suppress_edits",
            [
                {
                    "kind": "event_property_is",
                    "key": r"content.m\.relates_to.rel_type",
                    "value": "m.replace",
                }
            ],
            [],
        ),
        _poll("response", "response", []),
    ],
    "content": [
        Rule(
            rule_id=".m.rule.contains_user_name",
            default=True,
            actions=_MENTIONED,
            pattern=OWN_LOCALPART,
        )
    ],
    "room": [],
    "sender": [],
    "underride": [
        _predefined("call", [_match("type", "m.call.invite")], ["notify", _RING]),
        _predefined(
            "encrypted_room_one_to_one",
            [_TWO, _match("type", "m.room.encrypted")],
            ["notify", _SOUND],
        ),
        _predefined(
            "room_one_to_one", [_TWO, _match("type", "m.room.message")], ["notify", _SOUND]
        ),
        _predefined("message", [_match("type", "m.room.message")], ["notify"]),
        _predefined("encrypted", [_match("type", "m.room.encrypted")], ["notify"]),
        _poll("start_one_to_one", "start", ["notify", _SOUND], _TWO),
        _poll("start", "start", ["notify"]),
        _poll("end_one_to_one", "end", ["notify", _SOUND], _TWO),
        _poll("end", "end", ["notify"]),
    ],
}


def predefined(kind: RuleKind, rule_id: str) -> Rule | None:
    """Return a predefined rule."""
    return next((rule for rule in PREDEFINED[kind] if rule.rule_id == rule_id), None)


def merged(differences: Iterable[Difference]) -> dict[RuleKind, list[Rule]]:
    """Return a person's rules by kind, the most important first; their own go before ours.

    The master rule stays first: it silences everything.
    """
    by_place = {(one.kind, one.rule_id): one for one in differences}
    found: dict[RuleKind, list[Rule]] = {}
    for kind in KINDS:
        own = sorted(
            (one for one in by_place.values() if one.kind == kind and one.place is not None),
            key=lambda one: one.place or 0,
        )
        ours = [_changed(rule, by_place.get((kind, rule.rule_id))) for rule in PREDEFINED[kind]]
        first = [rule for rule in ours if rule.rule_id == MASTER]
        rest = [rule for rule in ours if rule.rule_id != MASTER]
        found[kind] = [*first, *map(_own, own), *rest]
    return found


def _own(one: Difference) -> Rule:
    return Rule(
        rule_id=one.rule_id,
        enabled=one.enabled,
        actions=one.actions or [],
        conditions=one.conditions,
        pattern=one.pattern,
    )


def _changed(rule: Rule, one: Difference | None) -> Rule:
    if one is None:
        return rule
    actions = rule.actions if one.actions is None else one.actions
    return msgspec.structs.replace(rule, enabled=one.enabled, actions=actions)


def document(user_id: str, rules: Mapping[RuleKind, Sequence[Rule]]) -> dict[str, Any]:
    """Return the content of ``m.push_rules`` and of ``GET /pushrules/``."""
    shown = {kind: [rule.shown(user_id) for rule in rules[kind]] for kind in KINDS}
    return {"global": shown}


def default_document(user_id: str) -> bytes:
    """Return the ``m.push_rules`` of a person who has changed nothing, as JSON."""
    return msgspec.json.encode(document(user_id, PREDEFINED))


def carried(rule: Rule, kind: RuleKind, old: str, new: str) -> tuple[str, NewRule] | None:
    """Return a person's own rule about one room as a rule about another; ``None``: it is of none."""
    if rule.default:
        return None
    if kind == "room":
        return (new, NewRule(rule.actions)) if rule.rule_id == old else None
    conditions = [
        {**one, "pattern": new} if (one.get("key"), one.get("pattern")) == ("room_id", old) else one
        for one in rule.conditions or ()
    ]
    if conditions == (rule.conditions or []):
        return None
    rule_id = rule.rule_id.replace(old, new) if old in rule.rule_id else new
    return rule_id, NewRule(rule.actions, conditions)


def find(rules: Mapping[RuleKind, Sequence[Rule]], kind: RuleKind, rule_id: str) -> Rule:
    """Return one rule. Raises ``NoSuchRule``."""
    for rule in rules[kind]:
        if rule.rule_id == rule_id:
            return rule
    raise NoSuchRule


# -- what a client may write -----------------------------------------------------------------------


def as_kind(text: str) -> RuleKind:
    """Return a kind of rule. Raises ``Unrecognised``."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise Unrecognised(f"There are no push rules of the kind {text[:80]!r}.")


def check_rule_id(rule_id: str) -> None:
    """Refuse with ``BadRuleId`` an id that is reserved or cannot be in a path."""
    if not rule_id or rule_id.startswith(".") or "/" in rule_id or "\\" in rule_id:
        raise BadRuleId
    if len(rule_id.encode()) > RULE_ID_BYTES_MAX:
        raise BadRuleId(f"A rule's id may have at most {RULE_ID_BYTES_MAX} bytes.")


def check_actions(actions: Sequence[Any]) -> None:
    """Refuse actions that mean nothing."""
    if len(actions) > ACTIONS_MAX:
        raise Invalid(f"A rule may have at most {ACTIONS_MAX} actions.")
    for action in actions:
        if isinstance(action, dict):
            tweak: dict[str, Any] = action
            if not isinstance(tweak.get("set_tweak"), str):
                raise BadJson("An action that is an object must have set_tweak.")
        elif action not in ("notify", "dont_notify", "coalesce"):
            raise BadJson(f"There is no action {str(action)[:80]!r}.")


def check_new(kind: RuleKind, rule: NewRule) -> NewRule:
    """Return a client's rule with only what its kind has, or refuse it."""
    check_actions(rule.actions)
    if kind in ("override", "underride"):
        if rule.conditions is None:
            raise Missing("A rule of this kind must have conditions.")
        _check_conditions(rule.conditions)
        checked = NewRule(rule.actions, rule.conditions)
    elif kind == "content":
        if rule.pattern is None:
            raise Missing("A content rule must have a pattern.")
        _check_pattern(rule.pattern)
        checked = NewRule(rule.actions, None, rule.pattern)
    else:
        checked = NewRule(rule.actions)
    if len(msgspec.json.encode(checked)) > RULE_BYTES_MAX:
        raise Invalid(f"A rule may have at most {RULE_BYTES_MAX} bytes.")
    return checked


def _check_conditions(conditions: Sequence[Condition]) -> None:
    if len(conditions) > CONDITIONS_MAX:
        raise Invalid(f"A rule may have at most {CONDITIONS_MAX} conditions.")
    for condition in conditions:
        if not isinstance(condition.get("kind"), str):
            raise BadJson("A condition must have a kind.")
        pattern = condition.get("pattern")
        if isinstance(pattern, str):
            _check_pattern(pattern)


def _check_pattern(pattern: str) -> None:
    if len(pattern) > PATTERN_LETTERS_MAX:
        raise Invalid(f"A pattern may have at most {PATTERN_LETTERS_MAX} letters.")


def placed(order: Sequence[str], rule_id: str, before: str | None, after: str | None) -> list[str]:
    """Return a kind's own rules in order, with ``rule_id`` where it is asked to be.

    Before a rule is more important than it. Without a neighbour a rule that is there stays, and a
    new one goes first. Raises ``NoSuchNeighbour``.
    """
    neighbour = before if before is not None else after
    if neighbour is None:
        return list(order) if rule_id in order else [rule_id, *order]
    if neighbour not in order:
        raise NoSuchNeighbour(f"before/after rule not found: {neighbour[:80]}")
    if neighbour == rule_id:
        return list(order)
    rest = [one for one in order if one != rule_id]
    at = rest.index(neighbour) + (0 if before is not None else 1)
    return [*rest[:at], rule_id, *rest[at:]]
