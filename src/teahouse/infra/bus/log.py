"""The log as one worker sees it: append, hear, follow.

``put`` appends inside a transaction. After the commit the entries are applied here at once and
sent to the other workers; each worker applies positions strictly in order. A hole means "read
PostgreSQL"; a slow poll finds what no wake-up told. So losing a wake-up costs a moment, never an
event, and a cache that listens through ``hear`` sees everything once, in order.

With several shards (``merging``) a worker also has to learn that nothing can come any more before
what it has heard: it looks whether the other shards are quiet.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from teahouse.errors import Unavailable
from teahouse.infra.bus import store
from teahouse.infra.bus.merging import Batch, Covers, Merge, shard_of
from teahouse.infra.bus.several import HOLE_SECONDS, READ_ENTRIES_MAX, Live, Several
from teahouse.infra.bus.store import Entry
from teahouse.infra.bus.wakeup import Alone, Wakeup
from teahouse.infra.db.pool import Database, Tx

POLL_SECONDS = 0.5
KEPT_HOURS = 24
FOLLOW_ENTRIES_MAX = 200
COLLECT_SECONDS = (
    0.03  # for what comes meanwhile: a transaction costs a follower more than its work
)
FOLLOW_SECONDS = 5.0  # how often a follower looks although nothing of its kind was heard
LEAP_POSITIONS = 10**12  # more than anybody can have announced since a back-up was made
SETTLING_SECONDS = 0.05
IDLE_POSITIONS_MAX = 10_000  # a cursor that has nothing to do is moved this seldom


class Announcement(Protocol):
    """A struct of some domain's ``events.py``."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """What it is about: a user, a room, a scope."""
        ...


A = TypeVar("A", bound=Announcement)
Heard = Callable[[int, Any], None]
Acted = Callable[[Tx, int, Any], Awaitable[None]]
ActedTogether = Callable[[Tx, Sequence[tuple[int, Any]]], Awaitable[None]]
Whispered = Callable[[str, bytes], None]


