"""A house whose clock stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import living
from tests.waitlist.line import Line


@pytest.fixture
async def line(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Line]:
    """A line with nobody in it."""
    async with living(dsn, tmp_path, clock) as home:
        yield Line(home)
