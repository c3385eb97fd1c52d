"""What goes along when a room gives way (Client-Server API, "Room upgrades")."""

from typing import Any

from teahouse.ratings.model import RATING
from teahouse.rooms.model.creation import RoomPlan
from teahouse.rooms.model.power import CREATOR_LEVEL, PowerLevels
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.model.version import RoomVersion

TOMBSTONE = "m.room.tombstone"
POWER = "m.room.power_levels"
ALIAS = "m.room.canonical_alias"
CREATE = "m.room.create"
GOES_ALONG = (
    "m.room.server_acl",
    "m.room.encryption",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    RATING,
    ALIAS,
)
SPACE_CHILD = "m.space.child"
KEPT_OF_CREATION = ("type", "m.federate")
BANS_MAX = 5_000
QUIET_LEVEL = 50

Piece = tuple[str, str, dict[str, Any]]  # a type, a state key, a content


def plan(
    state: RoomState,
    creator: str,
    version: RoomVersion,
    more_creators: list[str],
    tombstone_id: str,
) -> RoomPlan:
    """Return the room that replaces another; ``tombstone_id`` is empty where it is not told."""
    made = state.content(CREATE)
    content = {key: made[key] for key in KEPT_OF_CREATION if key in made}
    content["predecessor"] = {"room_id": state.room_id}
    if tombstone_id:
        content["predecessor"]["event_id"] = tombstone_id
    if version.privileged_creators and more_creators:
        content["additional_creators"] = more_creators
    return RoomPlan(creator, version, "private_chat", creation_content=content)


def tombstone(new_room_id: str) -> dict[str, Any]:
    """Return what the old room says of the new one."""
    return {"body": "This room has been replaced.", "replacement_room": new_room_id}


def pieces(state: RoomState, creator: str, creators: frozenset[str]) -> list[Piece]:
    """Return the new room's state after its creator's joining; ``creators`` are the new room's.

    Whoever replaces a room may stand lower in it than what is set there asks for: they stand higher
    until everything has been set, and only so long.
    """
    levels = new_levels(state, creators)
    set_along = [*_along(state), *_bans(state)]
    needed = _needed(levels, set_along, state)
    if creator in creators or PowerLevels(levels, creator, frozenset()).of(creator) >= needed:
        return [(POWER, "", levels), *set_along]
    for_now = levels | {"users": levels.get("users", {}) | {creator: needed}}
    return [(POWER, "", for_now), *set_along, (POWER, "", levels)]


def new_levels(state: RoomState, creators: frozenset[str]) -> dict[str, Any]:
    """Return the old room's power levels as they are in the new one."""
    stated = state.get(POWER)
    levels = dict(stated.content) if stated is not None else {}
    users: dict[str, int] = dict(levels.get("users") or {})
    if stated is None:
        users[state.creator] = CREATOR_LEVEL
    if not creators:  # those who stood above the levels stand on top of them
        top = max([CREATOR_LEVEL, *users.values()])
        users |= dict.fromkeys(state.creators, top)
    levels["users"] = {user: level for user, level in users.items() if user not in creators}
    return levels


def quiet_levels(state: RoomState) -> dict[str, Any] | None:
    """Return levels at which only those above the crowd speak or invite; ``None``: they are."""
    levels = state.content(POWER)
    least = max(QUIET_LEVEL, _int(levels, "users_default") + 1)
    raised = {key: least for key in ("events_default", "invite") if _int(levels, key) < least}
    return levels | raised if raised else None


def predecessor(state: RoomState) -> str | None:
    """Return the room that a room says it replaces."""
    told = state.content(CREATE).get("predecessor")
    room_id = told.get("room_id") if isinstance(told, dict) else None
    return room_id if isinstance(room_id, str) else None


def succeeds(new: RoomState, old: RoomState) -> bool:
    """Tell whether both rooms say that the one replaces the other."""
    replaced = old.content(TOMBSTONE).get("replacement_room")
    return predecessor(new) == old.room_id and replaced == new.room_id


def with_room_added(direct: dict[str, Any], old: str, new: str) -> dict[str, Any] | None:
    """Return who one talks to alone where, with a room's successor; ``None``: it is there."""
    found: dict[str, Any] = {}
    for user_id, rooms in direct.items():
        is_theirs = isinstance(rooms, list) and old in rooms and new not in rooms
        found[user_id] = [*rooms, new] if is_theirs else rooms
    return found if found != direct else None


def _along(state: RoomState) -> list[Piece]:
    found = [(kind, "", state.content(kind)) for kind in GOES_ALONG if state.content(kind)]
    for (kind, key), stated in state.events.items():
        if kind == SPACE_CHILD and stated.content:
            found.append((kind, key, stated.content))
    return found


def _bans(state: RoomState) -> list[Piece]:
    banned = [user for user, what in state.members.items() if what == "ban"][:BANS_MAX]
    found: list[Piece] = []
    for user in banned:
        reason = state.content(MEMBER, user).get("reason")
        why = {"reason": reason} if isinstance(reason, str) else {}
        found.append((MEMBER, user, {"membership": "ban", **why}))
    return found


def _needed(levels: dict[str, Any], set_along: list[Piece], state: RoomState) -> int:
    """Return the level that setting all of it asks for."""
    power = PowerLevels(levels, "", frozenset())
    needed = [power.to_send(kind, True) for kind, _, _ in set_along if kind != MEMBER]
    needed.append(power.to_send(POWER, True))
    banned = [user for kind, user, _ in set_along if kind == MEMBER]
    if banned:
        needed += [power.to("ban"), *(power.of(user) + 1 for user in banned)]
    return max(needed)


def _int(levels: dict[str, Any], key: str) -> int:
    value = levels.get(key, 0)
    return value if type(value) is int else 0
