"""A house that serves, and opening it from beside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from teahouse.app import House


@dataclass(frozen=True)
class Place:
    """Where a server that runs now is reached, and its data directory."""

    host: str
    port: int
    root: int  # the supervisor's process
    data: str
    settings: dict[str, str] = field(default_factory=dict[str, str])  # that the server was given

    @property
    def dsn(self) -> str:
        """Its PostgreSQL."""
        from teahouse.infra.engines.connection import read_engines  # noqa: PLC0415 - as below
        from teahouse.infra.engines.places import DataDir  # noqa: PLC0415

        engines = read_engines(DataDir(Path(self.data)))
        assert engines is not None, "it runs"
        return engines.dsn

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["House"]:
        """Open the house beside the server, with the same keys."""
        from teahouse.app import open_house  # noqa: PLC0415 - users' processes need no house
        from teahouse.config import Config  # noqa: PLC0415

        async with open_house(Config(data_dir=self.data, test_mode=True), self.dsn) as house:
            yield house
