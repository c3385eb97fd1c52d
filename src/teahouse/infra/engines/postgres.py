"""PostgreSQL as a child of ours: made, started, waited for, stopped.

Two roles: ``postgres`` (administration) and ``teahouse``, which owns one database and is what the
server uses. Both passwords are 256 random bits, so the password hash needs no stretching and a new
connection costs little. Nothing listens on the network unless the socket's path is too long.
"""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.engines import places
from teahouse.infra.engines.children import EngineFailed, Launch, output_of, spawn, stop

START_SECONDS_MAX = 600.0  # replaying 2 GB of log after a crash may take minutes on a slow disk
STOP_SECONDS_MAX = 60.0
ORPHAN_SECONDS_MAX = 15.0
SOCKET_PATH_BYTES_MAX = 107
LOG_BYTES_MAX = 8 * 1024 * 1024
_POLL_SECONDS = 0.02
_TELL_SECONDS = 5.0
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

# Only LOG and worse are written, and never a row's values: an error of a statement is the
# application's to report, and its DETAIL would put personal data in a file.
_SETTINGS = """\
# Written at every start. Your own settings: postgresql.local.conf beside this directory.
max_connections = 200
max_wal_size = 2GB
wal_level = replica
synchronous_commit = on
fsync = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
scram_iterations = 64
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
unix_socket_permissions = 0700
"""
BUFFERS_MB_MIN, BUFFERS_MB_MAX = 128, 2048
_ACCESS = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class Passwords(msgspec.Struct, frozen=True):
    """The two roles' passwords, kept in ``secrets/postgres.json``."""

    postgres: str
    teahouse: str


