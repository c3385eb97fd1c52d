"""Reading several shards: until what has been heard has nothing before it any more.

A shard that nobody writes to says nothing of itself. So whoever has heard something looks at those
that are not level with it, and takes a lock that writers take; where it is free at once, whatever
comes later comes after.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.infra.bus import store
from teahouse.infra.bus.merging import Merge, heads_read
from teahouse.infra.bus.store import Entry
from teahouse.infra.db.pool import Database

HOLE_SECONDS = 0.005
LEVEL_SECONDS = 0.001, 0.05  # between two looks at shards that are being written to
READ_ENTRIES_MAX = 1000


class Live(msgspec.Struct, frozen=True):
    """An entry on its way to this worker's caches: the object itself when it was made here."""

    entry: Entry
    event: Any = None


@dataclass(frozen=True, repr=False)
class Several:
    """A worker's end of a log of several shards."""

    db: Database
    merge: Merge[Live]
    hand_on: Callable[[Merge[Live]], None]
    deafen: Callable[[str], None]

    @classmethod
    async def at_heads(
        cls, db: Database, hand_on: Callable[[Merge[Live]], None], deafen: Callable[[str], None]
    ) -> "Several":
        """Stand where nothing can be written any more at what lies behind, on any shard."""
        pause, pause_max = LEVEL_SECONDS
        async with db.read() as tx:
            heads = await store.heads(tx)
        head = max(heads.values())
        behind = {shard for shard, one in heads.items() if one < head}
        while behind:
            async with db.read() as tx:
                behind -= {shard for shard, _ in await store.quiet(tx, sorted(behind))}
            if behind:
                await asyncio.sleep(pause)
                pause = min(2 * pause, pause_max)
        return cls(db, Merge.at(heads, head), hand_on, deafen)

    @property
    def shards(self) -> int:
        """How many there are."""
        return len(self.merge.level)

    @property
    def waits(self) -> bool:
        """Whether anything was heard that may not be handed on yet."""
        return self.merge.is_early or self.merge.newest > 0

    async def catch_up(self) -> int:
        """Read until all that was committed when it was called is handed on; return up to where."""
        merge, goal = self.merge, 0
        pause, pause_max = LEVEL_SECONDS
        while True:
            async with self.db.read() as tx:
                heads = await store.heads(tx)
                if len(heads) != self.shards:
                    self.deafen("the log has other shards now")
                    return merge.handed
                until = max(heads.values())
                goal = goal or until
                if merge.handed >= goal:
                    return merge.handed
                quiet = await store.quiet(tx, merge.behind(until))
                after = merge.handed
                found = await store.read_spread(tx, self.shards, after, READ_ENTRIES_MAX)
                trimmed = await store.trimmed(tx)
            if trimmed > after:
                self.deafen(f"what came after {after} is not kept any more")
                return merge.handed
            full = len(found) == READ_ENTRIES_MAX
            merge.put((pos, Live(entry)) for pos, entry in found)
            merge.reach(heads_read(heads, found[-1][0] if full else None))
            if not full:
                merge.reach(quiet)
                merge.quiet(quiet, until)
            self.hand_on(merge)
            if not full and merge.handed < goal:  # somebody is writing what may come before it
                await asyncio.sleep(pause)
                pause = min(2 * pause, pause_max)

    async def bring_level(self) -> None:
        """Look at the shards that hold up what has been heard, until nothing waits any more."""
        merge = self.merge
        pause, pause_max = LEVEL_SECONDS
        while self.waits:
            whole = not merge.is_early
            if whole:
                until = merge.newest
                async with self.db.read() as tx:
                    quiet = await store.quiet(tx, merge.behind(until))
                whole = merge.quiet(quiet, until)
                self.hand_on(merge)
            if not whole:  # give a straggler a moment, then read what is missing
                await asyncio.sleep(HOLE_SECONDS)
                await self.catch_up()
            elif merge.newest:
                await asyncio.sleep(pause)
                pause = min(2 * pause, pause_max)
