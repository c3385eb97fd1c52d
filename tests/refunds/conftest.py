"""A house by the mainland's profile, on a Wednesday morning, in which a minor may pay."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living
from tests.screentime.conftest import NOW


@pytest.fixture
def clock() -> FixedClock:
    """The morning of 18 November 2026."""
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in which nobody is yet."""
    del database  # it is empty now
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as opened:
        yield opened
