"""Rules of the directory: aliases, what a listed room shows, matching, pages."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from teahouse.errors import Conflict, Invalid, Kind, Refused
from teahouse.ratings.model import RATING, Rating
from teahouse.rooms.model.state import RoomState
from teahouse.spelling.model.folding import fold
from teahouse.spelling.model.naming import EXACT, folded_name, means, nearness

ALIAS_BYTES_MAX = 255
ALIASES_OF_ROOM_MAX = 1_000
LISTED_MAX = 10_000
OPEN_SEARCHED_MAX = 1_000
PEOPLE_SEARCHED_MAX = 50_000
PAGE_DEFAULT = 100
PAGE_MAX = 500
PEOPLE_DEFAULT = 10
PEOPLE_MAX = 50
TERM_LETTERS_MAX = 200
MUTUAL_MAX = 100
USER_ID_BYTES_MAX = 255
ROOM_ID_BYTES_MAX = 255
CANONICAL = "m.room.canonical_alias"
JOIN_RULES = "m.room.join_rules"
OPENING = frozenset({JOIN_RULES, "m.room.history_visibility"})


class NoSuchAlias(Refused):
    """No room has that alias."""

    code = "directory.no_alias"
    kind = Kind.NOT_FOUND


class NoSuchRoom(Refused):
    """Room not found."""

    code = "directory.no_room"
    kind = Kind.NOT_FOUND


class AliasExists(Conflict):
    """That alias exists already."""

    code = "directory.alias_exists"


class AliasInUse(Conflict):
    """A room has that alias already."""

    code = "directory.alias_in_use"


class NotYours(Refused):
    """You did not make this alias, and your power level does not reach to remove it."""

    code = "directory.not_yours"
    kind = Kind.FORBIDDEN


class MayNotList(Refused):
    """Your power level does not reach to list or unlist this room."""

    code = "directory.may_not_list"
    kind = Kind.FORBIDDEN


class TooManyAliases(Refused):
    """The room has as many aliases as a room may."""

    code = "directory.too_many_aliases"
    kind = Kind.FORBIDDEN


class ListedRoom(msgspec.Struct, frozen=True, omit_defaults=True, rename={"rating": RATING}):
    """A room as the list of rooms shows it. ``rating`` is told where there is anything to tell."""

    room_id: str
    num_joined_members: int
    world_readable: bool
    guest_can_join: bool
    join_rule: str
    name: str = ""
    topic: str = ""
    canonical_alias: str = ""
    avatar_url: str = ""
    room_type: str = ""
    rating: Rating | None = None


class Wanted(msgspec.Struct, frozen=True):
    """Which rooms of the list; ``room_types`` may hold ``None`` for rooms without a type."""

    term: str = ""
    room_types: frozenset[str | None] | None = None


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of the list, with tokens for those around it."""

    chunk: Sequence[ListedRoom]
    total_room_count_estimate: int
    next_batch: str = ""
    prev_batch: str = ""


