"""What the vault tells the house. It is a wake-up: who misses it finds out within a second."""

from typing import ClassVar

import msgspec


class KeysChanged(msgspec.Struct, frozen=True):
    """A key of the house came into another state; workers read the keys again."""

    kind: ClassVar[str] = "vault.KeysChanged"
    generation: int
    purpose: str
    key_id: str
    version: int
    state: str

    @property
    def key(self) -> str:
        """Announced about a purpose's keys."""
        return self.purpose
