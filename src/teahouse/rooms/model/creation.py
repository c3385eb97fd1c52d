"""What a new room begins with (Client-Server API, "Creation": presets and their order)."""

from dataclasses import dataclass, field
from typing import Any

from teahouse.errors import BadJson, Kind, Refused
from teahouse.rooms.model.version import RoomVersion

INVITES_MAX = 500
INITIAL_STATE_MAX = 200

PRESETS: dict[str, tuple[str, str, str]] = {  # join rule, history visibility, guest access
    "private_chat": ("invite", "shared", "can_join"),
    "trusted_private_chat": ("invite", "shared", "can_join"),
    "public_chat": ("public", "shared", "forbidden"),
}


class BadRoomState(Refused):
    """The room asked for would contradict itself."""

    code = "rooms.bad_state"
    kind = Kind.INVALID


@dataclass(frozen=True)
class RoomPlan:
    """A room that somebody wants."""

    creator: str
    version: RoomVersion
    preset: str
    is_direct: bool = False
    name: str | None = None
    topic: str | None = None
    alias: str | None = None
    invites: tuple[str, ...] = ()
    creation_content: dict[str, Any] = field(default_factory=dict[str, Any])
    power_override: dict[str, Any] = field(default_factory=dict[str, Any])
    initial_state: tuple[tuple[str, str, dict[str, Any]], ...] = ()


def create_content(plan: RoomPlan) -> dict[str, Any]:
    """Return the content of ``m.room.create``."""
    content = {key: value for key, value in plan.creation_content.items() if key != "creator"}
    if not plan.version.redacts_in_content:
        content["creator"] = plan.creator
    if plan.version.privileged_creators:
        extra = content.get("additional_creators", [])
        if not isinstance(extra, list) or not all(_is_user_id(user) for user in extra):
            raise BadJson("additional_creators must be a list of user ids.")
        if plan.preset == "trusted_private_chat":
            extra = sorted({*extra, *plan.invites})
        if extra:
            content["additional_creators"] = extra
    content["room_version"] = plan.version.name
    return content


def _is_user_id(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("@") and ":" in value


def power_content(plan: RoomPlan, creators: frozenset[str]) -> dict[str, Any]:
    """Return the first power levels."""
    users = {} if plan.version.privileged_creators else {plan.creator: 100}
    if plan.preset == "trusted_private_chat":
        users |= {user: 100 for user in plan.invites if user not in creators}
    tombstone = 150 if plan.version.privileged_creators else 100
    content: dict[str, Any] = {
        "users": users,
        "users_default": 0,
        "events": {
            "m.room.name": 50,
            "m.room.power_levels": 100,
            "m.room.history_visibility": 100,
            "m.room.canonical_alias": 50,
            "m.room.avatar": 50,
            "m.room.tombstone": tombstone,
            "m.room.server_acl": 100,
            "m.room.encryption": 100,
        },
        "events_default": 0,
        "state_default": 50,
        "ban": 50,
        "kick": 50,
        "redact": 50,
        "invite": 0,
    }
    return content | plan.power_override


def later_state(plan: RoomPlan) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the state after the power levels, in the order that the specification gives."""
    join_rule, visibility, guests = PRESETS[plan.preset]
    given = {(event_type, key) for event_type, key, _ in plan.initial_state}
    made: list[tuple[str, str, dict[str, Any]]] = []
    if plan.alias:
        made.append(("m.room.canonical_alias", "", {"alias": plan.alias}))
    for event_type, content in (
        ("m.room.join_rules", {"join_rule": join_rule}),
        ("m.room.history_visibility", {"history_visibility": visibility}),
        ("m.room.guest_access", {"guest_access": guests}),
    ):
        if (event_type, "") not in given:
            made.append((event_type, "", content))
    made.extend(plan.initial_state)
    if plan.name is not None:
        made.append(("m.room.name", "", {"name": plan.name}))
    if plan.topic is not None:
        text = {"m.text": [{"body": plan.topic, "mimetype": "text/plain"}]}
        made.append(("m.room.topic", "", {"topic": plan.topic, "m.topic": text}))
    return made
