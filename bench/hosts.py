"""Several hosts, of which one after the other is lost: ``python -m bench hosts`` (as root, on Linux).

Three hosts are network namespaces on one bridge. On two of them stand a PostgreSQL and a Teahouse of
two workers each, on all three a NATS; the second PostgreSQL is a synchronous standby of the first.
People send and listen at both Teahouses while, one after the other, these are lost: a worker, a NATS, a
whole Teahouse, the standby, the network of a host, and the primary. What Patroni and a balancer do at an
operator's, this script does: it stops waiting for a standby that is lost, promotes one whose primary is
lost, and leads people to the Teahouse that answers. In the end every acknowledged message must be
there once, in order, and have been heard.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from bench.storm import Storm
from teahouse.infra.engines.broker import nats_server
from teahouse.infra.engines.places import engine_user, postgres_install

BRIDGE, NET = "tea-bench", "10.77.77"
OUTSIDE = f"{NET}.254"
HOSTS = (1, 2, 3)
PG, NATS, CLUSTER, SERVE, DOOR = 5432, 4222, 6222, 8008, 8009
START_SECONDS_MAX = 90.0
LOST_SECONDS = 4.0
PASSWORD = "bench"


def _run(*words: object, check: bool = True) -> None:
    subprocess.run([str(word) for word in words], check=check, stdout=subprocess.DEVNULL,
                   stderr=None if check else subprocess.DEVNULL)  # fmt: skip


def _name(host: int) -> str:
    return f"tea-bench-{host}"


def _address(host: int) -> str:
    return f"{NET}.{host}"


def _inside(host: int, *words: object) -> list[str]:
    return ["ip", "netns", "exec", _name(host), *map(str, words)]


def build_network() -> None:
    """Make the bridge and the hosts on it."""
    tear_down()
    _run("ip", "link", "add", BRIDGE, "type", "bridge")
    _run("ip", "addr", "add", f"{OUTSIDE}/24", "dev", BRIDGE)
    _run("ip", "link", "set", BRIDGE, "up")
    for host in HOSTS:
        _run("ip", "netns", "add", _name(host))
        _run("ip", "link", "add", f"teab{host}", "type", "veth", "peer", "name", f"teah{host}")
        _run("ip", "link", "set", f"teah{host}", "netns", _name(host))
        _run("ip", "link", "set", f"teab{host}", "master", BRIDGE, "up")
        _run(*_inside(host, "ip", "addr", "add", f"{_address(host)}/24", "dev", f"teah{host}"))
        _run(*_inside(host, "ip", "link", "set", "lo", "up"))
        _run(*_inside(host, "ip", "link", "set", f"teah{host}", "up"))


def tear_down() -> None:
    """Take everything away."""
    for host in HOSTS:
        _run("ip", "netns", "del", _name(host), check=False)
        _run("ip", "link", "del", f"teab{host}", check=False)
    _run("ip", "link", "del", BRIDGE, check=False)


def link(host: int, state: str) -> None:
    """Set a host's network ``up`` or ``down``."""
    _run("ip", "link", "set", f"teab{host}", state)


