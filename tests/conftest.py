"""Fixtures every test may use. A test commits for real; the wipe after it costs milliseconds."""

import os
import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.bus.growing import grow
from teahouse.infra.bus.log import Log
from teahouse.infra.db.migrator import migrate
from teahouse.infra.db.pool import Database
from tests import servers
from tests.connections import watched
from tests.living import Living, living

# How long an example took says how busy the machine is, and nothing about the rule. On a build
# machine the profile beneath draws the same examples each time, so that a commit is judged once.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

KEPT = ("db_migrations", "log_shards")


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Nobody in the house held one connection and asked for another."""
    found: list[str] = []
    monkeypatch.setattr(Database, "_connection", watched(found))
    yield found
    assert not found, "\n".join(sorted(set(found)))


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """A PostgreSQL server: the DSN of its first database."""
    with servers.postgres() as dsn:
        yield dsn


@pytest.fixture(scope="session")
async def dsn(postgres_dsn: str) -> AsyncIterator[str]:
    """A migrated database of this session's own."""
    name = f"tea_{random.SystemRandom().getrandbits(40):x}"
    admin = await asyncpg.connect(postgres_dsn)
    await admin.execute(f'create database "{name}"')
    mine = postgres_dsn.replace("/postgres?", f"/{name}?")
    await migrate(mine)
    await grow(mine, int(os.environ.get("LOG_SHARDS_IN_TESTS", "1")))
    yield mine
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
async def wiper(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that empties every table."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("set session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def database(dsn: str, wiper: asyncpg.Connection) -> AsyncIterator[Database]:
    """An empty, migrated database."""
    await wipe(wiper)
    db = await Database.open(dsn)
    yield db
    await db.close()


async def wipe(connection: asyncpg.Connection) -> None:
    """Empty every table in one round trip."""
    rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    names = [row[0] for row in rows if row[0] not in KEPT]
    statements = [f'delete from "{name}"' for name in names]
    await connection.execute("; ".join([*statements, "update log_shards set head = 0"]))


@pytest.fixture
def clock() -> FixedClock:
    """The morning on which it happened."""
    return FixedClock(datetime(2021, 7, 27, 1, 0, tzinfo=UTC))


@pytest.fixture
def ids(clock: FixedClock) -> Ids:
    """Identifiers that are the same in every run."""
    return Ids(clock, random.Random(2011))


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log of one worker."""
    one = Log(database)
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Living]:
    """A whole house in test mode, on an empty database."""
    async with living(dsn, tmp_path_factory.mktemp("data")) as home:
        yield home
