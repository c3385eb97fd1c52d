"""Group commit: sends that arrive while a transaction is in flight go together in the next.

One transaction at a time on each shard, so positions follow the order of asking. Each item says which writer
stores its rows; a batch of many kinds is still one head, one log statement, one commit. Under the
head's lock each writer is asked which of its items were decided on grounds that have moved since:
by memory, where this worker has heard of all that was written, else by PostgreSQL. Those are
refused with ``Stale`` and decided again by whoever asked, and the others go on. Nobody is answered
before the commit.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from teahouse.errors import Unavailable
from teahouse.infra.bus.log import Announcement, Log
from teahouse.infra.bus.merging import Covers, shard_of
from teahouse.infra.bus.several import Live
from teahouse.infra.db.pool import Tx
from teahouse.infra.engines.headroom import Headroom

BATCH_ITEMS_MAX = 256
QUEUE_ITEMS_MAX = 20_000
COMMITS_AT_ONCE_MAX = 4  # of several shards: each has a connection


class Stale(Exception):  # noqa: N818 - a signal to decide again, not an error
    """What the decision stood on has moved; decide again."""


class Refusals(Exception):  # noqa: N818 - an answer to some, not an error
    """A writer found, while writing, that some items cannot go: each with what to raise.

    Keys are ``id(item)``. The transaction is rolled back; the others go on.
    """

    def __init__(self, by_item: dict[int, Exception]) -> None:
        self.by_item = by_item
        super().__init__("refused while writing")


class Item:
    """One append: what is announced, and the row its writer stores with it."""

    __slots__ = ("about", "future", "lives", "places", "row", "writer")

    def __init__(
        self,
        writer: "Writer",
        lives: list[Live],
        row: Any,
        about: str,
        future: "asyncio.Future[int]",
    ) -> None:
        self.writer = writer
        self.lives = lives
        self.row = row
        self.about = about
        self.future = future
        self.places = range(0)

    @property
    def first(self) -> int:
        """The position of what is announced first."""
        return self.places[0]


class Writer(Protocol):
    """Stores the rows of one kind of item."""

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        """Return the items whose grounds have moved since they were decided.

        With ``current`` this worker's caches hold all that comes before the items, and can tell.
        """
        ...

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        """Store the rows; each item's ``places`` are the positions of what it announces."""
        ...


class Appender:
    """A worker's queues into the log: one for each shard."""

    def __init__(self, log: Log, headroom: Headroom | None = None) -> None:
        self._log = log
        self._headroom = headroom
        self._queues: dict[int, list[Item]] = {}
        self._waiting = 0
        self._running: dict[int, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(COMMITS_AT_ONCE_MAX)

    async def append(
        self, writer: Writer, events: Sequence[Announcement], row: Any, about: str = ""
    ) -> int:
        """Store ``row`` and announce ``events`` durably; return the position of the first.

        ``about`` is what else it was decided on than what the events are about. Raises ``Stale``
        when the caller must decide again, ``Unavailable`` when PostgreSQL does not answer or the
        queue is full, ``DiskShort`` when the disk nearly is.
        """
        if self._headroom is not None:
            self._headroom.check()
        if self._waiting >= QUEUE_ITEMS_MAX:
            raise Unavailable("too much is waiting to be written; ask again shortly")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        item = Item(writer, [Log.live(event) for event in events], row, about, future)
        shard = shard_of(item.lives[0].entry.key, self._log.shards)
        self._queues.setdefault(shard, []).append(item)
        self._waiting += 1
        if shard not in self._running:
            self._running[shard] = loop.create_task(self._run(shard))
        return await future

    async def _run(self, shard: int) -> None:
        queue = self._queues[shard]
        try:
            while queue:
                async with self._at_once:
                    batch = queue[:BATCH_ITEMS_MAX]
                    del queue[:BATCH_ITEMS_MAX]
                    self._waiting -= len(batch)
                    await self._commit(batch)
        finally:
            del self._running[shard]

    async def _commit(self, batch: list[Item]) -> None:
        """Commit a batch; when some cannot go, tell them why and commit the others."""
        while batch:
            try:
                await self._transact(batch)
            except Refusals as refused:
                if not refused.by_item:
                    _fail(batch, AssertionError("a writer refused without saying whom"))
                    return
                for item in batch:
                    if (fault := refused.by_item.get(id(item))) is not None:
                        _fail([item], fault)
                batch = [item for item in batch if id(item) not in refused.by_item]
            except Exception as fault:  # noqa: BLE001 - handed to whoever asked
                if len(batch) == 1 or isinstance(fault, Unavailable):
                    _fail(batch, fault)
                    return
                for item in batch:  # one of them is at fault: let the others through
                    await self._commit([item])
                return
            else:
                return

    async def _transact(self, batch: list[Item]) -> None:
        """Commit the batch and answer it, or roll back and raise."""
        log, lives = self._log, [live for item in batch for live in item.lives]
        also = [item.about for item in batch if item.about]
        async with log.db.transaction() as tx:
            await log.know_shards(tx)
            first, covers = await log.append(tx, lives, also)
            places, nth = log.places(first, len(lives)), 0
            by_writer: dict[int, list[Item]] = {}
            for item in batch:
                item.places = places[nth : nth + len(item.lives)]
                nth += len(item.lives)
                by_writer.setdefault(id(item.writer), []).append(item)
            await _check_fresh(tx, by_writer, self._is_current(first, covers))
            for items in by_writer.values():
                await items[0].writer.write(tx, items)
        # It is durable: nothing that happens from here on may say otherwise.
        if not covers and first == log.applied + 1:
            _answer(batch)  # they go on once it is applied here, before those it is news to
        await log.publish(first, lives, covers)
        _answer(batch)

    def _is_current(self, first: int, covers: Covers) -> bool:
        """Tell whether this worker has applied whatever was written before on the same shards."""
        if not covers:
            return first == self._log.applied + 1
        return all(before <= self._log.applied for _, before in covers)


async def _check_fresh(tx: Tx, by_writer: dict[int, list[Item]], current: bool) -> None:
    """Raise ``Refusals`` for what was decided on stale grounds."""
    stale: dict[int, Exception] = {}
    for items in by_writer.values():
        for item in await items[0].writer.stale(tx, items, current):
            stale[id(item)] = Stale()
    if stale:
        raise Refusals(stale)


def _answer(items: Sequence[Item]) -> None:
    for item in items:
        if not item.future.done():
            item.future.set_result(item.first)


def _fail(items: Sequence[Item], fault: BaseException) -> None:
    for item in items:
        if not item.future.done():
            item.future.set_exception(fault)
