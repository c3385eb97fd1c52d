"""``teahouse serve``: the parent of everything that runs, and the one that stops it again.

It binds the socket, starts PostgreSQL, NATS and the workers, starts again what ends by itself, and
stops all in the reverse order. It serves nothing, so it stays small and does not fall.
"""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from teahouse.cli.beating import BEAT_SECONDS, Ear
from teahouse.cli.readiness import answers
from teahouse.cli.worker import CALLS_HAND, EXIT_REFUSED
from teahouse.clock import Clock, SystemClock
from teahouse.config import BadConfig, Config
from teahouse.errors import Kind, Refused
from teahouse.ids import Ids
from teahouse.infra.engines.broker import Nats
from teahouse.infra.engines.children import EngineFailed, Launch, output_of, spawn, stop
from teahouse.infra.engines.connection import Engines, check_dsn, write_engines
from teahouse.infra.engines.places import DataDir
from teahouse.infra.engines.postgres import Postgres

BACKLOG = 2048
WORKER_STOP_SECONDS_MAX = 15.0
READY_SECONDS_MAX = 60.0
BACK_OFF_SECONDS_MIN, BACK_OFF_SECONDS_MAX = 0.1, 5.0
STEADY_SECONDS = 30.0  # what has run this long is forgiven its earlier falls
FALLS_BEFORE_READY_MAX = 5


class PortBusy(Refused):
    """The address cannot be listened on."""

    code = "serve.port_busy"
    kind = Kind.CONFLICT


class Part(Protocol):
    """Something that runs as a child."""

    async def start(self) -> None: ...

    async def ended(self) -> int: ...

    async def stop(self) -> None: ...


def say(line: str) -> None:
    """Tell the operator something on stderr."""
    with suppress(OSError):  # a terminal that went away is no reason to close the house
        sys.stderr.write(f"teahouse: {line}\n")
        sys.stderr.flush()


def announce(text: str) -> None:
    """Tell the operator, or the program that started us, something on stdout."""
    with suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()


def listen(config: Config) -> socket.socket:
    """Bind the address, or raise ``PortBusy`` or ``BadConfig`` with what to do about it."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
        listener.listen(BACKLOG)
    except OSError as wrong:
        listener.close()
        if wrong.errno == errno.EADDRINUSE:
            raise PortBusy(
                f"{config.listen} is in use by another program: "
                "stop that one, or choose another with --listen"
            ) from wrong
        raise BadConfig(f"{config.listen} cannot be listened on: {wrong.strerror}") from wrong
    return listener


@dataclass(repr=False)
class Worker:
    """One worker process. It is started early, to import, and told its configuration later."""

    listener: socket.socket
    clock: Clock
    config: Config | None = None
    process: asyncio.subprocess.Process | None = None
    ear: Ear | None = None

    async def start(self) -> None:
        """Start the process; tell it at once when the configuration is known."""
        if self.ear is not None:
            self.ear.close()
        self.ear = ear = Ear(self.clock)
        descriptors = [self.listener.fileno(), ear.descriptor]
        try:
            self.process = await spawn(
                Launch(
                    argv=[sys.executable, "-m", "teahouse.cli.worker", *map(str, descriptors)],
                    stdin=asyncio.subprocess.PIPE,
                    descriptors=descriptors,
                )
            )
        finally:
            os.close(ear.descriptor)
        if self.config:
            self.tell(self.config)

    def tell(self, config: Config) -> None:
        """Let it begin."""
        self.config = config
        assert self.process is not None, "start it first"
        assert self.process.stdin is not None, "it was started with a pipe"
        self.process.stdin.write(msgspec.json.encode(config) + b"\n")
        self.process.stdin.close()

    async def ended(self) -> int:
        """Wait until it ends and return its exit code."""
        assert self.process is not None, "start it first"
        return await self.process.wait()

    def end_if_silent(self) -> bool:
        """Kill the process when it stands still; tell whether it did."""
        if self.ear is None or self.process is None or not self.ear.is_silent():
            return False
        with suppress(ProcessLookupError):
            self.process.kill()
        return True

    async def stop(self) -> None:
        """Let it finish what it has in hand, then end it."""
        if self.process:
            await stop(self.process, signal.SIGTERM, WORKER_STOP_SECONDS_MAX)


@dataclass
class Hand:
    """The process that does an upgrade's work: called when there is some, gone when there is none."""

    config: Config
    process: asyncio.subprocess.Process | None = None
    starting: bool = False

    async def start(self) -> None:
        """Start it, unless it is there."""
        if self.starting or (self.process is not None and self.process.returncode is None):
            return
        self.starting = True
        try:
            launch = Launch(
                argv=[sys.executable, "-m", "teahouse.cli.hand"], stdin=asyncio.subprocess.PIPE
            )
            self.process = await spawn(launch)
            assert self.process.stdin is not None, "it was started with a pipe"
            self.process.stdin.write(msgspec.json.encode(self.config) + b"\n")
            self.process.stdin.close()
        finally:
            self.starting = False

    async def stop(self) -> None:
        """End it: what it was at is done again by another."""
        if self.process is not None:
            await stop(self.process, signal.SIGTERM, WORKER_STOP_SECONDS_MAX)


