"""What the content of state may be, whoever sets it."""

from typing import Any

import msgspec

from teahouse.errors import BadJson
from teahouse.rooms.model.power import check_levels
from teahouse.rooms.model.state import MEMBER

_encode = msgspec.json.Encoder(order="sorted").encode
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
