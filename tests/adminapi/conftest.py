"""A house that knows the shared secret of Synapse's tools."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.adminapi.tools import SECRET
from tests.living import Living, living


@pytest_asyncio.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock, registration_shared_secret=SECRET) as found:
        yield found
