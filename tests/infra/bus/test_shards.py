"""Several shards: one order of all, the same for everybody, and nothing skipped in it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from teahouse.config import BadConfig
from teahouse.errors import Unavailable
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.growing import grow
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.merging import shard_of
from teahouse.infra.db.pool import Database, Tx
from tests.infra.bus.test_log import Rows, Said, ears

SHARDS = 3


def on(shard: int) -> str:
    """Return the name of a room of a shard."""
    names = (f"!r{nth}:s" for nth in range(1000))
    return next(name for name in names if shard_of(name, SHARDS) == shard)


ROOM, OTHER = on(2), on(3)  # after position 1 they have 2 and 3


@pytest.fixture
async def spread(log: Log, dsn: str, wiper: asyncpg.Connection) -> AsyncIterator[Log]:
    """A log that was one shard yesterday, with one announcement from then."""
    async with log.db.transaction() as tx:
        await log.put(tx, Said(ROOM, "of yesterday"))
    await log.stop()
    await grow(dsn, SHARDS)
    one = Log(log.db)
    await one.start()
    yield one
    await one.stop()
    await wiper.execute("delete from log_shards")
    await wiper.execute("insert into log_shards (shard, head) values (0, 0)")


async def say(log: Log, room_id: str, what: str) -> int:
    async with log.db.transaction() as tx:
        return await log.put(tx, Said(room_id, what))


def slow(log: Log, room_id: str) -> tuple[asyncio.Event, asyncio.Event, "asyncio.Task[int]"]:
    """Have somebody hold a room's shard until they are let go."""
    holds, leave = asyncio.Event(), asyncio.Event()

    async def talk() -> int:
        async with log.db.transaction() as tx:
            pos = await log.put(tx, Said(room_id, "slow"))
            holds.set()
            await leave.wait()
        return pos

    return holds, leave, asyncio.ensure_future(talk())


async def test_what_may_still_come_before_it_is_waited_for(spread: Log, database: Database) -> None:
    other = Log(database)
    await other.start()
    heard, overheard = ears(spread), ears(other)
    holds, leave, talk = slow(spread, ROOM)
    await holds.wait()
    quick = asyncio.ensure_future(say(spread, OTHER, "quick"))
    async with database.read() as tx:
        while await tx.value("select count(*) from log_entries where shard > 0") == 0:
            await asyncio.sleep(0)
    assert heard == overheard == [], "it is committed, and something may come before it"
    leave.set()
    first, second = await talk, await quick
    await other.catch_up()
    assert first < second
    assert heard == overheard == [(first, "slow"), (second, "quick")]
    await other.stop()


async def test_who_begins_after_another_comes_after_it_on_whatever_shard(spread: Log) -> None:
    heard = ears(spread)
    places = [await say(spread, room_id, "x") for room_id in (ROOM, OTHER, OTHER, ROOM) * 3]
    assert places == sorted(set(places))
    assert places[0] > 1, "after those of yesterday"
    assert [pos for pos, _ in heard] == places


async def test_sends_to_many_rooms_come_once_and_in_one_order(
    spread: Log, database: Database
) -> None:
    other, rows = Log(database), Rows()
    await other.start()
    heard, overheard = ears(spread), ears(other)
    here, there = Appender(spread), Appender(other)
    asked = [
        (here if number % 2 else there).append(
            rows, [Said(f"!r{number % 7}:s", f"{number}")], number
        )
        for number in range(200)
    ]
    places = await asyncio.gather(*asked)
    await spread.catch_up()
    await other.catch_up()
    assert len(set(places)) == 200
    assert heard == overheard == sorted(heard)
    for room in range(7):
        for half in (0, 1):
            mine = [
                int(what) for _, what in heard if int(what) % 7 == room and int(what) % 2 == half
            ]
            assert mine == sorted(mine), "one worker was asked for them in this order"
    await other.stop()


async def test_a_worker_that_heard_nothing_reads_all_shards(spread: Log) -> None:
    heard = ears(spread)
    for room_id in (ROOM, OTHER):
        async with spread.db.transaction() as tx:
            await spread.put(tx, Said(room_id, room_id))
            tx._hooks.clear()
    await spread.catch_up()
    assert [what for _, what in heard] == [ROOM, OTHER]


async def test_a_follower_acts_once_each_in_order(spread: Log) -> None:
    acted: list[str] = []

    async def act(_tx: Tx, told: Sequence[tuple[int, Said]]) -> None:
        acted.extend(said.what for _, said in told)

    handlers = {Said.kind: Said}
    assert not await spread.follow_once("ears", handlers, act)
    for number in range(6):
        await say(spread, (ROOM, OTHER)[number % 2], f"{number}")
    await spread.follow_once("ears", handlers, act)
    await spread.follow_once("ears", handlers, act)
    assert acted == [f"{number}" for number in range(6)]


async def test_who_slept_until_it_was_trimmed_says_so(spread: Log, database: Database) -> None:
    asleep, told = Log(database), list[str]()
    await asleep.start()
    for task in asleep._tasks:
        task.cancel()  # it looks no more
    asleep.on_deaf = lambda: told.append("deaf")
    await say(spread, ROOM, "unheard")
    async with database.transaction() as tx:
        await tx.run("update log_entries set at = at - interval '25 hours'")
        await spread.trim(tx)
    await say(spread, OTHER, "after that")
    before = asleep.applied
    assert await asleep.catch_up() == before
    assert told == ["deaf"]
    assert await spread.catch_up() == spread.applied > before
    await asleep.stop()


async def test_it_grows_and_does_not_shrink_and_who_knows_of_fewer_writes_nothing(
    log: Log, dsn: str, wiper: asyncpg.Connection
) -> None:
    told: list[str] = []
    log.on_deaf = lambda: told.append("deaf")
    await say(log, ROOM, "one")
    try:
        await grow(dsn, 2)
        with pytest.raises(Unavailable):
            await say(log, ROOM, "with one shard")
        assert [tuple(row) for row in await wiper.fetch("select * from log_shards")] == [
            (1, 1),
            (2, 1),
        ]
        with pytest.raises(BadConfig):
            await grow(dsn, 1)
        two = Log(log.db)
        await two.start()
        two.on_deaf = lambda: told.append("deaf")
        await grow(dsn, SHARDS)
        with pytest.raises(Unavailable):
            await say(two, ROOM, "with two")
        await two.catch_up()
        assert told
        await two.stop()
        assert await wiper.fetchval("select count(*) from log_entries") == 1
    finally:
        await wiper.execute("delete from log_shards")
        await wiper.execute("insert into log_shards (shard, head) values (0, 0)")
