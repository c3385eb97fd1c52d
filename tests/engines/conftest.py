import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.house import Server

Open = Callable[..., Awaitable[Server]]


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that everybody may walk to, as pytest's own is not: PostgreSQL is nobody."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def opens() -> AsyncIterator[Open]:
    """Opens houses, and closes them after the test."""
    opened: list[Server] = []

    async def open_house(data: Path, *options: str, **settings: str) -> Server:
        server = await Server.start(data, *options, **settings)
        opened.append(server)
        return server

    yield open_house
    for server in opened:
        await server.stop()
