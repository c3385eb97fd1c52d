"""What everybody is shown of a room, and what a guest with an account may ask.

Without an account: texts and times, and names where their owners agreed. With a guest's: the calls
that Matrix lists ("Guest Access", client behaviour).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, NotFound, Refused
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import RoomState

MESSAGES_MAX = 50
NAMES_CACHED_MAX = 10_000
TEXT_LETTERS_MAX = 4_000
SHOWN_TYPES = {"m.text", "m.notice", "m.emote"}


NAME_DIGITS = 12
LOOKED_AT_ONCE = 500
ACCESS = "m.room.guest_access"

_V3 = "/_matrix/client/v3"
_ROOM = _V3 + "/rooms/{room_id}"
_MEDIA = "/_matrix/client/v1/media"

# Reading, speaking, keeping the account, and encryption, in the order of the specification's list.
GUESTS_MAY = frozenset(
    {
        ("GET", f"{_ROOM}/state"),
        ("GET", f"{_ROOM}/context/{{event_id}}"),
        ("GET", f"{_ROOM}/event/{{event_id}}"),
        ("GET", f"{_ROOM}/state/{{event_type}}"),
        ("GET", f"{_ROOM}/state/{{event_type}}/"),
        ("GET", f"{_ROOM}/state/{{event_type}}/{{state_key}}"),
        ("GET", f"{_ROOM}/messages"),
        ("GET", f"{_ROOM}/members"),
        ("GET", f"{_ROOM}/initialSync"),
        ("GET", f"{_V3}/sync"),
        ("GET", f"{_V3}/events"),
        ("GET", f"{_MEDIA}/download/{{server_name}}/{{media_id}}"),
        ("GET", f"{_MEDIA}/download/{{server_name}}/{{media_id}}/{{file_name}}"),
        ("GET", f"{_MEDIA}/thumbnail/{{server_name}}/{{media_id}}"),
        ("POST", f"{_ROOM}/join"),
        # Not in the list, and the same act: it is how clients join, and how an alias is followed.
        ("POST", f"{_V3}/join/{{room_id}}"),
        ("POST", f"{_ROOM}/leave"),
        ("PUT", f"{_ROOM}/send/{{event_type}}/{{txn_id}}"),
        ("PUT", f"{_ROOM}/state/{{event_type}}"),
        ("PUT", f"{_ROOM}/state/{{event_type}}/"),
        ("PUT", f"{_ROOM}/state/{{event_type}}/{{state_key}}"),
        ("PUT", f"{_V3}/sendToDevice/{{event_type}}/{{txn_id}}"),
        ("PUT", f"{_V3}/profile/{{user_id}}/{{name}}"),
        ("GET", f"{_V3}/devices"),
        ("GET", f"{_V3}/devices/{{device_id}}"),
        ("PUT", f"{_V3}/devices/{{device_id}}"),
        ("GET", f"{_V3}/account/whoami"),
        ("POST", f"{_V3}/keys/upload"),
        ("POST", f"{_V3}/keys/query"),
        ("POST", f"{_V3}/keys/claim"),
    }
)
PREVIEWS = f"{_V3}/events"  # of one room that is named
PROFILE_FIELDS = ("displayname",)


class GuestsNotAdmitted(Refused):
    """This room does not admit guests."""

    code = "guests.not_admitted"
    kind = Kind.FORBIDDEN


class GuestsOut(msgspec.Struct, frozen=True):
    """Have guests leave a room, unless it admits them."""

    kind: ClassVar[str] = "guests.out"

    room_id: str


class EraseGuest(msgspec.Struct, frozen=True):
    """Erase a guest's account that nobody uses."""

    kind: ClassVar[str] = "guests.erase"

    account_id: str


class NotPublic(NotFound):
    """There is no room here that everybody may read."""

    code = "guests.not_public"


class Said(msgspec.Struct, frozen=True):
    """Something said. ``who`` is empty for who has not agreed to be named; ``kind`` as in Matrix."""

    event_id: str
    sender: str
    kind: str
    text: str
    at: datetime


def may(method: str, pattern: str, path: Mapping[str, str], room_named: bool) -> bool:
    """Tell whether a guest may ask for that; ``room_named``: the query names a room."""
    if (method, pattern) not in GUESTS_MAY:
        return False
    if pattern == PREVIEWS:
        return room_named
    return "/profile/" not in pattern or path["name"] in PROFILE_FIELDS


def admits(state: RoomState) -> bool:
    """Tell whether a room admits guests."""
    return state.text(ACCESS, "guest_access") == "can_join"


def said(events: Iterable[RoomEvent]) -> list[Said]:
    """Return the messages among events; of a picture or a file, that there is one."""
    found: list[Said] = []
    for event in events:
        content = event.content
        kind = content.get("msgtype")
        if event.type != "m.room.message" or not isinstance(kind, str):
            continue
        text = content.get("body")
        shown = text if kind in SHOWN_TYPES and isinstance(text, str) else ""
        at = datetime.fromtimestamp(event.ts / 1000, UTC)
        found.append(Said(event.event_id, event.sender, kind, shown[:TEXT_LETTERS_MAX], at))
    return found
