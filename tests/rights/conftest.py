"""A living house on a clock that is moved by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living


@pytest.fixture
async def home(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock, operator_contact="privacy@tea.example") as one:
        yield one
