"""What settings tell the house. No value: it is read where it is sealed."""

from typing import ClassVar

import msgspec


class SettingsChanged(msgspec.Struct, frozen=True):
    """Settings were changed in the console."""

    kind: ClassVar[str] = "settings.SettingsChanged"

    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """The first of them."""
        return self.names[0]
