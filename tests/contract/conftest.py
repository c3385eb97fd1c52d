from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.contract.cast import Cast
from tests.contract.digest import Digest
from tests.living import Living


@pytest.fixture
async def cast(house: Living, dsn: str) -> AsyncIterator[Cast]:
    """A house with people in it, and a way to see whether anything changed."""
    connection = await asyncpg.connect(dsn)
    await house.house.doors.notices.statements.keys()  # made when they are first needed
    yield await Cast.gather(house, await Digest.over(connection))
    await connection.close()
