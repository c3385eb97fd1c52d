"""Group commit: sends that arrive while a transaction is in flight go together in the next.

One transaction at a time, so positions follow the order of asking. Each item says which writer
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
from teahouse.infra.bus import store
from teahouse.infra.bus.log import Announcement, Live, Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.engines.headroom import Headroom

BATCH_ITEMS_MAX = 256
QUEUE_ITEMS_MAX = 20_000


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

    __slots__ = ("first", "future", "lives", "row", "writer")

    def __init__(
        self, writer: "Writer", lives: list[Live], row: Any, future: "asyncio.Future[int]"
    ) -> None:
        self.writer = writer
        self.lives = lives
        self.row = row
        self.future = future
        self.first = 0


class Writer(Protocol):
    """Stores the rows of one kind of item."""

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        """Return the items whose grounds have moved since they were decided.

        With ``current`` this worker's caches hold all that comes before the items, and can tell.
        """
        ...

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        """Store the rows; each item's ``first`` is its position."""
        ...


class Appender:
    """A worker's queue into the log."""

    def __init__(self, log: Log, headroom: Headroom | None = None) -> None:
        self._log = log
        self._headroom = headroom
        self._queue: list[Item] = []
        self._running: asyncio.Task[None] | None = None

    async def append(self, writer: Writer, events: Sequence[Announcement], row: Any) -> int:
        """Store ``row`` and announce ``events`` durably; return the position of the first.

        Raises ``Stale`` when the caller must decide again, ``Unavailable`` when PostgreSQL does
        not answer or the queue is full, ``DiskShort`` when the disk nearly is.
        """
        if self._headroom is not None:
            self._headroom.check()
        if len(self._queue) >= QUEUE_ITEMS_MAX:
            raise Unavailable("too much is waiting to be written; ask again shortly")
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        lives = [Log.live(event) for event in events]
        self._queue.append(Item(writer, lives, row, future))
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._queue:
                batch = self._queue[:BATCH_ITEMS_MAX]
                del self._queue[:BATCH_ITEMS_MAX]
                await self._commit(batch)
        finally:
            self._running = None

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
        lives = [live for item in batch for live in item.lives]
        async with self._log.db.transaction() as tx:
            first = await store.append(tx, [live.entry for live in lives])
            position = first
            by_writer: dict[int, list[Item]] = {}
            for item in batch:
                item.first = position
                position += len(item.lives)
                by_writer.setdefault(id(item.writer), []).append(item)
            await _check_fresh(tx, by_writer, first == self._log.applied + 1)
            for items in by_writer.values():
                await items[0].writer.write(tx, items)
        # It is durable: nothing that happens from here on may say otherwise.
        if first == self._log.applied + 1:
            _answer(batch)  # they go on once it is applied here, before those it is news to
        await self._log.publish(first, lives)
        _answer(batch)


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
