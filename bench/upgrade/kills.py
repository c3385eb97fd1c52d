"""``python -m bench upgrade kills``: ``kill -9`` two hundred times while runs go; nothing is lost.

Small houses side by side, because a killed process is mostly waited for. In each, two operators let
a run of six classes go from start to closed, undisturbed. Then runs go in which the server's
worker, its hand, a hand of ``teahouse upgrade work`` and PostgreSQL are killed at random moments,
several in a row, and again once the run has moved. In the end every value is what it was, under the
newest keys, and the house is as the undisturbed run left it [U-06].
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from bench.meter import tree
from bench.upgrade.fill import LEGACY_ONE_IN, digest_of, fill
from bench.upgrade.found import say
from bench.upgrade.names import name_of
from bench.upgrade.operators import Point, Run
from bench.upgrade.people import sign_in_again
from bench.upgrade.place import Place
from bench.upgrade.run import LEFT, SETTINGS, Open, report_of
from teahouse.app import SEALED
from teahouse.infra.vault.verifier import Looking, Verified, Verifier, differing

LARGE = ("accounts_identifiers", "accounts_sessions", "profiles_profiles")
WORKER, HAND, POSTGRES = "teahouse.cli.worker", "teahouse.cli.hand", "/postgres "
OF_SERVER, OF_WORK = "the server's hand", "a hand of `upgrade work`"
BURST = (5, 10)  # kills in a row, and then it has to move
MOVES = (1, 12)  # so often its state, its words or its count of rows is another
GAP_SECONDS_MAX = 1.2
LOOK_SECONDS = 0.2
SETTLE_SECONDS = 1.0  # until the last that was killed is missed
WITH_PASSWORD = 40
LEGACY = """
update accounts_passwords p set phc = n.phc
from unnest($1::text[], $2::text[]) as n (localpart, phc), accounts_accounts a
where a.localpart = n.localpart and p.account_id = a.account_id"""
STATES = {
    "keys that lead": "select purpose, count(*) from vault_keys where state = 'primary' group by 1",
    "data keys that open": """
select d.class, count(*) from vault_deks d join accounts_accounts a on a.account_id = d.subject_id
where d.wrapped_dek is not null group by 1""",
    "digests of passwords": """
