"""What processors tell the house."""

from typing import ClassVar

import msgspec


class ProcessorsChanged(msgspec.Struct, frozen=True):
    """A processor came into use, or ended, or was proposed: every worker reads who there is."""

    kind: ClassVar[str] = "processors.ProcessorsChanged"

    processor_id: str
    state: str

    @property
    def key(self) -> str:
        """The processor."""
        return self.processor_id
