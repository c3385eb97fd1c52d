"""What minors tells the house."""

from typing import ClassVar

import msgspec


class MinorChanged(msgspec.Struct, frozen=True):
    """Something changed by which it is decided what an account may do at its age."""

    kind: ClassVar[str] = "minors.MinorChanged"

    account_id: str

    @property
    def key(self) -> str:
        """The account."""
        return self.account_id
