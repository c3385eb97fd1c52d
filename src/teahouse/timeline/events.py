"""What the timeline tells the house."""

from typing import ClassVar

import msgspec

from teahouse.rooms.model.event import RoomEvent


class Posted(msgspec.Struct, frozen=True, array_like=True):
    """An event was added to a room. ``redacted`` is its target's new body when it redacts one."""

    kind: ClassVar[str] = "timeline.Posted"
    event: RoomEvent
    redacted: bytes = b""

    @property
    def key(self) -> str:
        """The room."""
        return self.event.room_id


class Erased(msgspec.Struct, frozen=True, array_like=True):
    """What somebody said in a room was erased, because they deleted their account."""

    kind: ClassVar[str] = "timeline.Erased"
    room_id: str
    user_id: str

    @property
    def key(self) -> str:
        """The room."""
        return self.room_id
