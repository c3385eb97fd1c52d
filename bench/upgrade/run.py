"""The whole upgrade with registration open: ``python -m bench upgrade --accounts 1000000``.

A house with so many accounts, of six personal fields and two unique blind indexes each. People sign
up, sign in, change their address, edit, talk and are erased all the while. Two operators plan a run
of six classes by the API and start it; the server's own hand does it, and those of ``teahouse upgrade
work``. What people noticed is measured with the run and without it, in turns of one sitting, because
a machine that is shared is not the same an hour later: without it, the operators hold it.

The house's own short-lived words are left out: their key rests 45 days. Two things are hurried, and
nothing else: old keys rest for no days, and once nobody is about the server's clock is set on, so
that it forgets the codes of the last hour.
"""

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from bench.meter import tree
from bench.upgrade.fill import FIELDS_EACH, fill
from bench.upgrade.found import Found, say
from bench.upgrade.operators import Run
from bench.upgrade.people import Load, sign_in_again
from bench.upgrade.place import Place

Open = Callable[..., AbstractContextManager[tuple[str, int, list[int]]]]
SETTINGS = {"upgrade_soft_days": "0"}
WITH_PASSWORD = 5000
SIGN_IN_AGAIN_MAX = 1000
LOOK_SECONDS = 1.0
LEAVE_SECONDS = 2.0  # until what people had begun has ended
TURN_SECONDS, FEW = 10.0, 8  # of a new state, and stretches to go of an old one
ALONE_UNTIL = 0.9  # of the fields; the rest is done with people about again
HELD = ("distribute", "dual_write", "backfill")
LEFT = {
    "rows under more than the new index": """
select count(*) from accounts_identifiers
where num_nonnulls(odd_digest, even_digest) <> 1 or coalesce(odd_version, even_version) <> (
    select version from vault_keys where purpose = 'index' and state = 'primary')""",
    "old data keys that open": """
select count(*) from vault_deks where wrapped_dek is not null
and created_at < (select since from upgrades_runs where run_id = $1)""",
    "digests of passwords that are neither wrapped nor ours": """
select count(*) from accounts_passwords
where phc not like '$argon2id$%' and phc not like '$wrapped$%'""",
    "values in quarantine": "select count(*) from vault_quarantine",
    "old keys that are not destroyed": """
select count(*) from vault_keys where purpose in ('kek', 'index')
and state not in ('primary', 'destroyed')""",
}
ARGON2ID_ONLY = "select count(*) from accounts_passwords where phc not like '$argon2id$%'"


@dataclass(frozen=True)
class Options:
    """How it is measured."""

    accounts: int = 1_000_000
    seconds: float = 60.0  # of each turn
    turns: int = 3  # without the run and with it
    hands: int = 2  # processes: the server's own, and these besides
    people: int = 2  # processes of them
    warm: float = 5.0  # seconds before anything is measured
    budget: float = 3600.0  # seconds in all, after which it gives up


