"""What changed last, and where: of everything that can change, the newest position.

To ask what changed since a place costs what did, or what is asked about, whichever is less; it does
not cost what happened to others meanwhile. What has not changed for longest is forgotten first, and
from there on back nothing can be told.
"""

from collections import OrderedDict, deque
from collections.abc import Collection
from dataclasses import dataclass, field

from teahouse.encryption.service.lists import Moved

KEYS_IN_MEMORY_MAX = 20_000
THINGS_IN_MEMORY_MAX = 50_000


@dataclass(repr=False)
class Lately:
    """Where each of many things changed last, the newest change at the end."""

    floor: int = 0  # what changed at or before it may be forgotten
    most: int = THINGS_IN_MEMORY_MAX
    _last: OrderedDict[str, int] = field(default_factory=OrderedDict[str, int])

    def put(self, key: str, pos: int) -> None:
        """Say that something changed; called in order."""
        self._last[key] = pos
        self._last.move_to_end(key)
        if len(self._last) > self.most:
            _, gone = self._last.popitem(last=False)
            self.floor = gone

    def moved(self, key: str, after: int) -> bool:
        """Tell whether something may have changed after a position."""
        return after < self.floor or self._last.get(key, 0) > after

    def since(self, after: int, among: Collection[str]) -> set[str] | None:
        """Return which of some things changed after a position; ``None``: it is too long ago."""
        if after < self.floor:
            return None
        found: set[str] = set()
        for looked, (key, pos) in enumerate(reversed(self._last.items())):
            if pos <= after:
                return found
            if looked > len(among):
                break
            if key in among:
                found.add(key)
        last = self._last
        return {key for key in among if last.get(key, 0) > after}


@dataclass(repr=False)
class KeysMoved:
    """Whose keys changed, for whom, and where; every change, the newest at the end."""

    floor: int = 0
    most: int = KEYS_IN_MEMORY_MAX
    _moves: deque[tuple[int, Moved]] = field(default_factory=deque[tuple[int, Moved]])

    def put(self, moved: Moved, pos: int) -> None:
        """Say whose keys changed; called in order."""
        self._moves.append((pos, moved))
        if len(self._moves) > self.most:
            self.floor, _ = self._moves.popleft()

    def between(self, after: int, until: int) -> set[Moved] | None:
        """Return whose keys changed in a range; ``None``: it is too long ago."""
        if after < self.floor:
            return None
        found: set[Moved] = set()
        for pos, moved in reversed(self._moves):
            if pos <= after:
                break
            if pos <= until:
                found.add(moved)
        return found
