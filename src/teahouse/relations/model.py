"""Relations as values, and which of them count (Client-Server API, "Relationship types")."""

from typing import Any, TypeGuard

import msgspec

from teahouse.errors import Invalid, Kind, Refused
from teahouse.rooms.model.event import ID_BYTES_MAX, RoomEvent

REPLACE = "m.replace"
ANNOTATION = "m.annotation"
THREAD = "m.thread"
REFERENCE = "m.reference"
ENCRYPTED = "m.room.encrypted"
MAIN_THREAD = "main"

PAGE_DEFAULT = 50
PAGE_MAX = 500
THREADS_DEFAULT = 20
THREADS_MAX = 100
DEPTH_MAX = 3
REFERENCES_MAX = 500

_MARK = b'"m.relates_to"'
_BARE = (b'"redacted_because"', b'"erased"')


class DuplicateAnnotation(Refused):
    """You have said exactly this about the message already."""

    code = "relations.duplicate_annotation"
    kind = Kind.INVALID


class NoThreadThere(Refused):
    """No thread can begin at a message that is itself part of a thread, an edit or a reaction."""

    code = "relations.no_thread_there"
    kind = Kind.INVALID


class NotInThread(Invalid):
    """That message is not in that thread."""

    code = "relations.not_in_thread"


class Relation(msgspec.Struct, frozen=True):
    """What an event says of another."""

    rel_type: str
    target_id: str
    key: str = ""


class Edge(msgspec.Struct, frozen=True):
    """A relation as it is kept; ``thread_id`` is the root of the thread that the event is in."""

    room_id: str
    target_id: str
    pos: int
    event_id: str
    rel_type: str
    type: str
    sender: str
    ts: int
    key: str
    counts: bool
    thread_id: str
    target_sender: str


class Aggregate(msgspec.Struct, frozen=True):
    """What has come of one kind of relation to one event; see ``store.aggregates``."""

    rel_type: str
    target_id: str
    event_id: str
    pos: int
    count: int
    participated: bool


class Asked(msgspec.Struct, frozen=True):
    """Which relations somebody asks for, and from where to where."""

    rel_type: str | None
    event_type: str | None
    backwards: bool
    start: int
    stop: int
    limit: int
    depth: int


def relation_of(event: RoomEvent) -> Relation | None:
    """Return what an event says of another; whatever is not of that shape says nothing."""
    if _MARK not in event.body:
        return None
    told: Any = event.content.get("m.relates_to")
    if not isinstance(told, dict):
        return None
    rel_type, target_id, key = told.get("rel_type"), told.get("event_id"), told.get("key")
    if not _is_name(rel_type) or not _is_name(target_id):
        return None
    is_keyed = rel_type == ANNOTATION and isinstance(key, str)
    return Relation(rel_type, target_id, str(key) if is_keyed else "")


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value.encode()) <= ID_BYTES_MAX


def is_bare(event: RoomEvent) -> bool:
    """Tell whether an event's text has been taken away."""
    if not any(mark in event.body for mark in _BARE):
        return False
    unsigned = msgspec.json.decode(event.body)["unsigned"]
    return "redacted_because" in unsigned or "erased" in unsigned


def does_count(event: RoomEvent, relation: Relation, target: RoomEvent) -> bool:
    """Tell whether the specification lets a relation have its effect."""
    before = relation_of(target)
    if relation.rel_type == REPLACE:
        return _is_valid_edit(event, target) and (before is None or before.rel_type != REPLACE)
    if relation.rel_type == ANNOTATION:
        return before is None or before.rel_type not in (ANNOTATION, REPLACE)
    if relation.rel_type == THREAD:
        return before is None
    return True


def _is_valid_edit(event: RoomEvent, target: RoomEvent) -> bool:
    """Tell whether an edit is valid ("Validity of replacement events")."""
    if event.is_state or target.is_state or is_bare(target):
        return False
    if event.sender != target.sender or event.type != target.type:
        return False
    return event.type == ENCRYPTED or isinstance(event.content.get("m.new_content"), dict)
