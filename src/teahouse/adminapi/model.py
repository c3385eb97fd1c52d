"""What operators' tools may do here, and what they may not."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.operators.model import Role
from teahouse.rooms.model.state import RoomState

PAGE_DEFAULT = 100
PAGE_MAX = 500
OFFSET_MAX = 10**9
ROOMS_MAX = 10_000  # that are looked through for a list
MEMBERS_MAX = 100_000
TOKEN_LETTERS_MIN = 16
TOKEN_LETTERS_MAX = 64
INVITE_USES = 1000  # of a token for which nobody said how many
INVITE_LIFE = timedelta(days=30)  # of a token for which nobody said how long
DELETIONS_KEPT = timedelta(days=7)
DELETION_SECONDS_MAX = 600.0
TAKEN_OUT_AT_ONCE = 20
EVENTS_LOOKED_AT_MAX = 20_000  # of a room, for the files that they name
LARGEST_MAX = 10

OWNERS = frozenset({Role.OWNER})
ACTORS = frozenset({Role.OWNER, Role.MODERATOR})
REGISTRARS = frozenset({Role.OWNER, Role.REGISTRAR})
READERS = frozenset(Role) - {Role.INSPECTOR}  # who reads registers, in the console alone


class Changes(msgspec.Struct, frozen=True):
    """What of an account is wanted otherwise than it is."""

    profile: dict[str, str] = {}
    admin: bool | None = None
    locked: bool | None = None
    ends: bool = False

    @property
    def for_owners(self) -> bool:
        """Whether only an owner may do it."""
        return self.admin is not None or self.ends

    @property
    def against(self) -> bool:
        """Whether it is done against somebody, who may not be an administrator."""
        return self.locked is not None or self.ends


class RoleTooSmall(Refused):
    """Your role does not allow this. An owner gives roles: teahouse admin tools-role."""

    code = "adminapi.role"
    kind = Kind.FORBIDDEN


class TwoOperators(Refused):
    """Letting somebody back in takes two operators: in the console, under Accounts."""

    code = "adminapi.two_operators"
    kind = Kind.FORBIDDEN


class NobodyElse(Refused):
    """Nobody signs in as somebody else here."""

    code = "adminapi.nobody_else"
    kind = Kind.FORBIDDEN


class OwnContacts(Refused):
    """A number or address is its owner's to prove: they add it in their settings."""

    code = "adminapi.own_contacts"
    kind = Kind.FORBIDDEN


class OwnDevices(Refused):
    """A device comes by signing in, and is named by whose it is."""

    code = "adminapi.own_devices"
    kind = Kind.FORBIDDEN


class OwnKeeping(Refused):
    """What clients keep for somebody is read by nobody else."""

    code = "adminapi.own_keeping"
    kind = Kind.FORBIDDEN


class OwnKeys(Refused):
    """Keys are set anew by whose they are, who show that it is them."""

    code = "adminapi.own_keys"
    kind = Kind.FORBIDDEN


class OwnRooms(Refused):
    """Operators put nobody into a room, and give nobody power in it. They may close it."""

    code = "adminapi.own_rooms"
    kind = Kind.FORBIDDEN


class NotOffered(Refused):
    """This server does not offer that."""

    code = "adminapi.not_offered"
    kind = Kind.INVALID


class NotChanged(Refused):
    """An invitation is not changed: take it back, and make another."""

    code = "adminapi.not_changed"
    kind = Kind.FORBIDDEN


class WeakToken(Refused):
    """A token has 16 to 64 letters, digits and . _ ~ -; leave it out, and one is made."""

    code = "adminapi.weak_token"
    kind = Kind.INVALID


class NoSuchRoom(Refused):
    """There is no such room."""

    code = "adminapi.no_room"
    kind = Kind.NOT_FOUND


class NoSuchDeletion(Refused):
    """There is no such deletion, or no longer."""

    code = "adminapi.no_deletion"
    kind = Kind.NOT_FOUND


class CloseRoom(msgspec.Struct, frozen=True):
    """Take everybody out of a room."""

    kind: ClassVar[str] = "adminapi.close_room"

    delete_id: str


class Deletion(msgspec.Struct, frozen=True):
    """The closing of a room, as far as it is."""

    delete_id: str
    room_id: str
    erases: bool
    state: str
    taken_out: list[str]
    stayed: list[str]
    aliases: list[str]
    asked_by: str
    asked_at: datetime


class RoomWish(msgspec.Struct, frozen=True):
    """Which rooms are wanted, and in which order."""

    term: str = ""
    public: bool | None = None
    empty: bool | None = None
    order: str = "name"
    backwards: bool = False


def may(role: Role, allowed: frozenset[Role]) -> None:
    """Refuse what a role does not allow: ``RoleTooSmall``."""
    if role not in allowed:
        raise RoleTooSmall(role=role.value, allowed=sorted(one.value for one in allowed))


def room_out(state: RoomState, listed: bool) -> dict[str, Any]:
    """Return what tools show of a room in a list."""
    create = state.content("m.room.create")
    room_type = create.get("type")
    return {
        "room_id": state.room_id,
        "name": state.text("m.room.name", "name") or None,
        "canonical_alias": state.text("m.room.canonical_alias", "alias") or None,
        "joined_members": len(state.joined),
        "joined_local_members": len(state.joined),
        "version": state.version.name,
        "creator": state.creator,
        "encryption": state.text("m.room.encryption", "algorithm") or None,
        "federatable": create.get("m.federate", True) is not False,
        "public": listed,
        "join_rules": state.join_rule,
        "guest_access": state.text("m.room.guest_access", "guest_access") or None,
        "history_visibility": state.history_visibility,
        "state_events": len(state.events),
        "room_type": room_type if isinstance(room_type, str) else None,
    }


FEW_FIRST = {"alphabetical": "name", "size": "joined_members"}  # as they were called before
NUMBERS = frozenset({"joined_members", "joined_local_members", "version", "state_events"})


def wanted_room(room: dict[str, Any], wish: RoomWish) -> bool:
    """Tell whether a room is one of those wanted."""
    if wish.public is not None and room["public"] is not wish.public:
        return False
    if wish.empty is not None and (room["joined_members"] == 0) is not wish.empty:
        return False
    term = wish.term.lower()
    if not term:
        return True
    alias = str(room["canonical_alias"] or "").partition(":")[0].lower()
    return term in str(room["name"] or "").lower() or term in alias or wish.term in room["room_id"]


def in_order(rooms: list[dict[str, Any]], wish: RoomWish) -> list[dict[str, Any]]:
    """Return rooms in the order asked for; numbers begin with the largest."""
    by = FEW_FIRST.get(wish.order, wish.order)
    if not rooms or by not in rooms[0]:
        by = "name"
    largest_first = by in NUMBERS

    def key(room: dict[str, Any]) -> Any:
        value = room[by]
        return (int(value) if largest_first else str(value or "").lower(), room["room_id"])

    return sorted(rooms, key=key, reverse=largest_first is not wish.backwards)
