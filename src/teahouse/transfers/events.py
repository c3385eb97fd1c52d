"""What transfers tell the house."""

from typing import ClassVar

import msgspec


class TransfersChanged(msgspec.Struct, frozen=True):
    """A transfer came into force, or ended, or was proposed: every worker reads which there are."""

    kind: ClassVar[str] = "transfers.TransfersChanged"

    transfer_id: str
    state: str

    @property
    def key(self) -> str:
        """The transfer."""
        return self.transfer_id
