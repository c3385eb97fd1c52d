"""The log's promise: dense positions, in commit order, nothing skipped, nothing lost."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec
import pytest

from teahouse.infra.bus.appender import Appender, Item, Stale
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx


class Said(msgspec.Struct, frozen=True):
    """Somebody said something."""

    kind: ClassVar[str] = "test.Said"
    who: str
    what: str

    @property
    def key(self) -> str:
        return self.who


class Rows:
    """A writer that stores nothing, and finds stale what it is told to, unless memory knows."""

    def __init__(self, stale: Sequence[str] = ()) -> None:
        self.stale_rows = set(stale)
        self.batches: list[list[int]] = []

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        return [item for item in items if item.row in self.stale_rows and not current]

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        if any(item.row == "bad" for item in items):
            raise ValueError("a row that cannot be stored")
        self.batches.append([item.first for item in items])


def ears(log: Log) -> list[tuple[int, str]]:
    heard: list[tuple[int, str]] = []
    log.hear(Said, lambda pos, said: heard.append((pos, said.what)))
    return heard


async def test_heard_in_commit_order_with_no_hole(log: Log) -> None:
    heard = ears(log)

    async def say(number: int) -> None:
        async with log.db.transaction() as tx:
            await log.put(tx, Said("a", str(number)))

    await asyncio.gather(*(say(number) for number in range(40)))
    assert [pos for pos, _ in heard] == list(range(1, 41))


async def test_rolled_back_transactions_leave_no_hole(log: Log) -> None:
    heard = ears(log)
    with pytest.raises(RuntimeError):
        async with log.db.transaction() as tx:
            await log.put(tx, Said("a", "never"))
            raise RuntimeError
    async with log.db.transaction() as tx:
        assert await log.put(tx, Said("a", "yes")) == 1
    assert heard == [(1, "yes")]


async def test_a_held_open_transaction_hides_nothing_from_followers(
    log: Log, database: Database
) -> None:
    """The classic bug: a lower position commits after a higher one and is skipped for ever."""
    heard = ears(log)
    other = Log(database)
    await other.start()
    overheard = ears(other)
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with log.db.transaction() as tx:
            await log.put(tx, Said("a", "slow"))
            entered.set()
            await leave.wait()

    async def quick() -> None:
        async with log.db.transaction() as tx:
            await log.put(tx, Said("b", "quick"))

    first = asyncio.ensure_future(slow())
    await entered.wait()
    second = asyncio.ensure_future(quick())
    await other.catch_up()
    assert overheard == []
    leave.set()
    await asyncio.gather(first, second)
    await other.catch_up()
    assert heard == overheard == [(1, "slow"), (2, "quick")]
    await other.stop()


async def test_late_news_waits_for_what_came_before(log: Log) -> None:
    heard = ears(log)
    lives = [Log.live(Said("a", str(number))) for number in (1, 2, 3)]
    log.receive(2, lives[1:])
    assert heard == []
    log.receive(1, lives[:1])
    assert heard == [(1, "1"), (2, "2"), (3, "3")]
    log.receive(1, lives)
    assert len(heard) == 3


async def test_a_lost_wakeup_is_found_by_reading(log: Log, database: Database) -> None:
    heard = ears(log)
    deaf = Log(database)
    async with database.transaction() as tx:
        await deaf.put(tx, Said("a", "unheard"))
        tx._hooks.clear()
    assert await log.reached(1, 5.0)
    assert heard == [(1, "unheard")]


async def test_who_slept_until_it_was_trimmed_says_so_once_and_hears_no_more(
    log: Log, database: Database
) -> None:
    asleep, told = Log(database), list[str]()
    asleep.on_deaf = lambda: told.append("deaf")
    heard = ears(asleep)

    async def say(what: str) -> None:
        async with database.transaction() as tx:
            await log.put(tx, Said("a", what))

    await say("heard")
    assert await asleep.catch_up() == 1
    for number in range(3):
        await say(f"{number}")
    async with database.transaction() as tx:
        await tx.run("update log_entries set at = at - interval '25 hours'")
        await log.trim(tx)
    await say("after that")
    for _ in range(2):
        assert await asleep.catch_up() == 1
    assert (heard, told) == ([(1, "heard")], ["deaf"])
    assert await log.catch_up() == log.applied == 5, "who was awake goes on"


async def test_sends_that_meet_go_together_and_keep_their_order(log: Log) -> None:
    heard = ears(log)
    rows, appender = Rows(), Appender(log)
    asked = [appender.append(rows, [Said("a", str(n))], n) for n in range(50)]
    positions = await asyncio.gather(*asked)
    assert positions == list(range(1, 51))
    assert [what for _, what in heard] == [str(n) for n in range(50)]
    assert len(rows.batches) < 50


async def test_who_asked_goes_on_before_those_to_whom_it_is_news(log: Log) -> None:
    order: list[str] = []
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    log.hear(Said, lambda pos, _said: told.set_result(pos))

    async def ask() -> None:
        pos = await Appender(log).append(Rows(), [Said("a", "1")], "row")
        assert log.applied >= pos
        order.append("asked")

    async def wait() -> None:
        await told
        order.append("news")

    await asyncio.gather(wait(), ask())
    assert order == ["asked", "news"]


async def test_one_bad_row_does_not_take_the_others_with_it(log: Log) -> None:
    appender, rows = Appender(log), Rows()
    asked = [appender.append(rows, [Said("a", row)], row) for row in ("x", "bad", "y")]
    x, bad, y = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(bad, ValueError)
    assert (x, y) == (1, 2)


async def test_stale_items_are_refused_when_others_have_written(
    log: Log, database: Database
) -> None:
    appender, rows = Appender(log), Rows(stale=["old"])
    assert await appender.append(rows, [Said("a", "1")], "old") == 1
    other = Log(database)
    async with database.transaction() as tx:
        await other.put(tx, Said("b", "elsewhere"))
        tx._hooks.clear()
    old, new = await asyncio.gather(
        appender.append(rows, [Said("a", "2")], "old"),
        appender.append(rows, [Said("a", "3")], "new"),
        return_exceptions=True,
    )
    assert isinstance(old, Stale)
    assert new == 3


async def test_what_was_heard_since_the_decision_counts(log: Log, database: Database) -> None:
    """A worker that has caught up when it writes had not when it decided."""

    class Grounds(Rows):
        """Decisions stand on the position that was applied when they were taken."""

        async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
            assert current, "everything was heard"
            return [item for item in items if item.row != log.applied]

    appender, grounds = Appender(log), Grounds()
    seen = log.applied
    async with database.transaction() as tx:
        await log.put(tx, Said("b", "elsewhere"))
    with pytest.raises(Stale):
        await appender.append(grounds, [Said("a", "1")], seen)
    assert await appender.append(grounds, [Said("a", "1")], log.applied) == 2


async def test_who_holds_the_head_and_says_nothing_loses_it(log: Log) -> None:
    """A worker that stands still does not hold up the others for long, nor announces later."""
    async with log.db.transaction() as tx:
        await log.put(tx, Said("a", "1"))
        assert await tx.value("show idle_in_transaction_session_timeout") == "5s"


async def test_a_follower_acts_once_and_its_cursor_commits_with_its_act(log: Log) -> None:
    acted: list[str] = []

    async def act(tx: Tx, told: Sequence[tuple[int, Said]]) -> None:
        for _, said in told:
            if said.what == "2" and len(acted) < 2:
                acted.append("tried")
                raise RuntimeError
            acted.append(said.what)

    handlers = {Said.kind: Said}
    assert not await log.follow_once("ears", handlers, act)
    for what in ("1", "2"):
        async with log.db.transaction() as tx:
            await log.put(tx, Said("a", what))
    acted.append("start")
    with pytest.raises(RuntimeError):
        acted.clear()
        await log.follow_once("ears", handlers, act)
    acted[:] = ["again", "again"]
    await log.follow_once("ears", handlers, act)
    assert acted == ["again", "again", "1", "2"]
    assert not await log.follow_once("ears", handlers, act)
