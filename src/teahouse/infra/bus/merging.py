"""How several shards come into one order: pure, and one for each worker.

Whoever takes a position holds its shard's head and has seen every head by then, so the position comes
after all that was committed before. It may be less than one that another shard takes meanwhile. So an
entry may be handed on once all shards are **level** with it: nothing can come before it any more. A
shard is level with a position when it has gone past it, or when it was quiet, for a moment, after
something at that position was committed. Either way all of it up to there has been heard.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from zlib import crc32

L = TypeVar("L")

# Each shard whose head an append has moved, and where that stood before.
Covers = Sequence[tuple[int, int]]

SHARDS_MAX = 64
SPREAD = ("!", "@")  # rooms and people; the rest is little, and is on the first shard


def shard_of(key: str, shards: int) -> int:
    """Return the shard on which a key's announcements are."""
    if shards <= 1:
        return 0
    return 1 + crc32(key.encode()) % shards if key.startswith(SPREAD) else 1


@dataclass(frozen=True)
class Batch(Generic[L]):
    """Entries that were committed together, on one of the shards that they cover."""

    places: range
    entries: Sequence[L]
    covers: Covers


@dataclass(repr=False)
class Merge(Generic[L]):
    """What has been heard and may not be handed on yet."""

    level: dict[int, int]  # of each shard up to where all of it has been heard
    handed: int  # everything up to here was handed on
    _early: list[Batch[L]] = field(default_factory=list[Batch[L]])
    _there: dict[int, L] = field(default_factory=dict[int, L])
    _order: list[int] = field(default_factory=list[int])

    @classmethod
    def at(cls, shards: Iterable[int], pos: int) -> "Merge[L]":
        """Return a merge of shards of which everything up to a position is known."""
        return cls(dict.fromkeys(shards, pos), pos)

    @property
    def is_early(self) -> bool:
        """Whether something was heard before what it follows on."""
        return bool(self._early)

    @property
    def newest(self) -> int:
        """The newest position that waits to be handed on; 0: none does."""
        return max(self._order, default=0)

    def take(self, batch: Batch[L]) -> None:
        """Take what was heard, in any order and as often as it comes."""
        self._early.append(batch)
        moved = True
        while moved:
            waiting, self._early = self._early, []
            for one in waiting:
                if not self._follows(one):
                    self._early.append(one)
            moved = len(self._early) < len(waiting)

    def _follows(self, batch: Batch[L]) -> bool:
        """Put a batch in its place if all before it on its shards is known."""
        if any(before > self.level[shard] for shard, before in batch.covers):
            return False
        self.put(zip(batch.places, batch.entries, strict=True))
        self.reach((shard, batch.places[-1]) for shard, _ in batch.covers)
        return True

    def put(self, found: Iterable[tuple[int, L]]) -> None:
        """Take committed entries, whatever else is known of their shards."""
        for pos, entry in found:
            if pos > self.handed and pos not in self._there:
                self._there[pos] = entry
                heapq.heappush(self._order, pos)

    def reach(self, known: Iterable[tuple[int, int]]) -> None:
        """Say up to where all of each shard has been heard."""
        for shard, pos in known:
            self.level[shard] = max(self.level[shard], pos)

    def quiet(self, found: Iterable[tuple[int, int]], until: int) -> bool:
        """Say that nobody was writing on shards, with their heads, after ``until`` was committed.

        Tell whether all that they have is known.
        """
        whole = True
        for shard, head in found:
            if head <= self.level[shard]:
                self.level[shard] = max(self.level[shard], until)
            else:
                whole = False
        return whole

    def behind(self, pos: int) -> list[int]:
        """Return the shards that are not level with a position."""
        return [shard for shard, level in self.level.items() if level < pos]

    def due(self) -> Iterable[tuple[int, L]]:
        """Hand on, in order, what nothing can come before any more."""
        until = min(self.level.values())
        while self._order and self._order[0] <= until:
            pos = heapq.heappop(self._order)
            self.handed = pos
            yield pos, self._there.pop(pos)
        self.handed = max(self.handed, until)
        if self._early:  # what has been read meanwhile need not be waited for
            self._early = [one for one in self._early if one.places[-1] > self.handed]


def heads_read(heads: Mapping[int, int], last: int | None) -> list[tuple[int, int]]:
    """Return up to where shards are known after reading them, to ``last`` if there may be more."""
    return [(shard, head if last is None else min(head, last)) for shard, head in heads.items()]
