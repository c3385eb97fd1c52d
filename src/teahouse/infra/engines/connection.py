"""How a command finds the engines: those of the server that runs now, or its own for a while."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

import msgspec

from teahouse.clock import SystemClock
from teahouse.config import BadConfig, Config
from teahouse.ids import Ids
from teahouse.infra.engines.children import EngineFailed
from teahouse.infra.engines.places import DataDir, DataDirLocked
from teahouse.infra.engines.postgres import Postgres

_WAIT_SECONDS_MAX = 30.0


class Engines(msgspec.Struct, frozen=True, kw_only=True):
    """What a running server's engines are reached by; it holds passwords: mode 0600."""

    dsn: str
    admin_dsn: str = ""
    nats_url: str = ""
    url: str = ""


def write_engines(data: DataDir, engines: Engines) -> None:
    """Leave word for other commands."""
    draft = data.engines_file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.encode(engines))
    draft.replace(data.engines_file)


def read_engines(data: DataDir) -> Engines | None:
    """Return what the server that runs now left, or ``None``."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(data.engines_file.read_bytes(), type=Engines)
    return None


def check_dsn(dsn: str) -> None:
    """Raise ``BadConfig`` unless ``dsn`` has the shape of one; nothing is connected to.

    Several hosts, one of which is the primary, stand with commas between them.
    """
    try:
        parts = urlsplit(dsn)
        places = parts.netloc.rpartition("@")[2].split(",")
        ports = [urlsplit(f"//{place}").port for place in places]
        shaped = parts.scheme in ("postgresql", "postgres") and 0 not in ports
    except ValueError:
        shaped = False
    if not shaped:
        raise BadConfig("database_url must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE")


def _silent(_line: str) -> None:
    """Say nothing."""


@asynccontextmanager
async def connection(config: Config, say: Callable[[str], None] = _silent) -> AsyncGenerator[str]:
    """Give the DSN of the application's database for the length of the block.

    It is ``config.database_url``, or the embedded PostgreSQL of the server that runs on
    ``config.data_dir``, or one started for the block when none does. Raises ``EngineFailed`` when
    a server holds the directory but does not get ready.
    """
    if config.database_url:
        check_dsn(config.database_url)
        yield config.database_url
        return
    data = DataDir.open(config.data_dir)
    clock = SystemClock()
    deadline = clock.monotonic() + _WAIT_SECONDS_MAX
    held = ExitStack()
    found = None
    while not _takes(held, data) and not (found := read_engines(data)):
        if clock.monotonic() > deadline:
            raise EngineFailed(f"the server on {data.path} does not get ready")
        await asyncio.sleep(0.1)
    with held:
        if found:
            yield found.dsn
            return
        postgres = Postgres(data, clock, Ids(clock), say)
        try:
            await postgres.start()
            write_engines(data, Engines(dsn=postgres.dsn(), admin_dsn=postgres.dsn("postgres")))
            yield postgres.dsn()
        finally:
            data.engines_file.unlink(missing_ok=True)
            await postgres.stop()


def _takes(held: ExitStack, data: DataDir) -> bool:
    """Take the data directory's lock unless another has it."""
    try:
        held.enter_context(data.lock())
    except DataDirLocked:
        return False
    data.engines_file.unlink(missing_ok=True)
    return True
