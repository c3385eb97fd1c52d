"""What consent tells the house."""

from typing import ClassVar

import msgspec


class ConsentChanged(msgspec.Struct, frozen=True):
    """An account accepted or withdrew purposes; who uses them for something stops or may begin."""

    kind: ClassVar[str] = "consent.ConsentChanged"

    account_id: str
    accepted: tuple[str, ...]
    withdrawn: tuple[str, ...]

    @property
    def key(self) -> str:
        """The account."""
        return self.account_id
