"""What pushers tell the house."""

from typing import ClassVar

import msgspec


class PushersChanged(msgspec.Struct, frozen=True, array_like=True):
    """Somebody has a pusher now, who may have had none."""

    kind: ClassVar[str] = "pushers.PushersChanged"
    user_id: str

    @property
    def key(self) -> str:
        """Whose it is."""
        return self.user_id
