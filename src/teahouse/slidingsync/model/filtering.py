"""Which rooms a list has, by what they are to the person."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from teahouse.accountdata.model import (
    IGNORED,
    INVITING,
    TAG,
    Datum,
    blocks_invites,
    ignored_in,
    tags_of,
)
from teahouse.rooms.model.state import RoomState
from teahouse.slidingsync.model.asking import Filters

DIRECT = "m.direct"
SPACE_CHILD = "m.space.child"
# What a person keeps with us that tells which rooms a list has.
SORTING = frozenset([DIRECT, TAG, IGNORED, INVITING])


class Tastes(msgspec.Struct, frozen=True):
    """What a person has said of rooms: with whom they talk alone, tags, and whom they ignore."""

    direct: frozenset[str] = frozenset()
    tags: Mapping[str, frozenset[str]] = {}
    ignored: frozenset[str] = frozenset()
    uninvited: bool = False  # takes no invitations


def tastes_of(data: list[Datum], user_id: str) -> Tastes:
    """Return what a person's account data says of rooms."""
    direct, tags, ignored = set[str](), dict[str, frozenset[str]](), frozenset[str]()
    uninvited = False
    for datum in data:
        if datum.type == DIRECT and not datum.room_id:
            direct |= _rooms_in(datum.content)
        elif datum.type == TAG and datum.room_id:
            tags[datum.room_id] = frozenset(tags_of(datum.content))
        elif datum.type == IGNORED and not datum.room_id:
            ignored = ignored_in(datum.content, user_id)
        elif datum.type == INVITING and not datum.room_id:
            uninvited = blocks_invites(datum.content)
    return Tastes(frozenset(direct), tags, ignored, uninvited)


def _rooms_in(content: bytes) -> set[str]:
    """Return the rooms that ``m.direct`` names; whatever is not of that shape names none."""
    found: set[str] = set()
    people: dict[str, Any] = msgspec.json.decode(content)
    for rooms in people.values():
        if isinstance(rooms, list):
            found |= {one for one in cast("list[Any]", rooms) if isinstance(one, str)}
    return found


def asks_state(filters: Filters) -> bool:
    """Tell whether the room itself has to be looked at."""
    types = filters.room_types is not None or bool(filters.not_room_types)
    return types or filters.is_encrypted is not None or bool(filters.name_like)


def admits(filters: Filters, room_id: str, membership: str, tastes: Tastes) -> bool:
    """Tell whether a list has a room, as far as what it is to the person tells."""
    if filters.is_dm is not None and filters.is_dm is not (room_id in tastes.direct):
        return False
    if filters.is_invite is not None and filters.is_invite is not (membership == "invite"):
        return False
    tags = tastes.tags.get(room_id, frozenset[str]())
    if tags & filters.not_tags:
        return False
    return filters.tags is None or bool(tags & filters.tags)


def admits_state(filters: Filters, state: RoomState) -> bool:
    """Tell whether a list has a room, as far as the room itself tells."""
    kind = state.content("m.room.create").get("type")
    kind = kind if isinstance(kind, str) else None
    if kind in filters.not_room_types:
        return False
    if filters.room_types is not None and kind not in filters.room_types:
        return False
    encrypted = state.get("m.room.encryption") is not None
    if filters.is_encrypted is not None and filters.is_encrypted is not encrypted:
        return False
    name = state.text("m.room.name", "name") or state.text("m.room.canonical_alias", "alias")
    return filters.name_like.casefold() in name.casefold()


def children(space: RoomState) -> set[str]:
    """Return the rooms that a space names as its own."""
    return {
        room_id
        for (kind, room_id), one in space.events.items()
        if kind == SPACE_CHILD and isinstance(one.content.get("via"), list)
    }


Ranges = tuple[tuple[int, int], ...] | None


def window(newest_first: Iterable[str], ranges: Ranges) -> dict[str, None]:
    """Return those of a list's rooms that are in its ranges; both ends count."""
    if ranges is None:
        return dict.fromkeys(newest_first)
    rooms = list(itertools.islice(newest_first, max((last for _, last in ranges), default=-1) + 1))
    found: dict[str, None] = {}
    for first, last in ranges:
        found |= dict.fromkeys(rooms[first : last + 1])
    return found


def is_from_top(ranges: Ranges) -> bool:
    """Tell whether a room in the window stays in it when it moves to the top of the list."""
    return ranges is None or (len(ranges) == 1 and ranges[0][0] == 0)