class FoundPerson(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person as a search shows them."""

    user_id: str
    display_name: str | None = None
    avatar_url: str | None = None


def check_alias(alias: str) -> None:
    """Refuse with ``Invalid`` what is no alias."""
    localpart, colon, server = alias[1:].partition(":")
    if not alias.startswith("#") or not colon or not localpart or not server:
        raise Invalid("Room alias invalid: it looks like #name:server.")
    if len(alias.encode()) > ALIAS_BYTES_MAX or "\0" in alias:
        raise Invalid(f"Room alias invalid: it may have at most {ALIAS_BYTES_MAX} bytes.")
    if any(letter.isspace() for letter in alias):
        raise Invalid("Room alias invalid: it may hold no space.")


def check_room_id(room_id: str) -> None:
    """Refuse with ``Invalid`` what is no room's id."""
    if not room_id.startswith("!") or len(room_id.encode()) > ROOM_ID_BYTES_MAX:
        raise Invalid("A room's id begins with !.")


def check_ours(alias: str, server_name: str) -> None:
    """Refuse with ``Invalid`` an alias that is not this server's to give."""
    check_alias(alias)
    if alias.partition(":")[2] != server_name:
        raise Invalid(f"Room alias must be local: it ends in :{server_name}.")


def may_manage(state: RoomState, user_id: str) -> bool:
    """Tell whether somebody may change what a room is called: who may name it in its state."""
    if user_id not in state.joined:
        return False
    return state.power.of(user_id) >= state.power.to_send(CANONICAL, is_state=True)


def shown(state: RoomState) -> ListedRoom | None:
    """Return what the list shows of a room, or ``None`` for one nobody could enter or read."""
    readable = state.history_visibility == "world_readable"
    if not state.joined:
        return None
    if not readable and state.join_rule not in ("public", "knock", "knock_restricted"):
        return None
    return sketch(state)


def sketch(state: RoomState) -> ListedRoom:
    """Return what a room is to who is not in it."""
    avatar_url = state.text("m.room.avatar", "url")
    return ListedRoom(
        room_id=state.room_id,
        num_joined_members=len(state.joined),
        world_readable=state.history_visibility == "world_readable",
        guest_can_join=state.text("m.room.guest_access", "guest_access") == "can_join",
        join_rule=state.join_rule,
        name=state.text("m.room.name", "name"),
        topic=state.text("m.room.topic", "topic"),
        canonical_alias=state.text(CANONICAL, "alias"),
        avatar_url=avatar_url if avatar_url.startswith("mxc://") else "",
        room_type=state.text("m.room.create", "type"),
    )


def listed(rooms: Iterable[ListedRoom], wanted: Wanted) -> list[ListedRoom]:
    """Return the rooms that are wanted, the fullest first.

    What is borderline is found by who looks for it, after all others, and stands in no list by itself
    (Regulation on the Protection of Minors Online, art. 24).
    """
    found = [room for room in rooms if _is_wanted(room, wanted.term, wanted.room_types)]
    if not wanted.term:
        found = [room for room in found if not _is_borderline(room)]
    found.sort(key=lambda room: (_is_borderline(room), -room.num_joined_members, room.room_id))
    return found


def _is_borderline(room: ListedRoom) -> bool:
    return room.rating is not None and room.rating.borderline


def _is_wanted(room: ListedRoom, term: str, room_types: frozenset[str | None] | None) -> bool:
    if room_types is not None and (room.room_type or None) not in room_types:
        return False
    if not term:
        return True
    folded, names = fold(term), (room.name, room.canonical_alias)
    if room.room_id.lower() == term.lower() or means(term, *names):
        return True
    return any(folded in folded_name(text) for text in (*names, room.topic))


def page(rooms: Sequence[ListedRoom], since: str | None, limit: int) -> Page:
    """Return a page of the list. Raises ``Invalid`` for a token that is not ours."""
    start = offset(since)
    end = start + limit
    return Page(
        chunk=rooms[start:end],
        total_room_count_estimate=len(rooms),
        next_batch=f"r{end}" if end < len(rooms) else "",
        prev_batch=f"r{max(0, start - limit)}" if start > 0 else "",
    )


def offset(since: str | None) -> int:
    """Return how many come before a place. Raises ``Invalid`` for a token that is not ours."""
    if not since:
        return 0
    digits = since[1:]
    if since[0] != "r" or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise Invalid("since is not a token of this list.")
    return int(digits)


def check_other(user_id: str, other: str) -> None:
    """Refuse with ``Invalid`` what is no user id, and one's own."""
    localpart, _, server = other[1:].partition(":")
    if not other.startswith("@") or not localpart or not server or not localpart.isascii():
        raise Invalid("user_id looks like @name:server.")
    if len(other.encode()) > USER_ID_BYTES_MAX or not localpart.isprintable():
        raise Invalid("user_id looks like @name:server.")
    if other == user_id:
        raise Invalid("user_id must be another's than your own.")


def opens(event_type: str, content: dict[str, Any]) -> bool:
    """Tell whether a piece of state (of the types in ``OPENING``) opens a room to everybody."""
    assert event_type in OPENING, "nothing else opens a room"
    if event_type == JOIN_RULES:
        return content.get("join_rule") == "public"
    return content.get("history_visibility") == "world_readable"


def person_matches(term: str, user_id: str, display_name: str | None) -> bool:
    """Tell whether a person is meant: each word of ``term`` is in id or name, or sounds like it."""
    return means(term, user_id, display_name or "")


def closeness(term: str, person: FoundPerson) -> tuple[int, str]:
    """Return how near a person is to what was searched for; the least is the nearest."""
    if term == person.user_id.lower():
        return EXACT, person.user_id
    localpart = person.user_id[1:].partition(":")[0]
    return nearness(term, localpart, person.display_name or ""), person.user_id
