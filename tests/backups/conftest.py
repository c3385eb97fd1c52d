"""A house on a database, another database that is empty, and what brings the one into the other."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.backups.model.manifest import Manifest
from teahouse.backups.service.restoring import Restoring, check_for, read_through
from teahouse.backups.service.returning import Returned
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sources import key_source
from tests.living import Living, living


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path / "one", clock) as one:
        yield one


@pytest.fixture
async def empty(postgres_dsn: str) -> AsyncIterator[str]:
    """A database with nothing in it."""
    name = f"tea_{random.SystemRandom().getrandbits(40):x}"
    admin = await asyncpg.connect(postgres_dsn)
    await admin.execute(f'create database "{name}"')
    yield postgres_dsn.replace("/postgres?", f"/{name}?")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@dataclass
class Elsewhere:
    """Another machine: an empty database and a data directory into which keys were put."""

    dsn: str
    data: Path
    clock: FixedClock
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def config(self) -> Config:
        told = {"data_dir": str(self.data), "server_name": "s", "test_mode": True}
        return Config(**told, **self.settings)

    def take(self, home: Living, *names: str) -> None:
        """Bring files over that lie beside the keys of a house."""
        (self.data / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            there = self.data / "keys" / name
            there.touch(mode=0o600)
            there.write_bytes((Path(home.house.config.data_dir) / "keys" / name).read_bytes())

    async def load(self, file: Path, opening: Sequence[Any] = (), country: str = "") -> Manifest:
        """Bring a back-up in, as far as the rows and files."""
        ids, today = Ids(self.clock), self.clock.now().date()
        manifest = read_through(file, opening)
        source = key_source(self.config, ids)
        idle = await check_for(manifest, self.config, source, today, country)
        blobs = open_blobs(self.config, ids)
        restoring = Restoring(file, opening, manifest, idle, blobs)
        await restoring.load(self.dsn, "r1", self.clock.now())
        return manifest

    def reopened(self) -> AbstractAsyncContextManager[Living]:
        """Open the house that is there."""
        return living(self.dsn, self.data, self.clock, **self.settings)

    @asynccontextmanager
    async def restored(
        self, file: Path, borrowed: frozenset[KeyRef] = frozenset()
    ) -> AsyncIterator[tuple[Living, Returned]]:
        """Bring a back-up in whole, and open the house."""
        manifest = await self.load(file)
        async with self.reopened() as one:
            returning = one.house.keeping.returning
            yield one, await returning.finish(manifest, "r1", "cli:test", borrowed, file=file)


@pytest.fixture
def elsewhere(empty: str, tmp_path: Path, clock: FixedClock) -> Elsewhere:
    return Elsewhere(empty, tmp_path / "two", clock)
