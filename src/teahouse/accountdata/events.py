"""What account data tells the rest of the house."""

from typing import ClassVar

import msgspec


class AccountDataChanged(msgspec.Struct, frozen=True):
    """A value was set; ``room_id`` is empty for what is about no room."""

    kind: ClassVar[str] = "accountdata.AccountDataChanged"
    user_id: str
    room_id: str
    type: str

    @property
    def key(self) -> str:
        """Whose it is."""
        return self.user_id
