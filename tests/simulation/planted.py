"""Mistakes that somebody could make in the log, each as small as it would be in a review.

A simulation that has never found anything proves nothing. Each of these is put in the place of a
real part; ``finds`` is what the judge says of it.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import msgspec

from teahouse.errors import Refused
from teahouse.infra.bus import store as log_store
from teahouse.infra.bus.appender import Item, Stale, _answer
from teahouse.infra.bus.log import ActedTogether, Log
from teahouse.infra.bus.merging import Covers, Merge
from teahouse.infra.bus.several import Live
from teahouse.infra.db.pool import Tx
from teahouse.rooms.service import Room
from teahouse.timeline import store as timeline_store
from teahouse.timeline.service.appending import Additions, TimelineWriter
from tests.simulation import statements as s
from tests.simulation.postgres import Server, Steps, Transaction
from tests.simulation.world import Parts

T = TypeVar("T")
Planting = Callable[[], AbstractContextManager[Parts]]


@contextmanager
def put_in(owner: Any, name: str, what: Any) -> Iterator[Parts]:
    """Replace a function of a module for a while."""
    before = getattr(owner, name)
    setattr(owner, name, what)
    try:
        yield Parts()
    finally:
        setattr(owner, name, before)


@contextmanager
def made_of(**parts: Any) -> Iterator[Parts]:
    """Make a world with other parts."""
    yield Parts(**parts)


# -- positions and wake-ups ------------------------------------------------------------------------


async def append_by_sequence(tx: Tx, entries: Sequence[log_store.Entry]) -> int:
    """Positions from a sequence: in the order of asking, and not of the commits."""
    last: int = await tx.value(s.TAKE_NUMBERS, len(entries))
    first = last - len(entries) + 1
    for pos, entry in enumerate(entries, first):
        await tx.run(s.INSERT_AT, 0, pos, entry.kind, entry.key, entry.body)
    return first


class NeverLooks(Log):
    """Believes in wake-ups: a lost one is lost."""

    async def _poll(self) -> None:
        return


class TakesWhatComes(Log):
    """Applies what it is told of at once, whatever is missing before it."""

    def receive(self, first: int, lives: list[Live], covers: Covers = ()) -> None:
        if first > self.applied:
            self.applied = first - 1
        super().receive(first, lives, covers)


# -- replies ---------------------------------------------------------------------------------------


class AnswersEarly(TimelineWriter):
    """Says that it is there when it is written, which is before it is there."""

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        await super().write(tx, items)
        _answer(items)


INSERT_EVENTS = timeline_store.insert_events


async def insert_what_was_sent(tx: Tx, placed: Sequence[Any], sent: Sequence[Any]) -> int:
    """Does not look whether the transaction was there before."""
    await INSERT_EVENTS(tx, placed, sent)
    return len(sent)


# -- decisions -------------------------------------------------------------------------------------


class NeverAsks(TimelineWriter):
    """Takes each decision as it was taken."""

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        return ()


class AsksOnlyWhenBehind(TimelineWriter):
    """Trusts a worker that has heard of everything, though it had not when it decided (2026)."""

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        return () if current else await super().stale(tx, items, current)


class BelievesItsNo(Additions):
    """Refuses by what it has heard so far."""

    async def decide(self, room: Room, decision: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await decision()
            except Stale:
                await self.log.catch_up()


class WritesAgain(Additions):
    """Decides again when PostgreSQL did not answer, with what may be there already (2026)."""

    async def decide(self, room: Room, decision: Callable[[], Awaitable[T]]) -> T:
        while True:
            applied = self.log.applied
            try:
                return await decision()
            except Stale:
                await self.log.catch_up()
            except Refused:
                if self.log.alone or await self.log.catch_up() == applied:
                    raise


# -- followers and locks ---------------------------------------------------------------------------


class MovesFirst(Log):
    """Says that it has acted, and then acts."""

    async def follow_once(
        self, name: str, by_kind: dict[str, type[Any]], act: ActedTogether
    ) -> bool:
        async with self.db.transaction() as tx:
            cursor = await log_store.take_cursor(tx, name)
            until = self.applied
            if cursor is None or cursor >= until:
                return False
            found = await self._read_kinds(tx, cursor, until, list(by_kind))
            await log_store.move_cursor(tx, name, until)
        async with self.db.transaction() as tx:
            decode = msgspec.msgpack.decode
            await act(tx, [(pos, decode(one.body, type=by_kind[one.kind])) for pos, one in found])
        return False


def append_and_hold(db: Server, tx: Transaction, *values: Any) -> Steps:
    """Holds the head for as long as nobody notices that its holder is gone (2026)."""
    found = yield from s.append(db, tx, *values)
    tx.idle_seconds_max = None
    return found


@contextmanager
def without_limit() -> Iterator[Parts]:
    s.STATEMENTS[log_store.APPEND] = append_and_hold
    try:
        yield Parts()
    finally:
        s.STATEMENTS[log_store.APPEND] = s.append


# -- several shards --------------------------------------------------------------------------------


def behind_none(_merge: Merge[Live], _pos: int) -> list[int]:
    """Takes no shard for one that could still come with something older."""
    return []


def due_at_once(merge: Merge[Live]) -> Iterator[tuple[int, Live]]:
    """Hands on what it has heard, whatever the other shards may come with."""
    while merge._order:
        pos = merge._order.pop(0)
        merge.handed = max(merge.handed, pos)
        yield pos, merge._there.pop(pos)


def append_by_its_own(
    db: Server, tx: Transaction, home: int, held: list[int], *others: Any
) -> Steps:
    """Takes positions by its own heads, and not by the others."""
    newest = max(db.newest(tx, (s.SHARDS, shard)) for shard in held)
    return (yield from s._write_spread(db, tx, newest, home, held, others[:3], others[3]))


def quiet_or_not(db: Server, tx: Transaction, shards: list[int]) -> Steps:
    """Looks at the heads, and not whether anybody has them in hand."""
    yield from ()
    return [(shard, db.seen(tx, (s.SHARDS, shard)), "off") for shard in shards], len(shards)


@contextmanager
def of_shards(**statements: Any) -> Iterator[Parts]:
    """Have statements do something else, in a log of three shards."""
    before = {
        getattr(log_store, name): s.STATEMENTS[getattr(log_store, name)] for name in statements
    }
    s.STATEMENTS.update({getattr(log_store, name): what for name, what in statements.items()})
    try:
        yield Parts(shards=3)
    finally:
        s.STATEMENTS.update(before)


@contextmanager
def merged_by(name: str, what: Any) -> Iterator[Parts]:
    """Merge otherwise, in a log of three shards."""
    with put_in(Merge, name, what):
        yield Parts(shards=3)


PLANTED: dict[str, tuple[Planting, str]] = {
    "position by sequence": (
        lambda: put_in(log_store, "append", append_by_sequence),
        "were committed after",
    ),
    "lost wake-up": (lambda: made_of(log=NeverLooks), "stands at"),
    "holes passed over": (lambda: made_of(log=TakesWhatComes), "would be next"),
    "reply before commit": (lambda: made_of(writer=AnswersEarly), "before it is committed"),
    "double append on retry": (
        lambda: put_in(timeline_store, "insert_events", insert_what_was_sent),
        " made ",
    ),
    "stale access decision": (lambda: made_of(writer=NeverAsks), "is not allowed"),
    "stale when caught up": (lambda: made_of(writer=AsksOnlyWhenBehind), "decided on an old one"),
    "refusal believed at once": (lambda: made_of(additions=BelievesItsNo), "refused on an old"),
    "written again when unknown": (lambda: made_of(additions=WritesAgain), "a fault of ours"),
    "cursor ahead of work": (lambda: made_of(log=MovesFirst), "acted on"),
    "head held for ever": (without_limit, "has no answer"),
    "shards not waited for": (lambda: merged_by("due", due_at_once), "and not ["),
    "quiet shards not looked at": (lambda: merged_by("behind", behind_none), "has no answer"),
    "position by its own shard": (
        lambda: of_shards(APPEND_SPREAD=append_by_its_own),
        "was told of before it was asked",
    ),
    "shard quiet though held": (lambda: of_shards(QUIET=quiet_or_not), "and not ["),
}