class Log:
    """One worker's end of the log."""

    def __init__(self, db: Database, wakeup: Wakeup | None = None) -> None:
        self.db = db
        self._wakeup: Wakeup = wakeup or Alone()
        self.applied = 0
        self.shards = 0  # not known before the first use
        self._several: Several | None = None  # once it has started, if they are
        self._early: dict[int, Live] = {}
        self._types: dict[str, type[Any]] = {}
        self._heard: dict[str, list[Heard]] = {}
        self._batch_ends: list[Callable[[int], None]] = []
        self._whispers: dict[str, list[Whispered]] = {}
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._filling: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._nudges: dict[str, list[asyncio.Event]] = {}
        self._followers: dict[str, list[str]] = {}
        self._gaps: list[tuple[int, int]] = []
        self._is_deaf = False
        self.on_deaf: Callable[[], None] = lambda: None  # whoever runs a worker ends it

    @property
    def alone(self) -> bool:
        """Whether this worker is the only one, so that what it has applied is all there is."""
        return isinstance(self._wakeup, Alone) and self.shards == 1

    # -- writing ---------------------------------------------------------------------------

    async def put(self, tx: Tx, *events: Announcement) -> int:
        """Announce ``events`` when ``tx`` commits and return the position of the first.

        Call it after every other lock is taken: it holds the head until the commit. Rows that
        carry a position are written after it, in the same transaction: of people and rooms only
        those that the events are about.
        """
        lives = [self.live(event) for event in events]
        await self.know_shards(tx)
        first, covers = await self.append(tx, lives, ())

        async def publish() -> None:
            await self.publish(first, lives, covers)

        tx.after_commit(publish)
        return first

    def places(self, first: int, count: int) -> range:
        """Return the positions of so many that were announced together, by that of the first."""
        step = max(1, self.shards)
        return range(first, first + count * step, step)

    async def know_shards(self, tx: Tx) -> None:
        """Learn how many shards there are, if nobody has started this log."""
        if self.shards == 0:
            self.shards = len(await store.heads(tx))

    async def append(
        self, tx: Tx, lives: Sequence[Live], also: Sequence[str]
    ) -> tuple[int, Covers]:
        """Write entries; return the position of the first, and which shards' heads have moved.

        Nobody else writes about what they are about, nor about ``also``, before the commit.
        """
        entries, covers = [live.entry for live in lives], list[tuple[int, int]]()
        if self.shards == 1:
            first = await store.append(tx, entries)
        else:
            keys = {*(entry.key for entry in entries), *also}
            covers = await store.hold(tx, sorted({shard_of(key, self.shards) for key in keys}))
            home, held = shard_of(entries[0].key, self.shards), [shard for shard, _ in covers]
            first = await store.append_spread(tx, home, held, entries, self.shards)
        if first is None:
            raise Unavailable("The log has other shards than this worker knows: start it again.")
        return first, covers

    @staticmethod
    def live(event: Announcement) -> Live:
        """Encode an announcement once, keeping the object for this worker's own listeners."""
        return Live(Entry(event.kind, event.key, msgspec.msgpack.encode(event)), event)

    @staticmethod
    async def rewrite(tx: Tx, told: Sequence[tuple[int, Announcement]]) -> None:
        """Replace what the log keeps at positions, for words that must be gone from it.

        Nobody is told: who has heard it knows by another announcement, and who has not will read
        the new one.
        """
        await store.rewrite(tx, [(pos, msgspec.msgpack.encode(event)) for pos, event in told])

    @staticmethod
    async def kept_from(tx: Tx) -> int | None:
        """Return the position of the oldest entry that is kept; ``None``: there is none."""
        return await store.kept_from(tx)

    async def publish(self, first: int, lives: list[Live], covers: Covers = ()) -> None:
        """Apply committed entries here, tell the other workers, and wait until applied."""
        self.receive(first, lives, covers)
        await self._wakeup.tell(first, [live.entry for live in lives], covers)
        if self.shards == 1 or self._several is not None:
            await self.reached(self.places(first, len(lives))[-1], 2.0)

    # -- reading, in this worker -----------------------------------------------------------

    def hear(self, event_type: type[A], handler: Callable[[int, A], None]) -> None:
        """Call ``handler(pos, event)`` for each such event, in order, in every worker."""
        self._types[event_type.kind] = event_type
        self._heard.setdefault(event_type.kind, []).append(handler)

    def on_applied(self, handler: Callable[[int], None]) -> None:
        """Call ``handler(applied)`` after each run of entries has been applied."""
        self._batch_ends.append(handler)

    def receive(self, first: int, lives: list[Live], covers: Covers = ()) -> None:
        """Take entries from anywhere, in any order; apply what is next in line."""
        if covers:
            self._receive_of_several(Batch(self.places(first, len(lives)), lives, covers))
            return
        for offset, live in enumerate(lives):
            if first + offset > self.applied:
                self._early[first + offset] = live
        before = self.applied
        while (live := self._early.pop(self.applied + 1, None)) is not None:
            self.applied += 1
            self._apply(live)
        if self.applied != before:
            self._settle()
        if self._early and self._filling is None:
            self._filling = self._spawn(self._fill_hole())

    def _receive_of_several(self, batch: Batch[Live]) -> None:
        """Take entries of several shards; see to it that what waits for others need not for long."""
        if self._several is None:
            return  # it has not started, and hears of nothing
        self._several.merge.take(batch)
        self._hand_on(self._several.merge)
        if self._filling is None and self._several.waits:
            self._filling = self._spawn(self._level())

    async def _level(self) -> None:
        assert self._several is not None, "only then anything waits"
        try:
            await self._several.bring_level()
        except Unavailable:
            pass  # the poll tries again
        finally:
            self._filling = None

    def _hand_on(self, merge: Merge[Live]) -> None:
        before = self.applied
        for pos, live in merge.due():
            self.applied = pos
            self._apply(live)
        self.applied = merge.handed
        if self.applied != before:
            self._settle()

    def _apply(self, live: Live) -> None:
        for nudge in self._nudges.get(live.entry.kind, ()):
            nudge.set()
        handlers = self._heard.get(live.entry.kind)
        if not handlers:
            return
        event = live.event
        if event is None:
            event_type = self._types[live.entry.kind]
            event = msgspec.msgpack.decode(live.entry.body, type=event_type)
        for handler in handlers:
            try:
                handler(self.applied, event)
            except Exception as fault:  # noqa: BLE001 - one listener must not deafen the others
                self._complain(live.entry.kind, fault)

    def _settle(self) -> None:
        for handler in self._batch_ends:
            handler(self.applied)
        if self._waiting:
            late: list[tuple[int, asyncio.Future[None]]] = []
            for pos, future in self._waiting:
                if pos > self.applied:
                    late.append((pos, future))
                elif not future.done():
                    future.set_result(None)
            self._waiting = late

    async def reached(self, pos: int, seconds: float) -> bool:
        """Wait until this worker has applied ``pos``; tell whether it has in ``seconds``."""
        if self.applied >= pos:
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((pos, future))
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        return True

    async def catch_up(self) -> int:
        """Read PostgreSQL until nothing is newer, and return the position then applied.

        What was trimmed while this worker slept will never be heard: then it is deaf for good, says
        so once by ``on_deaf``, and goes no further.
        """
        if self._several is not None:
            return await self._several.catch_up()
        while True:
            async with self.db.read() as tx:
                after = self.applied
                found = await store.read(tx, after, READ_ENTRIES_MAX)
            if found and found[0][0] > after + 1:  # they are dense: what is between was trimmed
                self._deafen(f"what came after {after} is not kept any more")
                return self.applied
            if found:
                self.receive(found[0][0], [Live(entry) for _, entry in found])
            if len(found) < READ_ENTRIES_MAX:
                return self.applied

    def _deafen(self, why: str) -> None:
        if not self._is_deaf:
            self._is_deaf = True
            self._complain("log", LookupError(why))
            self.on_deaf()

    # -- whispers: things worth telling but not keeping (who is typing) ------------------------

    def on_whisper(self, kind: str, handler: Whispered) -> None:
        """Call ``handler(key, body)`` for each whisper of a kind, in every worker."""
        self._whispers.setdefault(kind, []).append(handler)

    async def whisper(self, kind: str, key: str, body: bytes) -> None:
        """Tell every worker now; nothing is stored, and one who is not there never hears."""
        self.overhear(kind, key, body)
        await self._wakeup.whisper(kind, key, body)

    def overhear(self, kind: str, key: str, body: bytes) -> None:
        """Hand a whisper to this worker's listeners."""
        for handler in self._whispers.get(kind, ()):
            handler(key, body)

    # -- durable followers -----------------------------------------------------------------

    def follow(self, name: str, *handlers: tuple[type[Any], Acted]) -> None:
        """Act on announcements once each, from a cursor kept in PostgreSQL.

        ``handlers`` are pairs of an event type and ``async (tx, pos, event)``; its effects and
        the cursor commit together. A handler that raises is tried again after a second.
        """
        acts: dict[type[Any], Acted] = dict(handlers)

        async def one_by_one(tx: Tx, told: Sequence[tuple[int, Any]]) -> None:
            for pos, event in told:
                await acts[type(event)](tx, pos, event)

        self.follow_together(name, list(acts), one_by_one)

    def follow_together(
        self, name: str, event_types: Sequence[type[Any]], act: ActedTogether
    ) -> None:
        """Act as :meth:`follow` does, on all that a transaction has room for at once.

        ``act`` is ``async (tx, [(pos, event), …])``, in order: for what is cheap for many together.
        """
        by_kind = {event_type.kind: event_type for event_type in event_types}
        nudge = asyncio.Event()
        self._followers[name] = list(by_kind)
        for kind in by_kind:
            self._nudges.setdefault(kind, []).append(nudge)
        self._spawn(self._follow(name, by_kind, act, nudge))

    async def _follow(
        self, name: str, by_kind: dict[str, type[Any]], act: ActedTogether, nudge: asyncio.Event
    ) -> None:
        while True:
            nudge.clear()
            more = False
            try:
                more = await self.follow_once(name, by_kind, act)
            except Unavailable:
                nudge.clear()
            except Exception as fault:  # noqa: BLE001 - one bad event must not end the follower
                self._complain(name, fault)
            if not more:
                try:
                    async with asyncio.timeout(FOLLOW_SECONDS):
                        await nudge.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(COLLECT_SECONDS)

    async def follow_once(
        self, name: str, by_kind: dict[str, type[Any]], act: ActedTogether
    ) -> bool:
        """Act on one batch and tell whether there may be more."""
        async with self.db.transaction() as tx:
            cursor = await store.take_cursor(tx, name)
            until = self.applied
            if cursor is None:
                await store.new_cursor(tx, name, until)
                return False
            if cursor >= until:
                return False
            kinds = list(by_kind)
            found = await self._read_kinds(tx, cursor, until, kinds)
            if found:
                decode = msgspec.msgpack.decode
                told = [(pos, decode(one.body, type=by_kind[one.kind])) for pos, one in found]
                await act(tx, told)
            if not found and until - cursor < IDLE_POSITIONS_MAX:
                return False  # nothing to do: a commit that only moves the cursor is waste
            full = len(found) == FOLLOW_ENTRIES_MAX
            await store.move_cursor(tx, name, found[-1][0] if full else until)
        return full

    async def _read_kinds(
        self, tx: Tx, after: int, until: int, kinds: list[str]
    ) -> list[tuple[int, Entry]]:
        if self.shards == 1:
            return await store.read_kinds(tx, after, until, kinds, FOLLOW_ENTRIES_MAX)
        wanted = after, until, kinds, FOLLOW_ENTRIES_MAX
        return await store.read_kinds_spread(tx, self.shards, *wanted)

    def _complain(self, name: str, fault: Exception) -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": f"listener {name}", "exception": fault})

    async def trim(self, tx: Tx) -> None:
        """Forget entries that every follower has acted on and that are a day old."""
        await store.trim(tx, self.applied, KEPT_HOURS)

    async def is_followed(self, tx: Tx, name: str) -> bool:
        """Tell whether a follower has begun: whatever is announced from now on, it acts on."""
        return await store.has_cursor(tx, name)

    async def settled(self, seconds: float) -> bool:
        """Wait until every follower here has acted on all there is; tell whether it has."""
        try:
            async with asyncio.timeout(seconds):
                for name, kinds in self._followers.items():
                    late = await self._is_behind(name, kinds)
                    while late:
                        await asyncio.sleep(SETTLING_SECONDS)
                        late = await self._is_behind(name, kinds)
        except TimeoutError:
            return False
        return True

    async def _is_behind(self, name: str, kinds: list[str]) -> bool:
        async with self.db.read() as tx:
            return await store.behind(tx, name, kinds)

    # -- brought back from a back-up -----------------------------------------------------------

    @staticmethod
    async def leap(tx: Tx, now: datetime) -> int:
        """Go on far behind whatever the house announced after the back-up was made.

        No position is then ever given a second time, so that a place that a client holds from the
        time that was lost is known for one: :meth:`is_lost`. Nobody may be listening.
        """
        return await store.leap(tx, LEAP_POSITIONS, now)

    def is_lost(self, pos: int) -> bool:
        """Tell whether a position is of a time that is not in this database any more."""
        return any(ended < pos < begins for ended, begins in self._gaps)

    # -- living ----------------------------------------------------------------------------

    async def start(self) -> None:
        """Stand at the head of the log and begin to listen."""
        async with self.db.read() as tx:
            head = await store.head(tx)
            self._gaps = await store.gaps(tx)
        if head is None:
            self._several = await Several.at_heads(self.db, self._hand_on, self._deafen)
            self.applied, self.shards = self._several.merge.handed, self._several.shards
        else:
            self.applied, self.shards = head, 1

        def told(first: int, entries: list[Entry], covers: Covers) -> None:
            self.receive(first, [Live(entry) for entry in entries], covers)

        await self._wakeup.listen(told, self.overhear)
        self._spawn(self._poll())

    async def stop(self) -> None:
        """Stop listening; what was committed is in PostgreSQL."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wakeup.close()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _fill_hole(self) -> None:
        """Give a straggler a moment, then read what is missing."""
        try:
            await asyncio.sleep(HOLE_SECONDS)
            if self._early:
                await self.catch_up()
        except Unavailable:
            pass  # the poll tries again
        finally:
            self._filling = None

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.catch_up()
                if self.shards == 1:
                    await self._check_alone()
            except Unavailable:
                continue
            except Exception as fault:  # noqa: BLE001 - whatever it was, look again: this finds all
                self._complain("poll", fault)

    async def _check_alone(self) -> None:
        """Go deaf when the only shard has become several."""
        async with self.db.read() as tx:
            if await store.head(tx) is None:
                self._deafen("the log has several shards now")
