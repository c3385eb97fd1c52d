"""The gate as people meet it, and in test mode."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from tests.gate.house import House, open_house


@pytest_asyncio.fixture
async def house(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[House]:
    async with open_house(database, log, clock, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def test_house(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[House]:
    """In test mode."""
    settings = {"test_mode": True, "registration_shared_secret": "secret"}
    async with open_house(database, log, clock, tmp_path, **settings) as opened:
        yield opened
