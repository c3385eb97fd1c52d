"""The authorisation rules, read a second time from the specification's text and held side by side.

``allowed`` follows "Authorization rules" of room versions 10, 11 and 12 clause by clause, without
what only federation knows; ``check_event`` must come to the same answer for every event and state.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from teahouse.errors import Refused
from teahouse.rooms.model.event import encode_event
from teahouse.rooms.model.rules import check_event
from teahouse.rooms.model.state import MEMBER, RoomState, Stated
from teahouse.rooms.model.version import version_named

CREATE, POWER, RULES = "m.room.create", "m.room.power_levels", "m.room.join_rules"
OWNER, ALSO, ADA, BOB = "@owner:s", "@also:s", "@ada:s", "@bob:s"
PEOPLE = (OWNER, ALSO, ADA, BOB)
ACTIONS = {"ban": 50, "kick": 50, "redact": 50, "invite": 0}
WHOLE = ("users_default", "events_default", "state_default", *ACTIONS)
GROUPS = ("events", "users", "notifications")
INFINITE = float("inf")

State = Mapping[tuple[str, str], Mapping[str, Any]]


class Room:
    """What the rules ask of a room, by the text."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.levels = state.get((POWER, ""))
        create = state[CREATE, ""]
        self.creators = {OWNER, *create.get("additional_creators", ())}
        self.privileged = create["room_version"] == "12"

    def membership(self, user: str) -> str:
        return self.state.get((MEMBER, user), {}).get("membership", "leave")

    def of(self, user: str) -> float:
        if self.privileged and user in self.creators:
            return INFINITE
        if self.levels is None:
            return 100 if user == OWNER else 0
        return self.levels.get("users", {}).get(user, self.levels.get("users_default", 0))

    def to(self, action: str) -> int:
        return (self.levels or {}).get(action, ACTIONS[action])

    def to_send(self, kind: str, is_state: bool) -> int:
        if self.levels is None:
            return 0
        default = (
            self.levels.get("state_default", 50)
            if is_state
            else self.levels.get("events_default", 0)
        )
        return self.levels.get("events", {}).get(kind, default)


def allowed(room: Room, sender: str, kind: str, key: str | None, content: dict[str, Any]) -> bool:
    if kind == CREATE:  # rule 1: only as the first event
        return False
    if kind == MEMBER:
        return key is not None and member_allowed(room, sender, key, content)
    if room.membership(sender) != "join":
        return False
    if kind == "m.room.third_party_invite":
        return room.of(sender) >= room.to("invite")
    if room.to_send(kind, key is not None) > room.of(sender):
        return False
    if key is not None and key.startswith("@") and key != sender:
        return False
    return kind != POWER or levels_allowed(room, sender, content)


def member_allowed(room: Room, sender: str, target: str, content: dict[str, Any]) -> bool:
    wanted, now = content.get("membership"), room.membership(target)
    if wanted == "join":
        return join_allowed(room, sender, target, content)
    if wanted == "invite":
        if room.membership(sender) != "join" or now in ("join", "ban"):
            return False
        return room.of(sender) >= room.to("invite")
    if wanted == "leave":
        if sender == target:
            return now in ("invite", "join", "knock")
        if room.membership(sender) != "join":
            return False
        if now == "ban" and room.of(sender) < room.to("ban"):
            return False
        return room.of(sender) >= room.to("kick") and room.of(target) < room.of(sender)
    if wanted == "ban":
        if room.membership(sender) != "join":
            return False
        return room.of(sender) >= room.to("ban") and room.of(target) < room.of(sender)
    if wanted == "knock":
        if rule(room) not in ("knock", "knock_restricted") or sender != target:
            return False
        return now not in ("ban", "invite", "join")
    return False


def rule(room: Room) -> str:
    return room.state.get((RULES, ""), {}).get("join_rule", "invite")


def join_allowed(room: Room, sender: str, target: str, content: dict[str, Any]) -> bool:
    if set(room.state) == {(CREATE, "")} and target == OWNER:
        return sender == target
    if sender != target or room.membership(sender) == "ban":
        return False
    inside = room.membership(target) in ("invite", "join")
    if rule(room) in ("invite", "knock"):
        return inside
    if rule(room) in ("restricted", "knock_restricted"):
        voucher = content.get("join_authorised_via_users_server")
        vouched = (
            voucher is not None
            and room.membership(voucher) == "join"
            and room.of(voucher) >= room.to("invite")
        )
        return inside or vouched
    return rule(room) == "public" or room.membership(target) == "join"


