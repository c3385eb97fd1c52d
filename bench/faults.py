"""Every fault at every step, and what people notice: ``python -m bench faults`` (disks: as root).

``steps``: on a PostgreSQL that writes to the disk, a life is killed, stopped, or finds a slow disk at
each step that a few messages, a change of state and a follower take (``tests/faults/steps.py``). ``house``:
sixteen people send as fast as they are answered, and one listens, while a house of two workers loses
one thing after the other. In the end every acknowledged message must be there once, in order, and have
been heard. ``--only WORD,…`` picks faults by their names.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import msgspec
from tests.faults.disk import MIB, Disk, mounted
from tests.faults.house import House, processes_below
from tests.faults.test_every_step import lives, wrongs

from bench.storm import Storm
from teahouse.clock import SystemClock
from teahouse.ids import Ids
from teahouse.infra.db.migrator import migrate
from teahouse.infra.engines.connection import Engines
from teahouse.infra.engines.places import DataDir
from teahouse.infra.engines.postgres import Postgres

WAYS = ("kill", "stop", "slow")
LINES = 4  # databases in which steps are taken side by side
STEPS_MAX = 72  # more than there are
DISK_BYTES = 2048 * MIB
SHORT_BYTES = 60 * MIB
LOST_SECONDS = 6.0
STILL_SECONDS = (0.5, 3.0)  # a slow disk, each time
STILL_TIMES = 5
WORKER, POSTGRES, NATS = "teahouse.cli.worker", "/postgres ", "nats-server"


async def sweep(way: str, dsns: list[str]) -> tuple[int, list[str]]:
    """Let lives meet one fault at each step; return how many did, and what was wrong."""
    chunks = [range(1 + nth, STEPS_MAX, len(dsns)) for nth in range(len(dsns))]
    told = await asyncio.gather(
        *(lives(dsn, way, *map(str, chunk)) for dsn, chunk in zip(dsns, chunks, strict=True))
    )
    met = [one for line in told for one in line]
    return len(met) - len(dsns), [what for one in met for what in wrongs(one)]


async def steps(place: Path, only: list[str]) -> bool:
    """Sweep each way; tell whether all was as it must be."""
    clock = SystemClock()
    engine = Postgres(DataDir.open(str(place / "steps")), clock, Ids(clock), print)
    await engine.start()
    try:
        admin = await asyncpg.connect(engine.dsn("postgres"))
        dsns: list[str] = []
        for nth in range(LINES):
            await admin.execute(f"create database steps{nth} owner teahouse")
            dsns.append(engine.dsn().replace("/teahouse?", f"/steps{nth}?"))
            await migrate(dsns[-1])
        await admin.close()
        good = True
        for way in WAYS:
            if only and way not in only:
                continue
            began = time.monotonic()
            count, wrong = await sweep(way, dsns)
            good = good and not wrong
            seconds = time.monotonic() - began
            _say(f"{way:6} at each of {count} steps, {seconds:.0f} s: {wrong or 'as it must be'}")
        return good
    finally:
        await engine.stop()


class Losses:
    """What is lost in a house, one after the other, each followed by what mends it."""

    def __init__(self, house: House, disk: Disk | None) -> None:
        self.house, self.disk = house, disk
        self.all: dict[str, Callable[[], Awaitable[None]]] = {
            "worker killed": self._killed(WORKER),
            "worker stands still": self._stands_still(WORKER),
            "PostgreSQL killed": self._killed(POSTGRES),
            "PostgreSQL stands still": self._postgres_still,
            "disk slow": self._slow,
            "NATS killed": self._killed(NATS),
            "NATS stands still": self._stands_still(NATS),
        }
        if disk is not None:
            self.all |= {"disk nearly full": self._short, "disk full under the journal": self._full}

    def _killed(self, words: str) -> Callable[[], Awaitable[None]]:
        async def kill() -> None:
            self.house.kill(words)

        return kill

    def _stands_still(self, words: str) -> Callable[[], Awaitable[None]]:
        async def stand() -> None:
            process = self.house.kill(words, signal.SIGSTOP)
            await asyncio.sleep(LOST_SECONDS)
            os.kill(process, signal.SIGCONT)

        return stand

    async def _still(self, seconds: float) -> None:
        assert self.house.server is not None
        first = self.house.server.child(POSTGRES)
        processes = [first, *processes_below(first)]
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for process in processes:
                os.kill(process, number)
            if number is signal.SIGSTOP:
                await asyncio.sleep(seconds)

    async def _postgres_still(self) -> None:
        await self._still(LOST_SECONDS)

    async def _slow(self) -> None:
        for _ in range(STILL_TIMES):
            await self._still(random.uniform(*STILL_SECONDS))
            await asyncio.sleep(0.05)

    async def _short(self) -> None:
        assert self.disk is not None
        self.disk.fill(leaving=SHORT_BYTES)
        await asyncio.sleep(LOST_SECONDS)
        self.disk.empty()

    async def _full(self) -> None:
        assert self.disk is not None
        self.disk.fill()
        told = (self.house.data / "run" / "engines.json").read_bytes()
        admin = await asyncpg.connect(msgspec.json.decode(told, type=Engines).admin_dsn)
        try:
            await admin.execute("select pg_switch_wal()")
            await admin.execute("create table journal_is_full ()")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await asyncio.sleep(LOST_SECONDS)
        finally:
            admin.terminate()
            self.disk.empty()


async def house(place: Path, disk: Disk | None, sends: int, only: list[str]) -> bool:
    """Lose one thing after the other in storms of their own; tell whether all was kept."""
    root = place if disk is None else disk.place
    found = House(root / "data", "--workers", "2")
    await found.open()
    try:
        losses, good = Losses(found, disk), True
        for nth, (name, lose) in enumerate(losses.all.items()):
            if only and not any(word in name for word in only):
                continue
            storm = Storm("127.0.0.1", [found.port], sends=sends, tag=f"f{nth}")
            await storm.gather()
            async with asyncio.TaskGroup() as group:
                group.create_task(storm.blow())
                await storm.reached(sends // 4)
                await lose()
            wrong = [*await storm.faults(), *found.faults]
            good = good and not wrong
            troubles = ", ".join(f"{n} × {what}" for what, n in sorted(storm.troubles.items()))
            _say(
                f"{name:28} {storm.count} acknowledged, longest silence {storm.silence:.1f} s,"
                f" told: {troubles or 'nothing'}; {wrong or 'all there, once, in order'}"
            )
        return good
    finally:
        await found.close()


@contextmanager
def _disk(place: Path) -> Iterator[Disk | None]:
    with mounted(place / "disk", DISK_BYTES) as found:
        if found is None:
            _say("no disk of its own can be mounted: none is filled")
        yield found


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(arguments: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench faults", description=__doc__)
    parser.add_argument("what", nargs="*", choices=["steps", "house", []], default=[])
    parser.add_argument("--sends", type=int, default=6_000, help="messages for each loss")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="WORD,…")
    options = parser.parse_args(arguments)
    what = options.what or ["steps", "house"]
    place = Path(tempfile.mkdtemp(prefix="teahouse-bench-", dir="/tmp"))
    place.chmod(0o755)
    good = True
    with ExitStack() as closing:
        closing.callback(shutil.rmtree, place, ignore_errors=True)
        if "steps" in what:
            good = asyncio.run(steps(place, options.only))
        if "house" in what:
            disk = closing.enter_context(_disk(place))
            good = asyncio.run(house(place, disk, options.sends, options.only)) and good
    sys.exit(0 if good else 1)
