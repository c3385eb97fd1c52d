"""Telling other workers to look now. Losing it loses nothing: ``neighbours`` has the way by NATS."""

from collections.abc import Callable
from typing import Protocol

from teahouse.infra.bus.merging import Covers
from teahouse.infra.bus.store import Entry

Told = Callable[[int, list[Entry], Covers], None]
Overheard = Callable[[str, str, bytes], None]


class Wakeup(Protocol):
    """A way to reach the other workers."""

    async def listen(self, told: Told, overheard: Overheard) -> None:
        """Begin to hear the others."""
        ...

    async def tell(self, first: int, entries: list[Entry], covers: Covers) -> None:
        """Send committed entries, best effort."""
        ...

    async def whisper(self, kind: str, key: str, body: bytes) -> None:
        """Send what is not kept, best effort."""
        ...

    async def close(self) -> None:
        """Leave."""
        ...


class Alone:
    """One worker: there is nobody to tell."""

    async def listen(self, told: Told, overheard: Overheard) -> None:
        """Hear nobody."""

    async def tell(self, first: int, entries: list[Entry], covers: Covers) -> None:
        """Tell nobody."""

    async def whisper(self, kind: str, key: str, body: bytes) -> None:
        """Tell nobody."""

    async def close(self) -> None:
        """Nothing to leave."""
