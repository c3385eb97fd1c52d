"""Services are tried in a house in this process, and one against a real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from teahouse.appservices.model import parse
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.appservices.bridge import Bridge, listening, registration
from tests.engines.conftest import opens, place
from tests.living import Living, living

__all__ = ["opens", "place"]


@pytest_asyncio.fixture
async def bridge() -> AsyncIterator[Bridge]:
    async with listening() as found:
        yield found


@pytest_asyncio.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, bridge: Bridge, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house that the bridge was let into."""
    async with living(dsn, tmp_path, clock) as found:
        await found.house.programs.appservices.keeping.add(
            "cli:tea", parse(registration(bridge.url))
        )
        yield found