select split_part(phc, '$', 2), count(*) from accounts_passwords group by 1""",
    "accounts": "select state, count(*) from accounts_accounts group by 1",
}
SINCE = "select since from upgrades_runs where run_id = $1"
INDEX = "select version from vault_keys where purpose = 'index' and state = 'primary'"


@dataclass
class Killed:
    """A house whose processes are killed. ``wrong`` are words for what was lost."""

    place: Place
    wanted: int
    draw: random.Random
    kinds: Counter[str] = field(default_factory=Counter[str])
    states: Counter[str] = field(default_factory=Counter[str])
    calm: list[float] = field(default_factory=list[float])  # seconds from start to closed
    under: list[float] = field(default_factory=list[float])
    wrong: list[str] = field(default_factory=list[str])
    tokens: list[str] = field(default_factory=list[str])
    _key: bytes = b""
    _work: int = 0  # the process of ``upgrade work``
    _run: Run | None = None

    async def go(self, calmly: bool = True) -> None:
        """Let runs go, kill so often meanwhile, and compare."""
        first = Run(self.place)
        await first.come()
        self.tokens, self._key = first.tokens, self.draw.randbytes(32)
        before = await self._seen(Looking(keep_rows=True))
        with _hand_beside(self.place) as self._work:
            if calmly:
                await self._whole(0)
            undisturbed = await self._is() if calmly else None
            while self.kinds.total() < self.wanted:
                await self._legacy()
                await self._whole(self.wanted - self.kinds.total())
            assert self._run is not None, "one went"
            self.wrong += await self._old(self._run.run_id)
            self.wrong += compared(before, await self._seen(await self._newest()))
            if undisturbed is not None:
                self.wrong += unlike(undisturbed, await self._is())
            told = await asyncio.to_thread(report_of, self.place, self._run.run_id)
            self.wrong += [f"its report is not right: {told[1]}"] * bool(told[0])
            _, faults = await sign_in_again(self.place, WITH_PASSWORD, WITH_PASSWORD)
            self.wrong += [f"cannot sign in: {one}" for one in faults]

    # -- a run ---------------------------------------------------------------------------------

    async def _whole(self, kills: int) -> None:
        """Let a run go from start to closed, with so many kills at most."""
        self._run = run = Run(self.place, self.tokens)
        await run.plan()
        await run.act("start")
        await run.look()
        began = time.monotonic()
        killing = asyncio.ensure_future(self._kill(run, kills))
        try:
            while (point := await run.look()).state != "closed":
                await self._decide(run, point)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        (self.under if kills else self.calm).append(time.monotonic() - began)
        await asyncio.sleep(SETTLE_SECONDS)
        await run.clock(datetime.now(UTC))
        await run.look()  # which is answered once all are there again

    async def _decide(self, run: Run, point: Point) -> None:
        """Do what the operators of a run have to, again if the answer was lost."""
        if point.says.startswith("stopped") or point.state == "aborted":
            raise RuntimeError(f"{point.says}: {run.told['findings']}")
        if point.says.startswith("verified"):
            await self._agree(run, "retire")
        elif point.says.startswith("waits for two"):
            await self._agree(run, "destroy")
        elif point.says.startswith("index: still"):
            await run.forget_codes()

    async def _agree(self, run: Run, verb: str) -> None:
        for who in range(len(self.tokens)):
            with suppress(RuntimeError):  # it was done already, and the answer was lost
                await run.act(verb, who)

    async def _kill(self, run: Run, left: int) -> None:
        """Kill several in a row, and again once the run has moved some way after that."""
        while left > 0:
            seen = len(run.points)
            for _ in range(self.draw.randint(*MOVES)):
                was = run.points[-1][1:]
                while run.points[-1][1:] == was or len(run.points) < seen + 2:
                    await asyncio.sleep(LOOK_SECONDS)
            for _ in range(self.draw.randint(*BURST)):
                await asyncio.sleep(self.draw.random() * GAP_SECONDS_MAX)
                left -= self._one(run.points[-1].state)
                if left == 0:
                    return

    def _one(self, state: str) -> bool:
        """Kill one of those that are there; tell whether there was any."""
        there: dict[str, int | None] = {
            "the worker": _found(self.place.root, WORKER),
            OF_SERVER: _found(self.place.root, HAND),
            OF_WORK: _found(self._work, HAND),
            "PostgreSQL": _found(self.place.root, POSTGRES),
        }
        what = self.draw.choice([kind for kind, found in there.items() if found] or [""])
        process = there.get(what)
        if process is None:
            return False
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.kinds[what] += 1
        self.states[state] += 1
        return True

    # -- how it is -----------------------------------------------------------------------------

    async def _seen(self, looking: Looking) -> list[Verified]:
        """Open everything, by code that shares nothing with what sealed it."""
        async with self.place.opened() as house:
            verifier = Verifier(house.db, house.ground.vault.ring, self._key)
            return [await verifier.table(one, looking) for one in SEALED if one.table in LARGE]

    async def _newest(self) -> Looking:
        assert self._run is not None, "one went"
        since = await self._asked(SINCE, self._run.run_id)
        version = await self._asked(INDEX)
        return Looking(since[0][0], version[0][0], alone=True, keep_rows=True)

    async def _is(self) -> dict[str, Any]:
        """Return in what state the house is, as it has to be after any run."""
        return {
            what: {row[0]: row[1] for row in await self._asked(query)}
            for what, query in STATES.items()
        }

    async def _old(self, run_id: str) -> list[str]:
        counts = {
            what: await self._asked(query, *([run_id] if "$1" in query else []))
            for what, query in LEFT.items()
        }
        return [f"{rows[0][0]} {what}" for what, rows in counts.items() if rows[0][0]]

    async def _legacy(self) -> None:
        """Have some passwords be as other systems digest them, so that there is some work."""
        those = range(0, WITH_PASSWORD, LEGACY_ONE_IN)
        digests = [digest_of(nth) for nth in those]
        await self._asked(LEGACY, [name_of(nth) for nth in those], digests)

    async def _asked(self, query: str, *values: Any) -> Sequence[Any]:
        db = await asyncpg.connect(self.place.dsn)
        try:
            return await db.fetch(query, *values)
        finally:
            await db.close()


@contextmanager
def _hand_beside(place: Place) -> Iterator[int]:
    """Have ``teahouse upgrade work`` go, and give its process."""
    words = ["upgrade", "work", "--processes", "1", "--data-dir", place.data]
    told = {f"TEAHOUSE_{name.upper()}": value for name, value in SETTINGS.items()}
    env = {**os.environ, **told, "TEAHOUSE_TEST_MODE": "1"}
    command = [sys.executable, "-m", "teahouse", *words]
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


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


def unlike(undisturbed: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words in what a house is not as an undisturbed run left it."""
    return [
        f"{what}: {now[what]}, and undisturbed {was}"
        for what, was in undisturbed.items()
        if now[what] != was
    ]


