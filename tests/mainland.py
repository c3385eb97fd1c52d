"""A house by the mainland's profile; whoever uses it says at what time, by a ``clock``."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in which nobody is yet."""
    del database  # it is empty now
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as opened:
        yield opened
