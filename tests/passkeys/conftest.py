"""A house that people reach by a name, at a time that tests choose."""

from collections.abc import AsyncIterator

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living

ORIGIN = "https://tea.example"


@pytest.fixture
async def house(
    database: Database, dsn: str, clock: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Living]:
    folder = tmp_path_factory.mktemp("data")
    async with living(dsn, folder, clock, public_url=ORIGIN) as home:
        yield home


@pytest.fixture
async def ada(house: Living) -> Person:
    return await house.person("ada")
