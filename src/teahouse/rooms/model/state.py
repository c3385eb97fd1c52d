"""A room's state in memory: the newest event of each type and key, and who is in."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.rooms.model.event import RoomEvent, content_of
from teahouse.rooms.model.power import PowerLevels
from teahouse.rooms.model.version import RoomVersion

MEMBER = "m.room.member"
HERO_COUNT = 5


class Membership(msgspec.Struct, frozen=True, array_like=True):
    """What a person is to one room."""

    room_id: str
    membership: str
    sender: str
    pos: int
    forgotten: bool


class Stated(msgspec.Struct):
    """One piece of state."""

    event_id: str
    pos: int
    body: bytes
    sender: str
    _content: dict[str, Any] | None = None

    @property
    def content(self) -> dict[str, Any]:
        """The decoded content, decoded once."""
        if self._content is None:
            self._content = content_of(self.body)
        return self._content


@dataclass
class RoomState:
    """The state of one room at one position."""

    room_id: str
    version: RoomVersion
    creator: str
    pos: int = 0
    events: dict[tuple[str, str], Stated] = field(default_factory=dict[tuple[str, str], Stated])
    members: dict[str, str] = field(default_factory=dict[str, str])
    joined: set[str] = field(default_factory=set[str])
    _power: PowerLevels | None = None

    def set(self, event_type: str, state_key: str, stated: Stated) -> None:
        """Put a piece of state in place."""
        self.events[event_type, state_key] = stated
        self.pos = max(self.pos, stated.pos)
        if event_type == MEMBER:
            membership = str(stated.content.get("membership", "leave"))
            self.members[state_key] = membership
            if membership == "join":
                self.joined.add(state_key)
            else:
                self.joined.discard(state_key)
        elif event_type in ("m.room.power_levels", "m.room.create"):
            self._power = None

    def apply(self, pos: int, event: RoomEvent) -> None:
        """Put a state event in place."""
        assert event.state_key is not None, "only state events are applied to state"
        stated = Stated(event.event_id, pos, event.body, event.sender)
        self.set(event.type, event.state_key, stated)

    def get(self, event_type: str, state_key: str = "") -> Stated | None:
        """Return a piece of state."""
        return self.events.get((event_type, state_key))

    def content(self, event_type: str, state_key: str = "") -> dict[str, Any]:
        """Return the content of a piece of state, empty when it is not set."""
        stated = self.events.get((event_type, state_key))
        return stated.content if stated else {}

    def text(self, event_type: str, name: str, default: str = "") -> str:
        """Return one text of a piece of state, or ``default`` when it is absent or no text."""
        value = self.content(event_type).get(name)
        return value if isinstance(value, str) else default

    def membership(self, user_id: str) -> str:
        """Return what a person is to the room; ``leave`` when nothing."""
        return self.members.get(user_id, "leave")

    @property
    def join_rule(self) -> str:
        """Who may come in."""
        return self.text("m.room.join_rules", "join_rule", "invite")

    @property
    def history_visibility(self) -> str:
        """Who may read what was said before."""
        return self.text("m.room.history_visibility", "history_visibility", "shared")

    @property
    def creators(self) -> frozenset[str]:
        """Those who stand above the power levels (room version 12); else nobody."""
        if not self.version.privileged_creators:
            return frozenset()
        extra = self.content("m.room.create").get("additional_creators")
        more = [user for user in extra if isinstance(user, str)] if isinstance(extra, list) else []
        return frozenset([self.creator, *more])

    @property
    def power(self) -> PowerLevels:
        """The power levels in force."""
        if self._power is None:
            stated = self.get("m.room.power_levels")
            content = stated.content if stated else None
            self._power = PowerLevels(content, self.creator, self.creators)
        return self._power

    def draft(self) -> "RoomState":
        """Return a copy to try events on."""
        return RoomState(
            self.room_id,
            self.version,
            self.creator,
            self.pos,
            dict(self.events),
            dict(self.members),
            set(self.joined),
        )

    def heroes(self, without: str) -> list[str]:
        """Return those a nameless room is called after (``m.heroes``), the longest there first."""
        for memberships in (("join", "invite"), ("leave", "ban")):
            found = [user for user, what in self.members.items() if what in memberships]
            others = [user for user in found if user != without]
            if others:
                return heapq.nsmallest(HERO_COUNT, others, key=self._member_since)
        return []

    def _member_since(self, user_id: str) -> tuple[int, str]:
        return self.events[MEMBER, user_id].pos, user_id

    def count(self, membership: str) -> int:
        """Return how many people have a membership."""
        if membership == "join":
            return len(self.joined)
        return sum(1 for what in self.members.values() if what == membership)


def room_from(
    room_id: str,
    version: RoomVersion,
    creator: str,
    pieces: Iterable[tuple[str, str, Stated]],
    pos: int,
) -> RoomState:
    """Build a room's state from its stored pieces."""
    state = RoomState(room_id, version, creator)
    for event_type, state_key, stated in pieces:
        state.set(event_type, state_key, stated)
    state.pos = pos
    return state
