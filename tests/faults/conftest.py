import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import House

OpenHouse = Callable[..., Awaitable[House]]


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that PostgreSQL's user may walk to."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def opens(place: Path) -> AsyncIterator[OpenHouse]:
    """Opens houses, and closes them after the test."""
    opened: list[House] = []

    async def open_house(*options: str) -> House:
        house = House(place / f"data{len(opened)}", *options)
        opened.append(house)
        await house.open()
        return house

    yield open_house
    for house in opened:
        await house.close()
