"""What encryption tells the house: ids only, never a key or a letter."""

from typing import ClassVar

import msgspec


class DeviceKeysChanged(msgspec.Struct, frozen=True, array_like=True):
    """A person's devices, or what they show, are not what they were.

    It concerns those who are in ``room_ids`` with them, or ``told`` alone when that is not empty.
    """

    kind: ClassVar[str] = "encryption.DeviceKeysChanged"
    user_id: str
    told: str
    room_ids: list[str]

    @property
    def key(self) -> str:
        """Whose."""
        return self.user_id


class KeyStockChanged(msgspec.Struct, frozen=True, array_like=True):
    """Some devices have more, or fewer, one-time keys here; or a fallback key was used."""

    kind: ClassVar[str] = "encryption.KeyStockChanged"
    user_id: str
    session_ids: list[str]

    @property
    def key(self) -> str:
        """Whose."""
        return self.user_id


class LettersSent(msgspec.Struct, frozen=True, array_like=True):
    """There is a letter for some of a person's devices."""

    kind: ClassVar[str] = "encryption.LettersSent"
    user_id: str
    session_ids: list[str]

    @property
    def key(self) -> str:
        """Whose."""
        return self.user_id
