"""Rules of spaces: who may look at a room, which children it has, and in what order.

From the Client-Server API's "Spaces" and "Room summaries".
"""

import re
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from teahouse.errors import Invalid, Kind, Refused
from teahouse.rooms.model.state import RoomState, Stated

SPACE = "m.space"
CHILD = "m.space.child"
ROOMS_PER_PAGE_DEFAULT = 50
ROOMS_PER_PAGE_MAX = 100
DEPTH_MAX = 50
ROOMS_WALKED_MAX = 5_000
ORDER_LETTERS_MAX = 50
_TOKEN = re.compile(r"h(\d{1,6})_(\d{1,3})_([01])")
_ORDER = re.compile(r"[\x20-\x7e]*")


class NotShown(Refused):
    """You may not look at this room."""

    code = "spaces.not_shown"
    kind = Kind.FORBIDDEN


class Walk(msgspec.Struct, frozen=True):
    """How a space is walked: so deep, through suggested rooms only, after so many rooms."""

    max_depth: int = DEPTH_MAX
    suggested_only: bool = False
    after: int = 0

    @property
    def token(self) -> str:
        """The place, as clients hold it."""
        return f"h{self.after}_{self.max_depth}_{int(self.suggested_only)}"

    def going_on(self, token: str) -> "Walk":
        """Return the same walk from a place on. Raises ``Invalid`` for a place of another walk."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise Invalid("from is not a token of this server.")
        after, max_depth, suggested = int(found[1]), int(found[2]), found[3] == "1"
        if (max_depth, suggested) != (self.max_depth, self.suggested_only):
            raise Invalid("max_depth and suggested_only stay the same from page to page.")
        return Walk(max_depth, suggested, after)


def allowed_rooms(state: RoomState) -> list[str]:
    """Return the rooms whose members a restricted room admits."""
    if state.join_rule not in ("restricted", "knock_restricted"):
        return []
    allow = state.content("m.room.join_rules").get("allow")
    found: list[str] = []
    for rule in allow if isinstance(allow, list) else []:
        if isinstance(rule, dict) and rule.get("type") == "m.room_membership":
            room_id = rule.get("room_id")
            if isinstance(room_id, str) and room_id.startswith("!"):
                found.append(room_id)
    return found


def may_look(state: RoomState, user_id: str | None, mine: AbstractSet[str]) -> bool:
    """Tell whether somebody may see what a room is; ``mine``: the rooms that they are in.

    ``None`` is nobody in particular: what they may see, everybody may.
    """
    membership = "leave" if user_id is None else state.membership(user_id)
    if membership == "ban":
        return False
    if membership in ("join", "invite") or state.history_visibility == "world_readable":
        return True
    if state.join_rule in ("public", "knock", "knock_restricted"):
        return True
    return not mine.isdisjoint(allowed_rooms(state))


def is_space(state: RoomState) -> bool:
    """Tell whether a room is for holding others."""
    return state.text("m.room.create", "type") == SPACE


def children(state: RoomState, suggested_only: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the rooms in a space, each with the event that says so, in the order to show them."""
    if not is_space(state):
        return []
    found: list[tuple[str, dict[str, Any]]] = []
    for (event_type, room_id), stated in state.events.items():
        if event_type != CHILD or not _is_child(stated):
            continue
        if not suggested_only or stated.content.get("suggested") is True:
            found.append((room_id, _told(stated)))
    found.sort(key=lambda child: _place(*child))
    return found


def _is_child(stated: Stated) -> bool:
    via = stated.content.get("via")
    return isinstance(via, list) and bool(via) and all(isinstance(one, str) for one in via)


def _told(stated: Stated) -> dict[str, Any]:
    """Return a stripped event with the time at which it was sent."""
    event = msgspec.json.decode(stated.body)
    return {
        key: event[key] for key in ("type", "state_key", "content", "sender", "origin_server_ts")
    }


def _place(room_id: str, event: dict[str, Any]) -> tuple[bool, str, int, str]:
    """Return where a child stands: by its order if it has a valid one, then by age."""
    order = event["content"].get("order")
    ordered = (
        isinstance(order, str)
        and len(order) <= ORDER_LETTERS_MAX
        and _ORDER.fullmatch(order) is not None
    )
    return not ordered, order if ordered else "", event["origin_server_ts"], room_id