@dataclass(repr=False)
class Supervisor:
    """The running whole. ``run`` returns the exit code."""

    config: Config
    data: DataDir
    listener: socket.socket
    clock: Clock
    ids: Ids
    say: Callable[[str], None] = say
    workers: list[Worker] = field(default_factory=list["Worker"])
    engines: list[tuple[str, Part]] = field(default_factory=list[tuple[str, Part]])
    failure: str | None = None
    ready: bool = False
    hand: Hand | None = None
    _ending: bool = False

    async def run(self) -> int:
        """Start everything, keep it up until a signal, stop everything."""
        self._hear_signals()
        try:
            await self._boot()
            await self._keep_all()
        except asyncio.CancelledError:
            if not self._ending:
                raise
        finally:
            self._ending = True
            await self._shut_down()
        if self.failure:
            self.say(self.failure)
        return 0 if self.failure is None else 1

    def _hear_signals(self) -> None:
        loop, main = asyncio.get_running_loop(), asyncio.current_task()
        assert main is not None, "run inside a loop"

        def end() -> None:
            if not self._ending:
                self._ending = True
                main.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means what it says
                loop.add_signal_handler(number, end)

    async def _lend_hands(self) -> None:
        """Start a hand whenever a worker calls for one."""
        called = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(CALLS_HAND, called.set)
        while True:
            await called.wait()
            called.clear()
            assert self.hand is not None, "workers call once they serve"
            try:
                await self.hand.start()
            except (EngineFailed, OSError) as wrong:
                self.say(str(wrong))

    async def _boot(self) -> None:
        """Start all parts; the workers import while PostgreSQL starts."""
        self.data.engines_file.unlink(missing_ok=True)
        for _ in range(self.config.workers):
            worker = Worker(self.listener, self.clock)
            self.workers.append(worker)
            await worker.start()
        config, admin_dsn = self.config, ""
        if config.workers > 1 and not config.nats_url:
            nats = Nats(self.data, self.clock, self.ids)
            self.engines.append(("NATS", nats))
            await nats.start()
            config = msgspec.structs.replace(config, nats_url=nats.url)
        if config.database_url:
            check_dsn(config.database_url)
        else:
            postgres = Postgres(self.data, self.clock, self.ids, self.say)
            self.engines.append(("PostgreSQL", postgres))
            await postgres.start()
            config = msgspec.structs.replace(config, database_url=postgres.dsn())
            admin_dsn = postgres.dsn("postgres")
        from teahouse.infra.bus.growing import grow  # noqa: PLC0415 - while others start
        from teahouse.infra.db.migrator import migrate  # noqa: PLC0415 - as above

        await migrate(config.database_url)
        await grow(config.database_url, config.log_shards)
        told = Engines(dsn=config.database_url, admin_dsn=admin_dsn, nats_url=config.nats_url)
        write_engines(self.data, told)
        self.config = config
        self.hand = Hand(config)
        for worker in self.workers:
            worker.tell(config)

    async def _keep_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name, engine in self.engines:
                group.create_task(self._keep(name, engine))
            for number, worker in enumerate(self.workers, 1):
                group.create_task(self._keep(f"worker {number}", worker))
            group.create_task(self._listen_to_workers())
            group.create_task(self._greet())
            group.create_task(self._lend_hands())

    async def _listen_to_workers(self) -> None:
        """End workers that stand still, so that they are started again."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            for number, worker in enumerate(self.workers, 1):
                if worker.end_if_silent():
                    self.say(f"worker {number} stands still: ending it")

    async def _keep(self, name: str, part: Part) -> None:
        """Start ``part`` again whenever it ends, slower each time while it does not stay up."""
        delay, falls = BACK_OFF_SECONDS_MIN, 0
        while True:
            began = self.clock.monotonic()
            code = await part.ended()
            falls += 1
            if self.clock.monotonic() - began > STEADY_SECONDS:
                delay, falls = BACK_OFF_SECONDS_MIN, 0
            if not self.ready and code == EXIT_REFUSED:
                return self._give_up("")  # it has said why
            if not self.ready and falls >= FALLS_BEFORE_READY_MAX:
                return self._give_up(f"{name} cannot start: see what it says above")
            how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
            self.say(f"{name} ended ({how}): starting it again")
            await asyncio.sleep(delay)
            delay = min(delay * 2, BACK_OFF_SECONDS_MAX)
            try:
                await part.start()
                self.say(f"{name} runs again")
            except (EngineFailed, OSError) as wrong:
                self.say(str(wrong))

    def _give_up(self, why: str) -> None:
        self.failure = why
        signal.raise_signal(signal.SIGTERM)

    async def _greet(self) -> None:
        """Say where the house is once it is open, and how to become its operator."""
        began = self.clock.monotonic()
        while not await answers(self.config.host, self.config.port):
            if self.clock.monotonic() - began > READY_SECONDS_MAX:
                self.say("the server has started but /readyz is not 200: run `teahouse doctor`")
                return
            await asyncio.sleep(0.03)
        self.ready = True
        url = self.config.base_url
        announce(
            f"Teahouse is open: {url}/\n"
            f"  operators   {url}/admin\n"
            f"  data        {self.data.path}\n"
            f"  stop        Ctrl-C\n"
        )
        await self._print_setup_link()

    async def _print_setup_link(self) -> None:
        """Ask for the link in a process of its own, so that this one stays small."""
        launch = Launch(
            argv=[sys.executable, "-m", "teahouse.cli.setup"],
            stdin=asyncio.subprocess.PIPE,
            output=asyncio.subprocess.PIPE,
        )
        code, said = await output_of(launch, msgspec.json.encode(self.config))
        line = said.splitlines()[-1] if said else ""
        if code != 0:
            self.say(f"no set-up link could be made: {line.removeprefix('teahouse: ')}")
        elif line:
            announce(f"\nBecome its first operator (the link works once):\n  {line}\n")

    async def _shut_down(self) -> None:
        """Stop the workers together, then the engines, PostgreSQL last."""
        self.data.engines_file.unlink(missing_ok=True)
        if self.hand is not None:
            await self.hand.stop()
        await asyncio.gather(*(worker.stop() for worker in self.workers))
        for _, engine in self.engines:
            await engine.stop()


async def serve(config: Config) -> int:
    """Serve until SIGINT or SIGTERM and return the exit code."""
    listener = listen(config)
    with listener:
        port = int(listener.getsockname()[1])
        host = config.listen.rpartition(":")[0]
        config = msgspec.structs.replace(config, listen=f"{host}:{port}")
        data = DataDir.open(config.data_dir)
        config = msgspec.structs.replace(config, data_dir=str(data.path))
        os.umask(0o077)  # what we and our children make from here on is nobody else's to read
        clock = SystemClock()
        with data.lock():
            return await Supervisor(config, data, listener, clock, Ids(clock)).run()
