"""What notices tell the house."""

from typing import ClassVar

import msgspec


class NoticePublished(msgspec.Struct, frozen=True):
    """Entries were added to the public history, up to ``seq``."""

    kind: ClassVar[str] = "notices.NoticePublished"

    seq: int

    @property
    def key(self) -> str:
        """The newest entry."""
        return str(self.seq)