@dataclass
class Town:
    """Houses side by side, and what was found in all of them."""

    houses: list[Killed]

    async def go(self, calmly: bool, budget: float) -> None:
        """Do everything in all of them at once."""
        try:
            async with asyncio.timeout(budget):
                await asyncio.gather(*(one.go(calmly) for one in self.houses))
        except TimeoutError:
            self.houses[0].wrong.append("it did not end in time")

    @property
    def wrong(self) -> list[str]:
        """What was lost."""
        return [wrong for one in self.houses for wrong in one.wrong]

    @property
    def kinds(self) -> Counter[str]:
        """How often what was killed."""
        return sum((one.kinds for one in self.houses), Counter[str]())

    @property
    def states(self) -> Counter[str]:
        """In which state of a run."""
        return sum((one.states for one in self.houses), Counter[str]())


@dataclass(frozen=True)
class Options:
    """How it is done."""

    kills: int = 200
    houses: int = 4
    accounts: int = 500  # of each house
    seed: int = 0
    budget: float = 600.0  # seconds, after which it gives up


def killed(folder: str, opened: Open, options: Options, calmly: bool = True) -> Town:
    """Do it all."""
    with ExitStack() as open_too:
        places: list[Place] = []
        for nth in range(options.houses):
            data = f"{folder}/{nth}/data"
            Path(data).parent.mkdir()
            Path(data).parent.chmod(0o755)
            host, port, roots = open_too.enter_context(opened(data, True, 1, **SETTINGS))
            places.append(Place(host, port, roots[0], data))
            fill(places[-1], options.accounts, WITH_PASSWORD)
        share = -(-options.kills // options.houses)
        shares = [max(0, min(share, options.kills - nth * share)) for nth in range(options.houses)]
        town = Town([
            Killed(place, wanted, random.Random(options.seed + nth))
            for nth, (place, wanted) in enumerate(zip(places, shares, strict=True))
        ])  # fmt: skip
        uvloop.run(town.go(calmly, options.budget))
        return town


def run(words: list[str], opened: Open) -> None:
    """Read the options and run."""
    usual = Options(seed=random.SystemRandom().randrange(2**32))
    parser = argparse.ArgumentParser(prog="python -m bench upgrade kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--houses", type=int, default=usual.houses, help="side by side")
    parser.add_argument("--accounts", type=int, default=usual.accounts, help="of each house")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--budget", type=float, default=usual.budget, help="seconds in all")
    options = Options(**vars(parser.parse_args(words)))
    say("seed", str(options.seed))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        town = killed(folder, opened, options)
    say("killed", f"{town.kinds.total()}, in {time.monotonic() - began:.0f} s in all")
    for what, count in sorted(town.kinds.items()):
        say(f"  {what}", str(count))
    for state, count in town.states.items():
        say(f"  while {state}", str(count))
    _overhead(town)
    for wrong in town.wrong[:20]:
        say("NOT AS IT HAS TO BE", wrong)
    say("the same as undisturbed", "no" if town.wrong else "yes")
    sys.exit(1 if town.wrong else 0)


def _overhead(town: Town) -> None:
    calm = [took for one in town.houses for took in one.calm]
    under = [took for one in town.houses for took in one.under]
    if not (calm and under):
        return
    usual = sum(calm) / len(calm)
    say("a run undisturbed", f"{usual:.0f} s, from start to closed")
    say("  with kills", f"{sum(under) / len(under):.0f} s, of {len(under)} runs")
    each = (sum(under) - usual * len(under)) / (town.kinds.total() or 1)
    say("  so each kill costs", f"{each:.1f} s of a house's run")
