"""What the timeline tells the house."""

from typing import ClassVar

import msgspec

from teahouse.rooms.model.event import RoomEvent


class Posted(msgspec.Struct, frozen=True, array_like=True):
    """An event was added to a room.

    When it redacts another, ``redacted`` is its target's new body, and ``following`` names the
    state event that had replaced the target, with its new body, if there is one.
    """

    kind: ClassVar[str] = "timeline.Posted"
    event: RoomEvent
    redacted: bytes = b""
    following: tuple[str, bytes] | None = None

    @property
    def rewritten(self) -> list[tuple[str, bytes]]:
        """The events that have another body now."""
        found = [(self.event.redacts, self.redacted)] if self.redacted else []
        return [*found, self.following] if self.following is not None else found

    @property
    def key(self) -> str:
        """The room."""
        return self.event.room_id


class TakenAgain(msgspec.Struct, frozen=True, array_like=True):
    """What events say was taken away without a redaction, or given ``back``.

    What had been redacted in a time that was lost is taken away again; what a case is about is
    withheld, and given back as it was. ``rewritten`` are the events that have another body now.
    """

    kind: ClassVar[str] = "timeline.TakenAgain"
    room_id: str
    rewritten: list[tuple[str, bytes]]
    back: bool = False

    @property
    def key(self) -> str:
        """The room."""
        return self.room_id


class Removed(msgspec.Struct, frozen=True, array_like=True):
    """Events of a room are gone, because their time was over: none of them after ``until``."""

    kind: ClassVar[str] = "timeline.Removed"
    room_id: str
    until: int

    @property
    def key(self) -> str:
        """The room."""
        return self.room_id


class Erased(msgspec.Struct, frozen=True, array_like=True):
    """What somebody said in a room was erased, because they deleted their account."""

    kind: ClassVar[str] = "timeline.Erased"
    room_id: str
    user_id: str

    @property
    def key(self) -> str:
        """The room."""
        return self.room_id
