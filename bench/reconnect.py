"""A reconnect storm: everybody loses the connection at once, and comes back.

``python -m bench reconnect --clients 5000``: so many clients wait on their long polls, in rooms of fifty;
the worker is killed with -9 and replaced; each client comes back at once with the place that it had, asks
again as soon as it is refused the connection, and heeds ``Retry-After``. Meanwhile one pair goes on
talking. Measured: until when all have been answered, what memory that took at most, and how long what
the pair said took. ``--anew`` has them come without a place, as clients do that kept nothing.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvloop

from bench.meter import memory_kb
from bench.scene import Scene, side_by_side
from bench.talk import Line, Person, good, patiently, q

ROOM_SIZE = 50
AGAIN_SECONDS = 0.25  # after a connection that was refused or broke
LONG_MS = 120_000
TALK_EVERY_SECONDS = 0.1
WISH = {"room": {"timeline": {"limit": 20}, "state": {"lazy_load_members": True}}}
Server = tuple[str, int, list[int]]
Open = Callable[..., AbstractContextManager[Server]]


@dataclass
class Storm:
    """What is seen of it."""

    back: list[float] = field(default_factory=list[float])  # seconds after the kill
    refused: int = 0
    broken: int = 0
    said: list[float] = field(default_factory=list[float])  # milliseconds
    said_late: float = 0.0  # the first that was heard after the kill
    memory_kb_max: float = 0.0


async def _wait(one: Person, since: str) -> None:
    """Wait on the long poll until the connection breaks."""
    with contextlib.suppress(OSError):
        await one.ask("GET", f"/sync?timeout={LONG_MS}&since={q(since)}", seconds=LONG_MS)


async def _come_back(one: Person, since: str, killed: float, storm: Storm) -> None:
    while True:
        try:
            answer = await one.sync(since, 0, WISH)
        except OSError:
            storm.broken += 1
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        if answer.status == 200:
            storm.back.append(time.monotonic() - killed)
            return
        assert answer.status in (429, 503), answer
        storm.refused += 1
        await asyncio.sleep(float(answer.headers.get("retry-after", "1")))


async def _talk(one: Person, room_id: str, killed: float, storm: Storm) -> None:
    """Say something ten times a second, each until it is acknowledged."""
    nth = 0
    while True:
        began, nth = time.monotonic(), nth + 1
        while True:
            try:
                answer = await one.say(room_id, f"k{nth}", "tea?")
            except OSError:
                await asyncio.sleep(0.02)
                continue
            if answer.status == 200:
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
        now = time.monotonic()
        if not storm.said_late:
            storm.said_late = now - killed
        else:
            storm.said.append((now - began) * 1000)
        await asyncio.sleep(TALK_EVERY_SECONDS)


async def _watch(roots: list[int], storm: Storm) -> None:
    while True:
        storm.memory_kb_max = max(storm.memory_kb_max, memory_kb(roots))
        await asyncio.sleep(0.5)


def _worker_of(root: int) -> int:
    """Return the serving process below the one that was started."""
    told = subprocess.run(["pgrep", "-P", str(root)], capture_output=True, text=True, check=True)
    for child in map(int, told.stdout.split()):
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            return child
    raise SystemExit("no worker is found")


async def _run(server: Server, clients: int, anew: bool) -> None:
    scene = Scene(*server, f"{os.getpid():x}")
    people = await scene.crowd(clients // 5)  # each with five devices
    sessions = [Line(scene.host, scene.port) for _ in range(clients)]
    rooms: list[str] = []
    for nth in range(0, len(people), ROOM_SIZE):
        rooms.append(await scene.room_of(f"r{nth}", people[nth : nth + ROOM_SIZE]))
    everybody = [people[nth % len(people)].on(line) for nth, line in enumerate(sessions)]
    jobs = [partial(patiently, partial(one.sync, "", 0, WISH)) for one in everybody]
    places = [good(told, "sync")["next_batch"] for told in await side_by_side(32, jobs)]
    ann, bo = await Scene(*server, f"{os.getpid():x}t").crowd(2)
    room_id = await ann.create_room()
    await bo.join(room_id)
    waits = [
        asyncio.create_task(_wait(one, since)) for one, since in zip(everybody, places, strict=True)
    ]
    await asyncio.sleep(5)
    calm = memory_kb(server[2])
    storm = Storm()
    os.kill(_worker_of(server[2][0]), signal.SIGKILL)
    killed = time.monotonic()
    talk = asyncio.create_task(_talk(ann.another(), room_id, killed, storm))
    watch = asyncio.create_task(_watch(server[2], storm))
    await asyncio.gather(*waits)
    back = [
        _come_back(one, "" if anew else since, killed, storm)
        for one, since in zip(everybody, places, strict=True)
    ]
    await asyncio.gather(*back)
    for task in (talk, watch):
        task.cancel()
    _tell(clients, calm, storm)


def _tell(clients: int, calm: float, storm: Storm) -> None:
    back, said = sorted(storm.back), sorted(storm.said)
    sys.stdout.write(
        f"{clients} clients; back after {back[0]:.1f} s the first, {statistics.median(back):.1f} s"
        f" half, {back[-1]:.1f} s the last\n"
        f"refused and told when: {storm.refused}; connections refused or broken: {storm.broken}\n"
        f"memory {calm / 1024:.0f} MB before, {storm.memory_kb_max / 1024:.0f} MB at most\n"
        f"the pair: first heard after {storm.said_late:.1f} s; then p50"
        f" {statistics.median(said):.1f} ms, p99 {said[int(len(said) * 0.99)]:.1f} ms"
        f" of {len(said)}\n"
    )


def run(arguments: list[str], server_at: Open, folder: str) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench reconnect", description=__doc__)
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--anew", action="store_true", help="without the place that they had")
    options = parser.parse_args(arguments)
    with server_at(folder, True, 1, overload="shed") as server:
        uvloop.run(_run(server, options.clients, options.anew))
    sys.exit(0)