def levels_allowed(room: Room, sender: str, new: dict[str, Any]) -> bool:
    if room.privileged and room.creators & set(new.get("users", {})):
        return False
    old = room.levels
    if old is None:
        return True
    mine = room.of(sender)
    pairs = [(old.get(name), new.get(name), False) for name in WHOLE]
    for group in GROUPS:
        before, after = old.get(group, {}), new.get(group, {})
        for name in {*before, *after}:
            others = group == "users" and name != sender
            pairs.append((before.get(name), after.get(name), others))
    for before, after, others in pairs:
        if before == after:
            continue
        if before is not None and (before > mine or (others and before >= mine)):
            return False
        if after is not None and after > mine:
            return False
    return True


levels = st.sampled_from([-1, 0, 25, 50, 51, 75, 100])
people = st.sampled_from(PEOPLE)
kinds = st.sampled_from(["m.room.message", "m.room.name", POWER, "m.room.tombstone", "x"])
powers = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(WHOLE, levels),
        "users": st.dictionaries(people, levels),
        "events": st.dictionaries(kinds, levels),
        "notifications": st.dictionaries(st.just("room"), levels),
    },
)
memberships = st.sampled_from(["join", "invite", "leave", "ban", "knock"])
rules = st.sampled_from(["public", "invite", "knock", "restricted", "knock_restricted", "private"])
versions = st.sampled_from(["10", "11", "12"])


@st.composite
def rooms(draw: st.DrawFn) -> dict[tuple[str, str], dict[str, Any]]:
    version = draw(versions)
    create: dict[str, Any] = {"room_version": version}
    if version == "12" and draw(st.booleans()):
        create["additional_creators"] = [ALSO]
    found: dict[tuple[str, str], dict[str, Any]] = {(CREATE, ""): create}
    if draw(st.integers(0, 20)) == 0:
        return found
    found[MEMBER, OWNER] = {"membership": "join"}
    for user, what in draw(st.dictionaries(people, memberships)).items():
        found[MEMBER, user] = {"membership": what}
    if draw(st.booleans()):
        found[RULES, ""] = {"join_rule": draw(rules)}
    if draw(st.integers(0, 4)):
        content = draw(powers)
        if version == "12" and "users" in content:
            creators = {OWNER, *create.get("additional_creators", ())}
            content["users"] = {k: v for k, v in content["users"].items() if k not in creators}
        found[POWER, ""] = content
    return found


@st.composite
def events(draw: st.DrawFn) -> tuple[str, str, str | None, dict[str, Any]]:
    sender = draw(people)
    what = draw(st.integers(0, 3))
    if what == 0:
        key = draw(st.sampled_from([None, "", sender, "@ada:s", "k"]))
        return sender, draw(kinds.filter(lambda kind: kind != POWER)), key, {}
    if what == 1:
        return sender, POWER, "", draw(powers)
    content: dict[str, Any] = {"membership": draw(st.one_of(memberships, st.just("tea")))}
    if draw(st.booleans()):
        content["join_authorised_via_users_server"] = draw(people)
    return sender, MEMBER, draw(st.one_of(st.just(sender), people)), content


def as_kept(state: State) -> RoomState:
    """Return the state as the house keeps it."""
    version = state[CREATE, ""]["room_version"]
    kept = RoomState("!r:s", version_named(version), OWNER)
    for (kind, key), content in state.items():
        body = encode_event("$e", kind, OWNER, 1, dict(content), key)
        kept.set(kind, key, Stated("$e", kept.pos + 1, body, OWNER))
    return kept


def checked(state: RoomState, event: tuple[str, str, str | None, dict[str, Any]]) -> bool:
    try:
        check_event(state, *event)
    except Refused:
        return False
    return True


ALONE: dict[tuple[str, str], dict[str, Any]] = {(CREATE, ""): {"room_version": "12"}}


@settings(max_examples=600)
@example(ALONE, (OWNER, MEMBER, OWNER, {"membership": "join"}))
@example(ALONE, (ADA, MEMBER, ADA, {"membership": "join"}))
@given(rooms(), events())
def test_the_rules_are_those_of_the_specification(
    state: dict[tuple[str, str], dict[str, Any]],
    event: tuple[str, str, str | None, dict[str, Any]],
) -> None:
    assert checked(as_kept(state), event) is allowed(Room(state), *event)


def test_a_second_reading_that_is_wrong_would_be_seen() -> None:
    """The two are not of one mind by saying the same to everything."""
    state = {**ALONE, (MEMBER, OWNER): {"membership": "join"}}
    told = {checked(as_kept(state), (who, "x", None, {})) for who in (OWNER, ADA)}
    assert told == {True, False}
