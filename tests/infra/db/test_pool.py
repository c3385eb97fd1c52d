"""What a transaction says when PostgreSQL would not go on with it."""

import asyncio

import asyncpg
import pytest

from teahouse.errors import Unavailable
from teahouse.infra.db.pool import Database

LOCK = "select pg_advisory_xact_lock($1)"


async def test_who_loses_a_deadlock_is_told_to_ask_again(database: Database) -> None:
    both_hold = asyncio.Barrier(2)

    async def crossing(first: int, second: int) -> str:
        try:
            async with database.transaction() as tx:
                await tx.value(LOCK, first)
                await both_hold.wait()
                await tx.value(LOCK, second)
        except Unavailable:
            return "ask again"
        return "done"

    ends = await asyncio.gather(crossing(1, 2), crossing(2, 1))
    assert sorted(ends) == ["ask again", "done"]
    async with database.transaction() as tx:
        await tx.value(LOCK, 1)


async def test_who_is_cancelled_ends_though_the_roll_back_fails(database: Database) -> None:
    """A follower that is stopped while PostgreSQL is gone must not take that for "try again"."""
    inside, went_on = asyncio.Event(), False

    async def follow() -> None:
        nonlocal went_on
        try:
            async with database.transaction() as tx:
                inside.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    tx._connection.terminate()
        except Unavailable:
            went_on = True

    task = asyncio.ensure_future(follow())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not went_on


async def test_who_says_nothing_in_a_transaction_loses_it(database: Database) -> None:
    """As when its process was stopped: what it held is free, and it is told to ask again."""
    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await tx.value("select set_config('idle_in_transaction_session_timeout', '20ms', true)")
            await _gone(tx._connection)
            await tx.value("select 1")
    async with database.read() as tx:
        assert await tx.value("show idle_in_transaction_session_timeout") == "1min"


async def _gone(connection: asyncpg.Connection) -> None:
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _: ended.set())
    async with asyncio.timeout(30):
        await ended.wait()
