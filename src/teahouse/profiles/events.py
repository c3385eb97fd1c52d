"""What profiles tell the rest of the house. Nothing personal: values are asked for by id."""

from typing import ClassVar

import msgspec


class ProfileChanged(msgspec.Struct, frozen=True):
    """A field of a profile was written or removed."""

    kind: ClassVar[str] = "profiles.ProfileChanged"
    account_id: str
    user_id: str
    name: str

    @property
    def key(self) -> str:
        """Whom it is about."""
        return self.user_id
