"""A house by the mainland's profile, half an hour before midnight in Shanghai."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living
from tests.minors.test_minors import NOW


@pytest.fixture
def clock() -> FixedClock:
    """The evening of 21 November 2026."""
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in which nobody is yet."""
    del database  # it is empty now
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as opened:
        yield opened
