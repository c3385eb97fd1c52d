"""A living house on a clock that is moved by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living
from tests.rights.waiting import until

FOLLOWERS = {
    "accountdata.forgetting",
    "media.forgetting",
    "push.forgetting",
    "receipts.forgetting",
    "rights.erasures",
    "timeline.following",
}


@pytest.fixture
async def home(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path, wiper: asyncpg.Connection
) -> AsyncIterator[Living]:
    async def listening() -> bool:
        """Whether every follower that erases stands at its place in the log."""
        found = await wiper.fetch("select name from log_cursors")
        return {row["name"] for row in found} >= FOLLOWERS

    async with living(dsn, tmp_path, clock, operator_contact="privacy@tea.example") as one:
        await until(listening)
        yield one
