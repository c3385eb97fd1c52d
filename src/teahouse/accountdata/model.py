"""Account data and filters: their shapes, limits and rules.

From the Client-Server API's "Client Config", "Room Tagging" and "Filtering".
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from teahouse.errors import BadJson, Invalid, Kind, Refused

TYPE_BYTES_MAX = 255
ROOM_ID_BYTES_MAX = 255
VALUES_MAX = 20_000
FILTERS_MAX = 1_000
TAGS_MAX = 100
FILTER_BYTES_MAX = 64 * 1024
FILTER_NAMES_MAX = 5_000
FILTER_LIMIT_MAX = 2**53 - 1
_NOTHING = object()

FULLY_READ = "m.fully_read"
PUSH_RULES = "m.push_rules"
TAG = "m.tag"
IGNORED = "m.ignored_user_list"
INVITING = "m.invite_permission_config"
SERVER_CONTROLLED = frozenset({FULLY_READ, PUSH_RULES})


class NotYours(Refused):
    """Account data belongs to its owner alone."""

    code = "accountdata.not_yours"
    kind = Kind.FORBIDDEN


class NoSuchData(Refused):
    """Nothing has been kept under that type."""

    code = "accountdata.not_found"
    kind = Kind.NOT_FOUND


class NoSuchFilter(Refused):
    """There is no such filter."""

    code = "accountdata.no_filter"
    kind = Kind.NOT_FOUND


class ServerControlled(Refused):
    """This type is the server's to set; it has a call of its own."""

    code = "accountdata.server_controlled"
    kind = Kind.METHOD


class TooMuchKept(Refused):
    """You keep as much here as one account may."""

    code = "accountdata.too_much"
    kind = Kind.TOO_LARGE


class Datum(msgspec.Struct, frozen=True):
    """A value as stored: ``content`` is its JSON text, ``pos`` the log position of its change."""

    room_id: str
    type: str
    content: bytes
    pos: int


def check_type(data_type: str) -> None:
    """Refuse with ``Invalid`` a type longer than an event type may be."""
    if len(data_type.encode()) > TYPE_BYTES_MAX:
        raise Invalid(f"The type is longer than {TYPE_BYTES_MAX} bytes.")


def check_settable(data_type: str) -> None:
    """Refuse with ``ServerControlled`` what clients set by another call."""
    check_type(data_type)
    if data_type in SERVER_CONTROLLED:
        raise ServerControlled(f"Cannot set {data_type} through this API.")


def check_room_id(room_id: str) -> None:
    """Refuse with ``Invalid`` what is no room id."""
    if not room_id.startswith("!") or not 1 < len(room_id.encode()) <= ROOM_ID_BYTES_MAX:
        raise Invalid(f"{room_id[:80]} is not a valid room ID.")


def encoded(content: Mapping[str, Any]) -> bytes:
    """Return the JSON text of a value."""
    return msgspec.json.encode(content)


def tags_of(content: bytes | None) -> dict[str, Any]:
    """Return the tags in an ``m.tag`` value; whatever is not of that shape counts as none."""
    if content is None:
        return {}
    tags = msgspec.json.decode(content).get("tags")
    return dict(tags) if isinstance(tags, dict) else {}


def ignored_in(content: bytes | None, user_id: str) -> frozenset[str]:
    """Return whom an ``m.ignored_user_list`` names; nobody ignores themselves."""
    if content is None:
        return frozenset()
    named = msgspec.json.decode(content).get("ignored_users")
    return frozenset(named if isinstance(named, dict) else ()) - {user_id}


def blocks_invites(content: bytes | None) -> bool:
    """Tell whether an ``m.invite_permission_config`` keeps every invitation away."""
    return content is not None and msgspec.json.decode(content).get("default_action") == "block"


def check_tag(body: Mapping[str, Any], tags: Mapping[str, Any]) -> None:
    """Refuse a tag whose order is no number, or one tag too many."""
    order = body.get("order", 0)
    if isinstance(order, bool) or not isinstance(order, int | float):
        raise BadJson("order must be a number.")
    if len(tags) > TAGS_MAX:
        raise TooMuchKept(f"A room may have at most {TAGS_MAX} tags.")


# -- paths -----------------------------------------------------------------------------------------

_STEPS = re.compile(r"(?:[^.\\]|\\.|\\$)+")
_ESCAPED = re.compile(r"\\([.\\])")


@functools.lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[str, ...]:
    """Return the keys of a path; a backslash keeps a dot or a backslash within its key."""
    return tuple(_ESCAPED.sub(r"\1", step) for step in _STEPS.findall(path))