def buffers_mb(memory_bytes: int) -> int:
    """Return how many MB of a machine's memory PostgreSQL is to keep pages in: a sixteenth.

    The rest is for the workers, and for files that the machine itself keeps in memory. It is taken
    as pages are read, not at once.
    """
    return min(max(memory_bytes // 16 >> 20, BUFFERS_MB_MIN), BUFFERS_MB_MAX)


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _last_words(path: Path, start: int) -> str:
    """Return the last line of a log, from byte ``start`` on, that says what went wrong."""
    lines = path.read_bytes()[start:].decode(errors="replace").splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "postgres:" in line]
    return (telling or lines or ["it left no message"])[-1]


def _living(cluster: Path) -> list[int]:
    """Return the processes of PostgreSQL that work in ``cluster`` now, on Linux."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            program = str((entry / "exe").readlink()).removesuffix(" (deleted)")
            if program.endswith("/postgres") and (entry / "cwd").readlink() == cluster:
                found.append(int(entry.name))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(repr=False)
class Postgres:
    """One embedded PostgreSQL. ``say`` gets a line for a person when something takes long."""

    data: places.DataDir
    clock: Clock
    ids: Ids
    say: Callable[[str], None]
    process: asyncio.subprocess.Process | None = None
    _port: int = field(default=0, init=False)  # kept over a restart: others have been told it
    _log_start: int = field(default=0, init=False)

    @cached_property
    def home(self) -> Path:
        """The directory that belongs to PostgreSQL's user: cluster, socket, own settings."""
        return self.data.postgres_home(self.ids)

    @property
    def log(self) -> Path:
        """PostgreSQL's log."""
        return self.data.path / "log" / "postgres.log"

    @property
    def _by_socket(self) -> bool:
        # The name of the lock file is the longest that must fit.
        return len(bytes(self.home / "socket" / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES_MAX

    def dsn(self, role: str = "teahouse") -> str:
        """Return where ``role`` (``teahouse`` or ``postgres``) finds the application's database."""
        password = str(getattr(self._passwords(), role))
        if self._by_socket:
            return f"postgresql://{role}:{password}@/teahouse?host={self.home / 'socket'}"
        return f"postgresql://{role}:{password}@127.0.0.1:{self._port}/teahouse"

    async def start(self) -> None:
        """Start it, making the cluster the first time, and wait until it takes connections.

        Raises ``EngineFailed`` with PostgreSQL's own last words.
        """
        binaries = places.postgres_install() / "bin"
        cluster = self.home / "cluster"
        if not cluster.exists():
            await self._make_cluster(binaries, cluster)
        await self._settle(cluster)
        self._write_settings(cluster)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = await spawn(
                Launch(
                    argv=[str(binaries / "postgres"), "-D", str(cluster)],
                    user=places.engine_user(),
                    death=signal.SIGINT,  # its fast shutdown: the next start needs no recovery
                    output=log.fileno(),
                    cwd=cluster,
                    environment=_ENVIRONMENT,
                )
            )
        await self._wait_ready(cluster, self.process)

    async def ended(self) -> int:
        """Wait until it ends and return its exit code."""
        assert self.process is not None, "start it first"
        return await self.process.wait()

    async def stop(self) -> None:
        """Stop it: its fast shutdown, which loses nothing."""
        if self.process and not await stop(self.process, signal.SIGINT, STOP_SECONDS_MAX):
            self.say("PostgreSQL did not stop in time and was killed; it will recover")

    def _passwords(self) -> Passwords:
        path = self.data.path / "secrets" / "postgres.json"
        if not path.exists():
            made = Passwords(postgres=self.ids.token("pg"), teahouse=self.ids.token("pg"))
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_bytes(msgspec.json.encode(made))
            draft.replace(path)
        return msgspec.json.decode(path.read_bytes(), type=Passwords)

    async def _make_cluster(self, binaries: Path, cluster: Path) -> None:
        """Run ``initdb`` beside the final place and move the whole there when it is complete."""
        user = places.engine_user()
        draft, words = self.home / "cluster.new", self.home / "password"
        shutil.rmtree(draft, ignore_errors=True)
        passwords = self._passwords()
        words.touch(mode=0o600)
        words.write_text(passwords.postgres)
        places.give(words, user, 0o600)
        arguments = """-U postgres --auth=scram-sha-256 -E UTF8 --locale=C --no-instructions
            --locale-provider=builtin --builtin-locale=C.UTF-8 --set scram_iterations=64"""
        try:
            await self._run(
                [binaries / "initdb", "-D", draft, "--pwfile", words, *arguments.split()]
            )
        finally:
            words.unlink()
        said = await self._run(
            [binaries / "postgres", "--single", "-D", draft, "-c", "log_checkpoints=off",
             "postgres"],
            "set scram_iterations = 64\n"
            f"create role teahouse login password '{passwords.teahouse}'\n"
            "create database teahouse owner teahouse strategy file_copy\n",
        )  # fmt: skip
        if "ERROR:" in said or "FATAL:" in said:
            raise EngineFailed(f"PostgreSQL could not be set up: {said.splitlines()[-1]}")
        draft.rename(cluster)

    async def _run(self, argv: list[str | Path], told: str = "") -> str:
        launch = Launch(
            argv=[str(word) for word in argv],
            user=places.engine_user(),
            stdin=asyncio.subprocess.PIPE if told else asyncio.subprocess.DEVNULL,
            output=asyncio.subprocess.PIPE,
            cwd=self.home,
            environment=_ENVIRONMENT,
        )
        code, said = await output_of(launch, told.encode())
        if code != 0:
            line = said.splitlines()[-1] if said else f"exit code {code}"
            raise EngineFailed(f"PostgreSQL could not be set up: {line}")
        return said

    def _write_settings(self, cluster: Path) -> None:
        user = places.engine_user()
        sockets = self.home / "socket"
        sockets.mkdir(exist_ok=True)
        places.give(sockets, user, 0o700)
        if self._by_socket:
            where = f"listen_addresses = ''\nunix_socket_directories = '{sockets}'\n"
        else:
            self._port = self._port or _free_port()
            where = (
                f"listen_addresses = '127.0.0.1'\nport = {self._port}\n"
                "unix_socket_directories = ''\n"
            )
        local = f"include_if_exists = '{self.home / 'postgresql.local.conf'}'\n"
        buffers = f"shared_buffers = {buffers_mb(_memory_bytes())}MB\n"
        texts = {"postgresql.conf": _SETTINGS + buffers + where + local, "pg_hba.conf": _ACCESS}
        for name, text in texts.items():
            (cluster / name).write_text(text)
            places.give(cluster / name, user, 0o600)

    async def _settle(self, cluster: Path) -> None:
        """Get rid of what an earlier, killed run left: living processes and stale lock files.

        We hold the data directory's lock, so nobody else may be at work in the cluster.
        """
        gentle = self.clock.monotonic() + ORPHAN_SECONDS_MAX
        told = False
        while living := _living(cluster):
            if not told:
                self.say("an earlier PostgreSQL is still stopping: waiting for it")
                told = True
            if self.clock.monotonic() > gentle + ORPHAN_SECONDS_MAX:
                raise EngineFailed(
                    f"PostgreSQL still runs on {cluster} as process {living[0]}: stop it first"
                )
            if self.clock.monotonic() > gentle:
                for process in living:
                    with suppress(ProcessLookupError):
                        os.kill(process, signal.SIGQUIT)
            await asyncio.sleep(0.1)
        if sys.platform == "linux":  # elsewhere we could not look: PostgreSQL decides by itself
            (cluster / "postmaster.pid").unlink(missing_ok=True)
            for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
                (self.home / "socket" / name).unlink(missing_ok=True)

    async def _wait_ready(self, cluster: Path, process: asyncio.subprocess.Process) -> None:
        """Wait for the word ``ready`` that PostgreSQL writes in its lock file, as pg_ctl does."""
        began = told = self.clock.monotonic()
        while not self._says_ready(cluster, process.pid):
            if process.returncode is not None:
                raise EngineFailed(
                    f"PostgreSQL did not start: {_last_words(self.log, self._log_start)}"
                )
            now = self.clock.monotonic()
            if now - began > START_SECONDS_MAX:
                await self.stop()
                raise EngineFailed(f"PostgreSQL was not ready in {START_SECONDS_MAX:.0f} s")
            if now - told > _TELL_SECONDS:
                told = now
                self.say(f"PostgreSQL is recovering from a crash ({now - began:.0f} s so far)")
            await asyncio.sleep(_POLL_SECONDS)

    @staticmethod
    def _says_ready(cluster: Path, process_id: int) -> bool:
        try:
            lines = (cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(process_id) and lines[7].strip() == "ready"
