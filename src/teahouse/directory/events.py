"""What the directory tells the rest of the house."""

from typing import ClassVar

import msgspec


class AliasRemoved(msgspec.Struct, frozen=True):
    """A room's alias was removed by somebody; the room's state may still name it."""

    kind: ClassVar[str] = "directory.AliasRemoved"
    room_id: str
    alias: str
    by: str

    @property
    def key(self) -> str:
        """The room."""
        return self.room_id
