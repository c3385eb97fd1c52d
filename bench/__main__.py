"""``python -m bench``: measure a server of our own, and print what each thing costs.

``abuse`` is a run of its own: scripted sign-ups among people (``bench/abuse``).
``breach`` times finding who is affected by a leak (``bench/breach.py``).
``erasure`` erases one person among many, and looks for what is left (``bench/erasure.py``).
``fit-detectors`` fits the weights of the lists that come with the house (``bench/detectors``).
``faults`` has every fault at every step (``bench/faults.py``).
``growth`` measures ``/sync`` as rooms, members and absences grow (``bench/growth.py``).
``hosts`` loses one of several hosts' parts after the other (``bench/hosts.py``).
``overload`` asks for more than can be served (``bench/overload.py``).
``paper`` reckons what so many people need (``bench/paper.py``).
``reconnect`` has thousands come back at once (``bench/reconnect.py``).
``refused`` measures what saying no costs (``bench/refused.py``).
``screen`` measures comparing messages and pictures with lists (``bench/screen.py``).
``search`` measures indexing and finding messages (``bench/search.py``).
``simulate`` lives many lives of the log with crashes by lot (``bench/simulate.py``).
``sliding`` measures sliding sync beside ``/sync`` (``bench/sliding.py``).
``steady`` sends for a long time at half of what can be done (``bench/steady.py``).
``telling`` times the answers about somebody and about nobody (``bench/telling.py``).
``upgrade`` makes all keys anew with registration open (``bench/upgrade``).

``--beside URL,PID[,PID]`` measures another homeserver in the same run, and gives the ratio; ``--beside
synapse`` installs and runs one first (``bench/synapse.py``).
"""

import argparse
import asyncio
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from bench import (
    backlog,
    breach,
    chat,
    erasure,
    faults,
    growth,
    hosts,
    overload,
    paper,
    passwords,
    reconnect,
    refused,
    register,
    screen,
    search,
    simulate,
    sliding,
    steady,
    surge,
    synapse,
    telling,
)
from bench.abuse import run as abuse
from bench.detectors import fit as detectors
from bench.meter import Cost
from bench.scene import Scene
from bench.upgrade import cli as upgrade

START_SECONDS_MAX = 60
Work = Callable[[Scene], Awaitable[Cost]]

# name, what it is, how it is measured, milliseconds of processor time owed (`docs/operate/capacity.md`)
WORKS: tuple[tuple[str, str, Work, float | None], ...] = (
    ("register", "register", register.registration, None),
    ("login", "sign in", register.login, None),
    ("create", "make a room", chat.rooms_created, 3.0),
    ("join", "join a room", chat.rooms_joined, 2.0),
    ("send1", "send, one sender, room of 2", chat.send_alone, None),
    ("send2", "send, 16 senders, rooms of 2", chat.send_in_pairs, 0.5),
    ("send50", "send, 16 senders, rooms of 50", chat.send_in_crowds, 0.5),
    ("fanout", "deliver to one of 100 who poll", chat.delivery_to_a_hundred, 0.08),
    ("deliver50", "a message until all 50 have it", chat.delivery_to_fifty, None),
    ("sync", "sync with nothing new", chat.sync_with_nothing_new, 0.2),
    ("initial", "initial sync, 200 rooms", chat.initial_sync, 60.0),
    ("messages", "a page of 50 messages", chat.pages, 0.6),
)
P50_OWED_MS = {"deliver50": 15.0}
IDLE_KB_OWED = 16.0


