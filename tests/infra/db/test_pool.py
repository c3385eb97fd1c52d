"""What a transaction says when PostgreSQL would not go on with it."""

import asyncio

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
