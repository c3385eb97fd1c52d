"""``python -m bench upgrade kills --kills 200``: ``kill -9`` at random, and nothing is lost by it.

All keys of a house change again and again, and at moments that nobody chose the process that does
the rows, the server's worker or PostgreSQL is killed. In the end every value is what it was, under
the newest keys, as in a run that nobody disturbed [U-06].
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.meter import tree
from bench.upgrade.fill import fill
from bench.upgrade.found import say
from bench.upgrade.hands import Hand, Task, start
from bench.upgrade.place import Place
from bench.upgrade.run import Open
from bench.upgrade.steps import Steps
from teahouse.app import SEALED, House
from teahouse.errors import Unavailable
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.sweep.sweep import Wanted
from teahouse.infra.vault.verifier import Looking, Verified, Verifier, differing

LARGE = ("accounts_identifiers", "accounts_sessions", "profiles_profiles")
VICTIMS = ("hand", "teahouse.cli.worker", "/postgres ")
EACH_TURN = 8  # kills before the keys have changed once
WAIT_SECONDS_MAX = 1.5
AGAIN_SECONDS = 0.2
STATES = """
select purpose, state, count(*) from vault_keys
where purpose in ('kek', 'index') group by 1, 2 order by 1, 2"""


@dataclass
class Kills:
    """A house whose processes are killed. ``wrong`` are words for what was lost."""

    place: Place
    wanted: int
    draw: random.Random
    killed: Counter[str] = field(default_factory=Counter[str])
    turns: int = 0
    wrong: list[str] = field(default_factory=list[str])

    async def go(self) -> None:
        """Kill so often, and compare."""
        async with self.place.opened() as house:
            verifier = Verifier(house.db, house.ground.vault.ring, house.ground.ids.bytes(32))
            tables = [one for one in SEALED if one.table in LARGE]
            kept = Looking(keep_rows=True)
            before = [await verifier.table(one, kept) for one in tables]
            steps = Steps(house)
            while self.killed.total() < self.wanted:
                await self._turn(house, steps)
            looking = Looking(steps.since, steps.version, alone=True, keep_rows=True)
            after = [await verifier.table(one, looking) for one in tables]
            self.wrong += compared(before, after)
            async with house.db.read() as tx:
                found = [tuple(row) for row in await tx.rows(STATES)]
                count = await tx.value("select count(*) from vault_quarantine")
            self.wrong += [f"{count} in quarantine"] * bool(count)
            for purpose in (KeyPurpose.KEK.value, KeyPurpose.INDEX.value):
                states = {state: n for kind, state, n in found if kind == purpose}
                if states != {"primary": 1, "destroyed": self.turns}:
                    self.wrong.append(f"keys of {purpose}: {states}")

    async def _turn(self, house: House, steps: Steps) -> None:
        """Change all keys once, with kills while rows are done."""
        self.turns += 1
        await steps.begin()
        await self._killing(steps.wrap, 1)
        await self._rows(Wanted(steps.since, steps.version), EACH_TURN)
        lacking = await steps.lacking()
        self.wrong += [f"{table}: {rows} lack" for table, rows in lacking.items() if rows]
        await steps.read_new()
        await self._killing(steps.clear, 1)
        await self._killing(steps.destroy_old, 1)
        while True:  # a worker that has just come back has not read the keys yet
            try:
                assert await steps.retire(), "nobody asked for a code"
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            return

    async def _rows(self, wanted: Wanted, kills: int) -> None:
        """Have a hand do the rows, and another when it was killed, until one gets to the end."""
        tables = tuple(one.table for one in SEALED)
        left = min(kills, self.wanted - self.killed.total())
        while True:
            hand = start(Task(self.place, tables, rate_max=2000.0))
            hand.begin(wanted)
            while left > 0 and not _is_over(hand):
                await asyncio.sleep(self.draw.random() * WAIT_SECONDS_MAX)
                victim = self.draw.choice(VICTIMS)
                self._kill(victim, hand)
                left -= 1
                if victim == "hand":
                    break
            while not _is_over(hand):
                await asyncio.sleep(AGAIN_SECONDS)
            hand.end()
            if hand.swept is not None:
                return

    async def _killing(self, work: Callable[[], Awaitable[int]], kills: int) -> None:
        """Do something that can be done again, while PostgreSQL or the worker is killed."""
        left = min(kills, self.wanted - self.killed.total())
        while True:
            task = asyncio.ensure_future(work())
            if left > 0:
                await asyncio.sleep(self.draw.random() * WAIT_SECONDS_MAX / 5)
                self._kill(self.draw.choice(VICTIMS[1:]), None)
                left -= 1
            try:
                await task
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            return

    def _kill(self, victim: str, hand: Hand | None) -> None:
        if victim == "hand":
            assert hand is not None, "there is one"
            hand.process.kill()
        else:
            process = _found(self.place.root, victim)
            if process is None:
                return  # it was killed a moment ago
            os.kill(process, signal.SIGKILL)
        self.killed[victim.strip("/ ")] += 1


def _is_over(hand: Hand) -> bool:
    try:
        return hand.look()
    except RuntimeError:
        return True


def _found(root: int, words: str) -> int | None:
    for process in tree(root):
        try:
            told = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if words in told:
            return process
    return None


def compared(before: Sequence[Verified], after: Sequence[Verified]) -> list[str]:
    """Return in words what is not as it was, or not under the newest keys."""
    wrong: list[str] = []
    for former, now in zip(before, after, strict=True):
        wrong += differing(former, now)
        wrong += [f"{now.table}: {now.rows} rows, and were {former.rows}"] * (
            now.rows != former.rows
        )
        wrong += [f"{now.table}: {now.unindexed} rows without their index"] * bool(now.unindexed)
        for name, column in now.columns.items():
            was: Any = former.columns[name]
            wrong += [f"{column.name}: {column.old} under old keys"] * bool(column.old)
            wrong += [f"{column.name}: {column.broken_count} broken"] * bool(column.broken_count)
            wrong += [f"{column.name}: it says something else"] * (column.digest != was.digest)
    return wrong


def killed(folder: str, opened: Open, accounts: int, kills: int, seed: int) -> Kills:
    """Do it all."""
    data = f"{folder}/data"
    with opened(data, True, 1) as (host, port, roots):
        place = Place(host, port, roots[0], data)
        fill(place, accounts, 0)
        one = Kills(place, kills, random.Random(seed))
        uvloop.run(one.go())
        return one


def run(words: list[str], opened: Open) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench upgrade kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args(words)
    say("seed", str(options.seed))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        one = killed(folder, opened, options.accounts, options.kills, options.seed)
    words = [f"{count} of {what}" for what, count in sorted(one.killed.items())]
    say("killed", f"{one.killed.total()}: {', '.join(words)}")
    say("all keys changed", f"{one.turns} times, in {time.monotonic() - began:.0f} s")
    for wrong in one.wrong[:20]:
        say("NOT AS IT HAS TO BE", wrong)
    say("the same as undisturbed", "no" if one.wrong else "yes")
    sys.exit(1 if one.wrong else 0)
