"""Synapse beside us, in the same run: ``python -m bench --beside synapse``.

``python -m bench.synapse`` runs one, says ``URL,PID,PID``, and stops it when its input ends.

It is installed from its own package into an environment of its own, and runs on a PostgreSQL that we
start with the settings of ours. It is tuned as its documentation tells for one process: no limits of
rate, no presence, no federation, no statistics, no previews, quiet logs, caches twice as large as usual.
Its passwords cost what they cost, bcrypt of twelve rounds, so the rows of registering and signing in
compare passwords, not servers.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from teahouse.clock import SystemClock
from teahouse.ids import Ids
from teahouse.infra.engines.places import DataDir
from teahouse.infra.engines.postgres import Postgres

VERSION = "1.163.2"
PACKAGES = (f"matrix-synapse=={VERSION}", "psycopg2-binary")
INSTALLED = Path(tempfile.gettempdir()) / f"teahouse-bench-synapse-{VERSION}"
OPEN_SECONDS_MAX = 60.0
Server = tuple[str, int, list[int]]

SETTINGS = """\
server_name: localhost
pid_file: {home}/synapse.pid
report_stats: false
enable_metrics: false
suppress_key_server_warning: true
trusted_key_servers: []
federation_domain_whitelist: []
signing_key_path: {home}/signing.key
media_store_path: {home}/media
macaroon_secret_key: bench
form_secret: bench
registration_shared_secret: bench
enable_registration: true
enable_registration_without_verification: true
presence: {{enabled: false}}
stats: {{enabled: false}}
url_preview_enabled: false
caches: {{global_factor: 2.0}}
log_config: {home}/log.yaml
listeners:
  - port: {port}
    bind_addresses: ["127.0.0.1"]
    type: http
    tls: false
    x_forwarded: false
    resources: [{{names: [client], compress: false}}]
database:
  name: psycopg2
  allow_unsafe_locale: true
  args: {{user: "{user}", password: "{password}", database: teahouse, host: "{socket}",
         cp_min: 5, cp_max: 10}}
rc_message: {{per_second: 1000000, burst_count: 1000000}}
rc_registration: {{per_second: 1000000, burst_count: 1000000}}
rc_login:
  address: {{per_second: 1000000, burst_count: 1000000}}
  account: {{per_second: 1000000, burst_count: 1000000}}
  failed_attempts: {{per_second: 1000000, burst_count: 1000000}}
rc_joins:
  local: {{per_second: 1000000, burst_count: 1000000}}
  remote: {{per_second: 1000000, burst_count: 1000000}}
rc_joins_per_room: {{per_second: 1000000, burst_count: 1000000}}
rc_invites:
  per_room: {{per_second: 1000000, burst_count: 1000000}}
  per_user: {{per_second: 1000000, burst_count: 1000000}}
  per_issuer: {{per_second: 1000000, burst_count: 1000000}}
rc_room_creation: {{per_second: 1000000, burst_count: 1000000}}
"""
LOGS = """\
version: 1
handlers: {console: {class: logging.StreamHandler}}
root: {level: ERROR, handlers: [console]}
"""


async def _ran(*words: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.DEVNULL)
    if await process.wait():
        raise SystemExit(f"{' '.join(map(str, words))} failed")


async def _install() -> Path:
    """Make the environment the first time; return its interpreter."""
    python = INSTALLED / "bin" / "python"
    if not python.exists():
        sys.stderr.write(f"installing Synapse {VERSION}\n")
        await _ran(sys.executable, "-m", "venv", INSTALLED)
        await _ran(python, "-m", "pip", "install", "-q", *PACKAGES)
    return python


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_open(port: int, process: asyncio.subprocess.Process) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + OPEN_SECONDS_MAX
    while loop.time() < end and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("Synapse did not open")


def _configure(home: Path, dsn: str, port: int) -> Path:
    there = urlsplit(dsn)
    settings = SETTINGS.format(
        home=home,
        port=port,
        user=there.username,
        password=there.password,
        socket=parse_qs(there.query)["host"][0],
    )
    (home / "log.yaml").write_text(LOGS)
    path = home / "homeserver.yaml"
    path.write_text(settings)
    return path


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    """Run one on a fresh database; give its address, and its and PostgreSQL's processes."""
    python = await _install()
    folder = Path(tempfile.mkdtemp(prefix="teahouse-bench-", dir="/tmp"))
    folder.chmod(0o755)
    clock = SystemClock()
    postgres = Postgres(DataDir.open(str(folder / "pg")), clock, Ids(clock), sys.stderr.write)
    await postgres.start()
    home, port = folder / "synapse", _free_port()
    home.mkdir()
    words: Sequence[str | Path] = (python, "-m", "synapse.app.homeserver", "-c")
    config = _configure(home, postgres.dsn(), port)
    process: asyncio.subprocess.Process | None = None
    try:
        await _ran(*words, config, "--generate-keys")
        process = await asyncio.create_subprocess_exec(
            *words, config, cwd=home, env={**os.environ, "SYNAPSE_CACHE_FACTOR": "2"}
        )
        await _until_open(port, process)
        assert postgres.process is not None
        yield "127.0.0.1", port, [process.pid, postgres.process.pid]
    finally:
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()
        await postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def main() -> None:
    """Run one until our input ends."""
    async with running() as (host, port, roots):
        sys.stdout.write(",".join([f"http://{host}:{port}", *map(str, roots)]) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def named(written: str) -> Server:
    """Return a server that runs already, ``URL,PID[,PID]``: its address and its processes."""
    url, *roots = written.split(",")
    there = urlsplit(url)
    assert there.hostname is not None
    return there.hostname, there.port or 80, [int(one) for one in roots]


@contextmanager
def beside() -> Iterator[str]:
    """Run one in a process of its own, whose event loop can start others as another user."""
    words = [sys.executable, "-m", "bench.synapse"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        told = peer.stdout.readline().strip()
        if not told:
            raise SystemExit("Synapse did not start")
        try:
            yield told
        finally:
            peer.stdin.close()


if __name__ == "__main__":
    asyncio.run(main())
