"""What a guest is shown of a room: texts and times, and names where their owners agreed."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from teahouse.errors import NotFound
from teahouse.rooms.model.event import RoomEvent

MESSAGES_MAX = 50
NAMES_CACHED_MAX = 10_000
TEXT_LETTERS_MAX = 4_000
SHOWN_TYPES = {"m.text", "m.notice", "m.emote"}


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
