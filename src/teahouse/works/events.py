"""What works tell the house."""

from typing import ClassVar

import msgspec


class WorkEnded(msgspec.Struct, frozen=True):
    """A work was verified, or failed."""

    kind: ClassVar[str] = "works.WorkEnded"

    work_id: str
    state: str  # "verified", "failed"

    @property
    def key(self) -> str:
        """The work."""
        return self.work_id
