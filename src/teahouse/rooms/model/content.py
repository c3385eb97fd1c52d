"""What the content of state may be, whoever sets it."""

from typing import Any, TypeGuard

import msgspec

from teahouse.errors import BadJson
from teahouse.rooms.model.power import check_levels
from teahouse.rooms.model.state import MEMBER

_encode = msgspec.json.Encoder(order="sorted").encode
RETENTION = "m.room.retention"
LIFETIMES = ("min_lifetime", "max_lifetime")
LIFETIME_MS_MAX = 2**53 - 1
VISIBILITIES = frozenset(["joined", "invited", "shared", "world_readable"])


def is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two contents say the same; to JSON, unlike Python, true is not 1."""
    return one == other and _encode(one) == _encode(other)


def check_state_content(event_type: str, content: dict[str, Any]) -> None:
    """Refuse state that would make the room unusable."""
    if event_type == "m.room.power_levels":
        check_levels(content)
    elif event_type == MEMBER:
        for name in ("displayname", "avatar_url"):
            if content.get(name) is not None and not isinstance(content[name], str):
                raise BadJson(f"{name} must be a string.")
    elif event_type == "m.room.history_visibility":
        if content.get("history_visibility") not in VISIBILITIES:
            raise BadJson("history_visibility must be one of the specification's four.")
    elif event_type == "m.room.join_rules":
        if not isinstance(content.get("join_rule"), str):
            raise BadJson("join_rule must be a string.")
    elif event_type == RETENTION:
        _check_retention(content)


def _check_retention(content: dict[str, Any]) -> None:
    """Refuse how long messages are to be kept where it makes no sense (MSC1763)."""
    for name in LIFETIMES:
        value = content.get(name)
        if value is not None and not is_lifetime(value):
            raise BadJson(f"{name} must be a whole number of milliseconds.")
    least, most = (content.get(name) for name in LIFETIMES)
    if least is not None and most is not None and least > most:
        raise BadJson("min_lifetime must not be more than max_lifetime.")


def is_lifetime(value: Any) -> TypeGuard[int]:
    """Tell whether a value is a time in ms that a message can be kept."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LIFETIME_MS_MAX