@dataclass
class Cluster:
    """Everything that runs, by name and host."""

    folder: Path
    shards: int = 1  # of the log
    running: dict[tuple[str, int], "subprocess.Popen[bytes]"] = field(
        default_factory=dict[tuple[str, int], "subprocess.Popen[bytes]"]
    )
    primary: int = 1

    def start(self, what: str, host: int, *words: object, **more: object) -> None:
        """Start a process on a host."""
        environment = {**os.environ, **{key: str(value) for key, value in more.items()}}
        with (self.folder / f"{what}{host}.log").open("ab") as log:
            self.running[what, host] = subprocess.Popen(
                _inside(host, *words), stdout=log, stderr=log, env=environment
            )

    def kill(self, what: str, host: int, number: signal.Signals = signal.SIGKILL) -> None:
        """End a process and everything below it."""
        process = self.running.pop((what, host))
        for one in [*_below(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(one, number)
        process.wait()

    # -- PostgreSQL ------------------------------------------------------------------------------

    def _data(self, host: int) -> Path:
        return self.folder / f"pg{host}"

    def as_postgres(self, *words: object) -> list[object]:
        """Return a command of PostgreSQL's, by the user that it must run as."""
        user = engine_user()
        changed = [] if user is None else ["setpriv", f"--reuid={user}", "--clear-groups"]
        program, *rest = words
        return [*changed, postgres_install() / "bin" / str(program), *rest]

    async def make_primary(self) -> None:
        """Make the first PostgreSQL and start it."""
        data = self._data(1)
        data.mkdir()
        if (user := engine_user()) is not None:
            os.chown(data, user, user)
        _run(*self.as_postgres("initdb", "-D", data, "-A", "trust", "-U", "tea", "-E", "UTF8"))
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all,replication all {NET}.0/24 trust\n")
        self.start_postgres(1)
        await self.answers(1)

    def start_postgres(self, host: int) -> None:
        """Start a host's PostgreSQL on what it has."""
        settings = {
            "listen_addresses": _address(host),
            "unix_socket_directories": "",
            "cluster_name": f"pg{host}",
            "max_connections": 200,
            "wal_sender_timeout": 2000,
            "wal_receiver_timeout": 2000,
            "wal_keep_size": "1GB",
            "jit": "off",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        words = self.as_postgres("postgres", "-D", self._data(host), *options)
        self.start("pg", host, *words)

    async def answers(self, host: int) -> None:
        """Wait until a PostgreSQL takes connections."""

        async def asked() -> bool:
            connection = await self.connect(host)
            await connection.close()
            return True

        await _until(asked)

    async def connect(self, host: int) -> asyncpg.Connection:
        """Return a connection to one host's PostgreSQL."""
        return await asyncpg.connect(f"postgresql://tea@{_address(host)}:{PG}/postgres", timeout=2)

    async def tell(self, host: int, *statements: str) -> None:
        """Run statements on one host's PostgreSQL."""
        connection = await self.connect(host)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    async def make_standby(self, host: int) -> None:
        """Copy the primary to another host, start it, and have the primary wait for it."""
        data = self._data(host)
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if (user := engine_user()) is not None:
            os.chown(data, user, user)
        source = f"host={_address(self.primary)} port={PG} user=tea application_name=pg{host}"
        _run(*self.as_postgres("pg_basebackup", "-d", source, "-D", data, "-R", "-c", "fast"))
        self.start_postgres(host)
        await self.answers(host)

        async def streams() -> bool:
            connection = await self.connect(self.primary)
            try:
                return bool(await connection.fetchval("select count(*) from pg_stat_replication"))
            finally:
                await connection.close()

        await _until(streams)
        await self.wait_for_standby("*")

    async def wait_for_standby(self, names: str) -> None:
        """Have the primary wait for a standby before a commit is one, or for none."""
        await self.tell(
            self.primary,
            f"alter system set synchronous_standby_names = '{names}'",
            "select pg_reload_conf()",
        )

    async def promote(self, host: int) -> None:
        """Make a standby the primary."""
        await self.tell(host, "select pg_promote(true, 60)")
        self.primary = host
        await self.wait_for_standby("")

    # -- NATS and Teahouse -------------------------------------------------------------------------

    def start_nats(self, host: int) -> None:
        """Start a member of the cluster of three."""
        routes = ",".join(f"nats://{_address(one)}:{CLUSTER}" for one in HOSTS if one != host)
        self.start(
            "nats", host, nats_server(), "-a", _address(host), "-p", NATS,
            "--cluster_name", "tea", "--cluster", f"nats://{_address(host)}:{CLUSTER}",
            "--routes", routes,
        )  # fmt: skip

    def start_teahouse(self, host: int) -> None:
        """Start a Teahouse of two workers, and the door by which it is reached from outside."""
        places = ",".join(f"{_address(one)}:{PG}" for one in (1, 2))
        self.start(
            "teahouse", host, sys.executable, "-m", "teahouse", "serve",
            "--data-dir", self.folder / f"data{host}", "--listen", f"127.0.0.1:{SERVE}",
            "--server-name", "s", "--workers", 2,
            TEAHOUSE_TEST_MODE=1,
            TEAHOUSE_DATABASE_URL=f"postgresql://tea@{places}/tea?target_session_attrs=read-write",
            TEAHOUSE_NATS_URL=",".join(f"nats://{_address(one)}:{NATS}" for one in HOSTS),
            TEAHOUSE_KEY_FILE=self.folder / "kek",
            TEAHOUSE_LOG_SHARDS=self.shards,
            TEAHOUSE_BLOBS_URL=f"file://{self.folder / 'blobs'}",
        )  # fmt: skip
        if ("door", host) not in self.running:
            self.start(
                "door", host, sys.executable, "-m", "bench.door", _address(host), DOOR, SERVE
            )

    async def opens(self, host: int) -> None:
        """Wait until a Teahouse can serve."""

        async def ready() -> bool:
            reader, writer = await asyncio.open_connection(_address(host), DOOR)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            told = await reader.read(64)
            writer.close()
            return b" 200 " in told

        await _until(ready)

    async def open(self) -> None:
        """Start everything."""
        for host in HOSTS:
            self.start_nats(host)
        await self.make_primary()
        await self.tell(1, "create database tea")
        await self.make_standby(2)
        for host in (1, 2):
            self.start_teahouse(host)
            await self.opens(host)

    def close(self) -> None:
        """Stop everything."""
        for what, host in list(self.running):
            self.kill(what, host)


def _below(parent: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, tasks.read_text().split()):
                found += [child, *_below(child)]
    return found


async def _until(good: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with asyncio.timeout(5):
                if await good():
                    return
        await asyncio.sleep(0.1)
    raise SystemExit("it did not come up in time")


class Losses:
    """What is lost, one after the other, each followed by what mends it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.all: dict[str, Callable[[], Awaitable[None]]] = {
            "a worker": self.worker,
            "a NATS": self.nats,
            "a Teahouse": self.teahouse,
            "the standby": self.standby,
            "the network of the second host": self.network,
            "the primary": self.primary,
        }

    async def worker(self) -> None:
        """Kill one worker; its supervisor starts another."""
        for one in _below(self.cluster.running["teahouse", 1].pid):
            if b"cli.worker" in Path(f"/proc/{one}/cmdline").read_bytes():
                os.kill(one, signal.SIGKILL)
                return
        raise SystemExit("no worker is found")

    async def nats(self) -> None:
        """Kill one of three."""
        self.cluster.kill("nats", 1)
        await asyncio.sleep(LOST_SECONDS)
        self.cluster.start_nats(1)

    async def teahouse(self) -> None:
        """Kill a whole one: nobody there is left to start anything again."""
        self.cluster.kill("teahouse", 1)
        await asyncio.sleep(LOST_SECONDS)
        self.cluster.start_teahouse(1)
        await self.cluster.opens(1)

    async def standby(self) -> None:
        """Kill it: the primary waits, until it is told to wait no more."""
        there = 3 - self.cluster.primary
        self.cluster.kill("pg", there)
        await asyncio.sleep(LOST_SECONDS)
        await self.cluster.wait_for_standby("")
        await asyncio.sleep(LOST_SECONDS)
        await self.cluster.make_standby(there)

    async def network(self) -> None:
        """Cut the second host off: what stands there hears nothing, and cannot answer anybody."""
        link(2, "down")
        await asyncio.sleep(LOST_SECONDS)
        link(2, "up")

    async def primary(self) -> None:
        """Kill the primary; its standby takes over, and what was acknowledged is there."""
        lost = self.cluster.primary
        self.cluster.kill("pg", lost)
        await asyncio.sleep(LOST_SECONDS)
        await self.cluster.promote(3 - lost)
        await asyncio.sleep(LOST_SECONDS)
        await self.cluster.make_standby(lost)


async def measure(cluster: Cluster, sends: int, only: list[str]) -> bool:
    """Lose one thing after the other in storms of their own; tell whether all was kept."""
    held, losses = True, Losses(cluster)
    for nth, (name, lose) in enumerate(losses.all.items()):
        if only and not any(word in name for word in only):
            continue
        places = [(_address(1), DOOR), (_address(2), DOOR)]
        storm = Storm("", [], sends=sends, tag=f"h{nth}", elsewhere=places)
        await storm.gather()
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(storm.blow())
            await storm.reached(sends // 4)
            await lose()
        faults = await storm.faults()
        seconds = time.monotonic() - began
        held = held and not faults
        sys.stdout.write(
            f"{name:32} {storm.count} acknowledged in {seconds:.0f} s,"
            f" longest silence {storm.silence:.1f} s; {faults or 'all there, once, in order'}\n"
        )
        sys.stdout.flush()
    return held


async def run(arguments: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench hosts", description=__doc__)
    parser.add_argument("--sends", type=int, default=20_000, help="messages for each loss")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="WORD,…")
    parser.add_argument("--shards", type=int, default=1, help="of the log")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        raise SystemExit("network namespaces are for root")
    folder = Path(tempfile.mkdtemp(prefix="teahouse-bench-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "blobs").mkdir()
    cluster = Cluster(folder, options.shards)
    try:
        build_network()
        await cluster.open()
        held = await measure(cluster, options.sends, options.only)
    finally:
        cluster.close()
        tear_down()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if held else 1)