def only_fields(value: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Return of an object what some paths lead to."""
    found: dict[str, Any] = {}
    for path in paths:
        steps = steps_of(path)
        inner: Any = value
        for step in steps:
            inner = inner.get(step, _NOTHING) if isinstance(inner, Mapping) else _NOTHING
        if inner is _NOTHING or not steps:
            continue
        place = found
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = inner
    return found


# -- filters ---------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """Return what ``*`` in a filter's type means."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def type_matches(pattern: str, event_type: str) -> bool:
    """Tell whether a type is one of those a pattern means; ``*`` stands for any characters."""
    if "*" not in pattern:
        return pattern == event_type
    return _pattern(pattern).fullmatch(event_type) is not None


class EventFilter(msgspec.Struct, frozen=True):
    """Which events; ``None`` means all. The ``not_`` lists win over the others."""

    limit: int | None = None
    senders: list[str] | None = None
    not_senders: list[str] = []
    types: list[str] | None = None
    not_types: list[str] = []

    def admits_type(self, event_type: str) -> bool:
        """Tell whether events of a type pass."""
        if any(type_matches(pattern, event_type) for pattern in self.not_types):
            return False
        if self.types is None:
            return True
        return any(type_matches(pattern, event_type) for pattern in self.types)

    def admits(self, sender: str, event_type: str) -> bool:
        """Tell whether an event by a sender and of a type passes."""
        if sender in self.not_senders or (self.senders is not None and sender not in self.senders):
            return False
        return self.admits_type(event_type)


class RoomEventFilter(EventFilter, frozen=True):
    """Which events of rooms."""

    rooms: list[str] | None = None
    not_rooms: list[str] = []
    contains_url: bool | None = None
    lazy_load_members: bool = False
    include_redundant_members: bool = False
    unread_thread_notifications: bool = False
    related_by_senders: list[str] | None = None
    related_by_rel_types: list[str] | None = None

    def admits_room(self, room_id: str) -> bool:
        """Tell whether events of a room pass."""
        return room_id not in self.not_rooms and (self.rooms is None or room_id in self.rooms)

    def admits_event(self, room_id: str, event: Mapping[str, Any]) -> bool:
        """Tell whether a room event passes all but the relations, which need other events."""
        if not self.admits_room(room_id) or not self.admits(event["sender"], event["type"]):
            return False
        if self.contains_url is None:
            return True
        content: Mapping[str, Any] = event.get("content") or {}
        return isinstance(content.get("url"), str) is self.contains_url


class RoomFilter(msgspec.Struct, frozen=True):
    """Which rooms, and which of their events."""

    rooms: list[str] | None = None
    not_rooms: list[str] = []
    include_leave: bool = False
    state: RoomEventFilter = RoomEventFilter()
    timeline: RoomEventFilter = RoomEventFilter()
    ephemeral: RoomEventFilter = RoomEventFilter()
    account_data: RoomEventFilter = RoomEventFilter()

    def admits_room(self, room_id: str) -> bool:
        """Tell whether a room is wanted at all."""
        return room_id not in self.not_rooms and (self.rooms is None or room_id in self.rooms)


class Filter(msgspec.Struct, frozen=True):
    """What a client wants of a sync."""

    event_fields: list[str] | None = None
    event_format: Literal["client", "federation"] = "client"
    presence: EventFilter = EventFilter()
    account_data: EventFilter = EventFilter()
    room: RoomFilter = RoomFilter()


EVERYTHING = Filter()


def parse_filter(value: Mapping[str, Any]) -> Filter:
    """Return a filter for ``/sync``. Raises ``BadJson`` naming what is wrong."""
    try:
        found = msgspec.convert(value, Filter)
    except msgspec.ValidationError as wrong:
        raise BadJson(f"The filter cannot be used: {wrong}") from wrong
    room = found.room
    for part in (found.presence, found.account_data):
        _check_event_filter(part)
    for part in (room.state, room.timeline, room.ephemeral, room.account_data):
        _check_room_event_filter(part)
    _check_names("!", room.rooms, room.not_rooms)
    return found


def parse_room_event_filter(value: Mapping[str, Any]) -> RoomEventFilter:
    """Return a filter for ``/messages`` and its like. Raises ``BadJson``."""
    try:
        found = msgspec.convert(value, RoomEventFilter)
    except msgspec.ValidationError as wrong:
        raise BadJson(f"The filter cannot be used: {wrong}") from wrong
    _check_room_event_filter(found)
    return found


def _check_room_event_filter(part: RoomEventFilter) -> None:
    _check_event_filter(part)
    _check_names("!", part.rooms, part.not_rooms)
    _check_names("@", part.related_by_senders)


def _check_event_filter(part: EventFilter) -> None:
    if part.limit is not None and not 0 <= part.limit <= FILTER_LIMIT_MAX:
        raise BadJson("A filter's limit must be at least 0, and no more than 53 bits.")
    _check_names("@", part.senders, part.not_senders)
    _check_names("", part.types, part.not_types)


def _check_names(sigil: str, *lists: list[str] | None) -> None:
    for names in lists:
        if names is None:
            continue
        if len(names) > FILTER_NAMES_MAX:
            raise BadJson(f"A filter's list may name at most {FILTER_NAMES_MAX}.")
        for name in names:
            if not name.startswith(sigil) or (sigil == "@" and ":" not in name):
                raise BadJson(f"The filter names {name[:80]!r}, which is no id of that kind.")