@dataclass
class Whole:
    """One sitting."""

    place: Place
    options: Options
    run: Run
    found: Found
    more: "list[subprocess.Popen[bytes]]" = field(default_factory=list["subprocess.Popen[bytes]"])

    async def go(self) -> Found:
        """Do everything."""
        options, found, run = self.options, self.found, self.run
        load = Load.start(self.place, min(options.accounts, WITH_PASSWORD), options.people)
        load.ready()
        load.goes.value = 1.0
        try:
            await run.come()
            await run.plan()
            async with asyncio.timeout(options.budget):
                await self._pass(options.warm)
                await self._turns()
                await self._alone(load)
                await self._end(load)
        except TimeoutError:  # what was measured until then is told
            found.ended, found.told, found.steps = time.monotonic(), run.told, run.told["steps"]
            found.report = (1, f"it did not end within {options.budget:.0f} s", 1)
        finally:
            found.noted = load.stop()
            for one in self.more:
                one.terminate()
                one.wait(30)
        return found

    async def _turns(self) -> None:
        """Without the run and with it, in turns."""
        for turn in range(self.options.turns):
            since = time.monotonic()
            await self._pass(self.options.seconds)
            self.found.calm.append((since, time.monotonic()))
            if not turn:
                await self._start()
            elif self.run.told["summary"]["paused"]:
                await self.run.act("resume")
            since = time.monotonic()
            await self._pass(self.options.seconds)
            self.found.under.append((since, time.monotonic()))
            if turn + 1 < self.options.turns and self.run.points[-1].state in HELD:
                await self.run.act("pause")

    async def _start(self) -> None:
        await self.run.act("start")
        self.found.began = time.monotonic()
        words = ["upgrade", "work", "--processes", "1", "--data-dir", self.place.data]
        told = {f"TEAHOUSE_{name.upper()}": value for name, value in SETTINGS.items()}
        for _ in range(self.options.hands - 1):
            command = [sys.executable, "-m", "teahouse", *words]
            env = {**os.environ, **told, "TEAHOUSE_TEST_MODE": "1"}
            self.more.append(subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL))

    async def _alone(self, load: Load) -> None:
        """The most of what is left while nobody is about, the last of it with people again."""
        wanted = self.options.accounts * FIELDS_EACH * ALONE_UNTIL
        if (await self.run.look()).fields < wanted:
            load.goes.value = 0.0
            await self._pass(LEAVE_SECONDS)
            since = time.monotonic()
            await self._until(lambda: self.run.points[-1].fields >= wanted)
            self.found.alone = (since, time.monotonic())
            load.goes.value = 1.0

    async def _end(self, load: Load) -> None:
        """Verified, read new, retired: with people about. Then they go, and it is closed."""
        run, found = self.run, self.found
        await self._until(lambda: run.points[-1].says.startswith("verified"), load)
        await run.agree("retire")
        await self._until(lambda: run.points[-1].says.startswith(("index:", "waits for two")), load)
        load.goes.value = 1.0
        await self._pass(LEAVE_SECONDS)
        load.goes.value = 0.0
        await self._pass(LEAVE_SECONDS)
        await run.forget_codes()
        await self._until(lambda: run.points[-1].says.startswith("waits for two"))
        await run.agree("destroy")
        await run.clock(datetime.now(UTC))
        await self._until(lambda: run.points[-1].state == "closed")
        found.ended = time.monotonic()
        found.told, found.steps = run.told, run.told["steps"]
        await self._left()
        people = min(self.options.accounts, WITH_PASSWORD)
        found.report, found.again = await asyncio.gather(
            asyncio.to_thread(report_of, self.place, run.run_id),
            sign_in_again(self.place, people, SIGN_IN_AGAIN_MAX),
        )
        await self._passwords()

    async def _left(self) -> None:
        db = await asyncpg.connect(self.place.dsn)
        try:
            for what, query in LEFT.items():
                values = [self.run.run_id] if "$1" in query else []
                self.found.left[what] = await db.fetchval(query, *values)
        finally:
            await db.close()

    async def _passwords(self) -> None:
        """Look whether those who all signed in have plain argon2id."""
        if min(self.options.accounts, WITH_PASSWORD) > SIGN_IN_AGAIN_MAX:
            return  # some of them did not
        db = await asyncpg.connect(self.place.dsn)
        try:
            what = "digests that are not plain, after everybody signed in"
            self.found.left[what] = await db.fetchval(ARGON2ID_ONLY)
        finally:
            await db.close()

    # -- while it goes -------------------------------------------------------------------------

    async def _until(self, done: Callable[[], bool], load: Load | None = None) -> None:
        """Wait until the run is so far. Raises ``RuntimeError`` when it stopped by itself.

        With a load, people are about where one state follows another, and leave the long stretches
        between alone, so that it ends.
        """
        while True:
            point = await self.run.look()
            if done():
                return
            if load is not None:
                load.goes.value = 1.0 if self._is_turning() else 0.0
            if point.says.startswith("stopped") or point.state == "aborted":
                raise RuntimeError(f"{point.says}: {self.run.told['findings']}")
            await self._pass(LOOK_SECONDS / 4)

    def _is_turning(self) -> bool:
        points = self.run.points
        since = next((p.at for p in reversed(points) if p.state != points[-1].state), 0.0)
        left, _, what = points[-1].says.partition(" ")
        few = not what.startswith("stretches to go") or int(left) <= FEW
        return few or time.monotonic() - since < TURN_SECONDS

    async def _pass(self, seconds: float) -> None:
        """Let time pass, and look each second."""
        found, end = self.found, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if time.monotonic() - found.watched >= LOOK_SECONDS:
                found.watched = time.monotonic()
                self._watch()
                if found.began:
                    await self.run.look()
            await asyncio.sleep(min(left, LOOK_SECONDS))

    def _watch(self) -> None:
        served = [*tree(self.place.root), *(p for one in self.more for p in tree(one.pid))]
        kinds = {"worker": b"teahouse.cli.worker", "hand": b"teahouse.cli.hand"}
        words = {one: _words(one) for one in served}
        for what, word in kinds.items():
            for nth, one in enumerate(p for p, said in words.items() if word in said):
                self.found.memory.look(f"{what} {nth + 1}", [one])
        postgres = [p for p, said in words.items() if b"postgres" in said]
        self.found.memory.look("postgresql", postgres)


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def report_of(place: Place, run_id: str) -> tuple[int, str, int]:
    """Fetch a run's report and verify it: exit code, what is said, and the code when it is spoilt."""
    folder = Path(place.data).parent
    file, keys = folder / "report.json", folder / "keys.json"
    said = _teahouse("report", run_id, "--to", str(file), "--data-dir", place.data)
    assert said.wait() == 0, said.communicate()[1]
    url = f"http://{place.host}:{place.port}/.well-known/teahouse-keys.json"
    with urllib.request.urlopen(url) as answer:
        keys.write_bytes(answer.read())
    spoilt = folder / "spoilt.json"
    raw = bytearray(file.read_bytes())
    nth = next(n for n in range(len(raw) // 2, len(raw)) if chr(raw[n]).isdigit())
    raw[nth] = ord("1") if raw[nth] != ord("1") else ord("2")
    spoilt.write_bytes(raw)
    right, wrong = (
        _teahouse("verify-report", str(one), "--key", str(keys)) for one in (file, spoilt)
    )  # side by side
    words, _ = right.communicate()
    wrong.communicate()
    return right.returncode, words.decode(), wrong.returncode


def _teahouse(*words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "teahouse", "upgrade", *words]
    env = {**os.environ, "TEAHOUSE_TEST_MODE": "1"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@contextmanager
def filled(folder: str, opened: Open, accounts: int) -> Iterator[Place]:
    """Open a house with so many accounts."""
    data = f"{folder}/data"
    with opened(data, True, 1, **SETTINGS) as (host, port, roots):
        place = Place(host, port, roots[0], data)
        began = time.monotonic()
        fill(place, accounts, min(accounts, WITH_PASSWORD))
        say(f"{accounts:,} accounts written", f"{time.monotonic() - began:.0f} s")
        yield place


def whole(folder: str, opened: Open, options: Options) -> Found:
    """Measure, and print nothing yet."""
    with filled(folder, opened, options.accounts) as place:
        return uvloop.run(_analysed(place, options))


async def _analysed(place: Place, options: Options) -> Found:
    db = await asyncpg.connect(place.dsn)
    try:
        # What follows a filling is done before anything is measured, not in the first turn.
        await db.execute("vacuum analyze")
    finally:
        await db.close()
    os.sync()
    run = Run(place)
    return await Whole(place, options, run, Found(points=run.points)).go()