@contextmanager
def our_server(test_mode: bool, workers: int) -> Iterator[tuple[str, int, list[int]]]:
    """Run a server on a fresh data directory; give its address and its process."""
    folder = tempfile.mkdtemp(prefix="teahouse-bench-", dir="/tmp")
    Path(folder).chmod(0o755)
    try:
        with server_at(f"{folder}/data", test_mode, workers) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server_at(
    data: str, test_mode: bool, workers: int, **settings: str
) -> Iterator[tuple[str, int, list[int]]]:
    """Run a server on a data directory; give its address and its process."""
    told = {f"TEAHOUSE_{name.upper()}": value for name, value in settings.items()}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "teahouse", "serve", "--data-dir", data,
         "--listen", f"127.0.0.1:{port}", "--workers", str(workers)],
        env={**os.environ, **told, "TEAHOUSE_TEST_MODE": "1" if test_mode else "0"},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_open(port, server)
        yield "127.0.0.1", port, [server.pid]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_open(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                probe.sendall(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                if b" 200 " in probe.recv(64):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit("the server did not open")


async def measure(scene: Scene, only: list[str]) -> dict[str, Cost]:
    """Measure everything that is asked for."""
    found: dict[str, Cost] = {}
    for name, words, work, _ in WORKS:
        if not only or name in only:
            sys.stderr.write(f"{words}\n")
            found[name] = await work(scene)
    return found


def row(name: str, words: str, cost: Cost, owed: float | None, peer: Cost | None) -> str:
    """Return one line of the table."""
    p50_owed = P50_OWED_MS.get(name)
    holds = (owed is None or cost.cpu_ms <= owed) and (p50_owed is None or cost.p50_ms <= p50_owed)
    told = f"{owed:g}" if owed is not None else (f"p50 {p50_owed:g}" if p50_owed else "")
    mark = "" if not told else ("yes" if holds else "NO")
    line = f"{words:32} {cost.cpu_ms:9.3f} {told:>7} {mark:>4} {cost.per_second:9.0f} {cost.p50_ms:9.2f}"
    return line if peer is None else f"{line} {peer.cpu_ms:9.2f} {peer.cpu_ms / cost.cpu_ms:6.1f}x"


def print_table(ours: dict[str, Cost], idle_kb: float | None, peers: dict[str, Cost]) -> None:
    """Print what was measured beside what is owed."""
    sys.stdout.write(
        f"{'':32} {'CPU ms':>9} {'owed':>7} {'held':>4} {'per s':>9} {'p50 ms':>9}"
        + (f" {'peer CPU':>9} {'ratio':>7}" if peers else "")
        + "\n"
    )
    for name, words, _, owed in WORKS:
        if name in ours:
            sys.stdout.write(row(name, words, ours[name], owed, peers.get(name)) + "\n")
    if idle_kb is not None:
        held = "yes" if idle_kb <= IDLE_KB_OWED else "NO"
        sys.stdout.write(
            f"{'memory of an idle long poll':32} {idle_kb:6.1f} KB {IDLE_KB_OWED:7g} {held:>4}\n"
        )


async def run(options: argparse.Namespace, server: tuple[str, int, list[int]]) -> None:
    """Measure and print."""
    tag = f"{os.getpid():x}"
    scene = Scene(*server, tag, options.seconds)
    idle_kb = (
        await chat.idle_memory_kb(scene) if not options.only or "idle" in options.only else None
    )
    ours = await measure(scene, options.only)
    peers: dict[str, Cost] = {}
    if options.beside == "synapse":
        with synapse.beside() as told:
            peers = await measure(Scene(*synapse.named(told), tag, options.seconds), options.only)
    elif options.beside:
        peers = await measure(
            Scene(*synapse.named(options.beside), tag, options.seconds), options.only
        )
    print_table(ours, idle_kb, peers)


def open_files_as_many_as_may_be() -> None:
    """Raise the limit of open files, which each connection is, to what we may have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _telling(_: list[str]) -> None:
    with our_server(test_mode=True, workers=1) as (host, port, _roots):
        uvloop.run(telling.run(host, port))


def _in_a_place(work: Callable[..., None]) -> Callable[[list[str]], None]:
    """Return a run that has a directory for its server and may open many files."""

    def run_there(arguments: list[str]) -> None:
        open_files_as_many_as_may_be()
        with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as place:
            Path(place).chmod(0o755)
            work(arguments, server_at, f"{place}/data")

    return run_there


# Runs of their own, by the first word of the command line.
RUNS: dict[str, Callable[[list[str]], None]] = {
    "abuse": abuse.main,
    "backlog": lambda words: asyncio.run(backlog.run(words)),
    "breach": lambda words: asyncio.run(breach.run(words)),
    "erasure": lambda words: erasure.run(words, server_at),
    "faults": faults.run,
    "fit-detectors": detectors.run,
    "growth": lambda words: growth.run(words, server_at),
    "hosts": lambda words: asyncio.run(hosts.run(words)),
    "overload": _in_a_place(overload.run),
    "passwords": lambda words: asyncio.run(passwords.run(words)),
    "paper": paper.run,
    "reconnect": _in_a_place(reconnect.run),
    "refused": lambda words: refused.run(words, server_at, uvloop.run),
    "screen": screen.run,
    "search": lambda words: search.run(words, server_at),
    "simulate": simulate.main,
    "sliding": lambda words: sliding.run(words, our_server),
    "steady": lambda words: steady.run(words, our_server),
    "surge": lambda words: surge.run(words, our_server, uvloop.run),
    "telling": _telling,
    "upgrade": lambda words: upgrade.run(words, server_at),
}


def main() -> None:
    """Read the options and run."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is stopped, too
    if sys.argv[1:] and sys.argv[1] in RUNS:
        RUNS[sys.argv[1]](sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], metavar="NAME,…")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each loop runs")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--server", metavar="URL,PID", help="measure one that runs already")
    parser.add_argument("--beside", metavar="synapse|URL,PID[,PID]", help="compare with it")
    options = parser.parse_args()
    open_files_as_many_as_may_be()
    if options.server:
        uvloop.run(run(options, synapse.named(options.server)))
        return
    with our_server(test_mode=True, workers=options.workers) as server:
        uvloop.run(run(options, server))


if __name__ == "__main__":
    main()
