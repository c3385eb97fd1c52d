"""``python -m bench upgrade races``: two sign up with one number at one moment, and one is let in.

Ten thousand times, each of the two at a house of their own: two processes on one database, as two
workers are. Meanwhile the key of the blind indexes is changed again and again, and at each step of
that the second house is kept a generation of the keys behind the first [U-11].
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

from bench.upgrade.found import say
from bench.upgrade.names import phone_of
from teahouse.accounts.model import Account, ContactInUse
from teahouse.app import SEALED, House, open_house
from teahouse.config import Config
from teahouse.consent.model import Basis
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt
from teahouse.infra.db.migrator import migrate
from teahouse.infra.db.pool import Tx
from teahouse.infra.engines.connection import connection
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.sweep.slots import IndexHoldings, clear_whole
from teahouse.infra.vault.sweep.sweep import Sweep, Wanted
from teahouse.registrations.model import NewAccount

RACES, CHANGES = 10_000, 4
AT_ONCE = 8
INDEX = KeyPurpose.INDEX
BOTH = TwoPersons("bench one", "bench two")
COME = Attempt(doors=(Door.ADMIN_IMPORT,), account_class="personal", region="intl")
INDEXED = tuple(one for one in SEALED if one.indexed)
# Of each ten or one of a change; the last catches up at its first race, as the floor has it.
PHASES = (
    ("one writes both versions, one the former", 10),
    ("one looks for the new version first", 10),
    ("one writes the new version, one both", 10),
    ("and the floor is above the second", 1),
)
COUNTED: dict[str, LiteralString] = {
    "accounts": "select count(*) from accounts_accounts",
    "numbers": "select count(*) from accounts_identifiers",
    "rows under more than the newest version": """
select count(*) from accounts_identifiers
where num_nonnulls(odd_digest, even_digest) <> 1 or coalesce(odd_version, even_version) <> (
    select version from vault_keys where purpose = 'index' and state = 'primary')""",
}
_spawn = get_context("spawn")


class Told(NamedTuple):
    """Who got each number of a batch, as account ids, and the generation it began with."""

    got: list[str | None]
    generation: int


@dataclass
class Worker:
    """A house whose keys are as new as it was last told to read them."""

    house: House
    tag: str

    async def beat(self) -> None:
        """Read the keys, and say so."""
        await self.house.ground.attendance.beat()

    async def race(self, batch: range) -> Told:
        """Sign up with each number, all at one moment."""
        generation = self.house.ground.vault.ring.held.generation
        return Told(list(await asyncio.gather(*map(self._come, batch))), generation)

    async def _come(self, nth: int) -> str | None:
        accounts, steps = self.house.people.accounts, self.house.doors.registrations.steps

        async def also(tx: Tx, account: Account) -> None:
            await accounts.add_identifier(tx, account.account_id, "phone", phone_of(nth))

        new = NewAccount(username=f"{self.tag}{nth:05d}", sign_in=False)
        try:
            made = await steps.at_once(COME, new, Basis.ADMINISTRATOR, also)
        except ContactInUse:
            return None
        return made.account.account_id


def _main(config: Config, dsn: str, told: Any) -> None:
    asyncio.run(_serve(config, dsn, told))


async def _serve(config: Config, dsn: str, told: Any) -> None:
    async with open_house(config, dsn) as house:
        worker = Worker(house, "b")
        await worker.beat()
        told.send(None)
        while (batch := await asyncio.to_thread(told.recv)) is not None:
            told.send(await worker.race(batch) if len(batch) else await worker.beat())


@dataclass
class Races:
    """The first house, and the second by a pipe."""

    here: Worker
    there: Any
    wanted: int
    changes: int
    won: Counter[str] = field(default_factory=Counter[str])
    behind: Counter[str] = field(default_factory=Counter[str])
    found: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[str] = field(default_factory=list[str])
    _version: int = 1
    _begun: int = 0
    _share: int = 0

    async def go(self) -> None:
        """Change the key so often, with races at each step of it; then look what there is."""
        for _ in range(self.changes):
            await self._change()
        await self._look()

    async def _change(self) -> None:
        """Take the index key through its whole life, the second house a step behind."""
        ground, former = self.here.house.ground, self._version
        smith = ground.locksmith
        phases = iter(PHASES)
        self._version = version = await self._do(lambda tx: smith.add(tx, INDEX))
        await self._do(lambda tx: smith.distribute(tx, INDEX, version))
        await self._both()
        await self._do(lambda tx: smith.write_also(tx, version))
        await self._phase(*next(phases))
        await self._both()
        await self._settle()
        await self._sweep(version)
        await self._do(lambda tx: smith.promote(tx, INDEX, version))
        await self._phase(*next(phases))
        await self._both()
        await self._do(lambda tx: smith.write_no_more(tx, former))
        await self._phase(*next(phases))
        await self._settle()
        await self._phase(*next(phases))
        await self._both()
        for one in INDEXED:
            while await clear_whole(ground.db, one, former, version):
                pass
        await self._do(lambda tx: smith.soft_disable(tx, INDEX, former))
        await self._both()
        await self._do(lambda tx: smith.destroy(tx, INDEX, former, BOTH))
        await self._both()

    async def _phase(self, what: str, share: int) -> None:
        """Hold the races of a step."""
        self._share += share
        until = self.wanted * self._share // (sum(of for _, of in PHASES) * self.changes)
        while self._begun < until:
            batch = range(self._begun, min(self._begun + AT_ONCE, until))
            self.there.send(batch)
            mine, theirs = await asyncio.gather(self.here.race(batch), self._told())
            self._begun = batch.stop
            self.behind[what] += len(batch) * (theirs.generation < mine.generation)
            self.judge(batch, mine.got, theirs.got)

    def judge(self, batch: range, mine: list[str | None], theirs: list[str | None]) -> None:
        """Note who got which number, and what must not be."""
        for nth, one, other in zip(batch, mine, theirs, strict=True):
            if (one is None) == (other is None):
                how = "nobody got it" if one is None else "two got it"
                self.wrong.append(f"number {nth}: {how}")
            self.won["the first house" if one is not None else "the second"] += 1

    async def _look(self) -> None:
        """Look whether there are as many accounts and numbers as races, each found by its own."""
        house, whose = self.here.house, set[str]()
        async with house.db.read() as tx:
            for what, query in COUNTED.items():
                self.found[what] = await tx.value(query)
            for nth in range(self._begun):
                account = await house.people.accounts.finder.by_identifier(
                    tx, "phone", phone_of(nth)
                )
                whose |= set() if account is None else {account.account_id}
        self.found["found by their number"] = len(whose)
        self.wrong += wrong_of(self.found, self._begun)

    # -- within --------------------------------------------------------------------------------

    async def _told(self) -> Any:
        return await asyncio.to_thread(self.there.recv)

    async def _both(self) -> None:
        await self.here.beat()
        self.there.send(range(0))
        await self._told()

    async def _do(self, verb: Callable[[Tx], Awaitable[KeysChanged]]) -> int:
        """Do something to the key, and let only the first house know."""
        ground = self.here.house.ground
        async with ground.db.transaction() as tx:
            told = await verb(tx)
            await ground.log.put(tx, told)
        await self.here.beat()
        return told.version

    async def _settle(self) -> None:
        ground = self.here.house.ground
        async with ground.db.transaction() as tx:
            await ground.locksmith.raise_floor(tx)
        await ground.locksmith.barrier(ground.db)

    async def _sweep(self, version: int) -> None:
        ground = self.here.house.ground
        sweep = Sweep(ground.db, ground.vault.ring, ground.ids, ground.clock)
        for one in INDEXED:
            await sweep.whole(one, Wanted(index=version))
        async with ground.db.transaction() as tx:
            lacking = await IndexHoldings(SEALED).lacking(tx, version)
        self.wrong += [f"{table}: {rows} lack an index" for table, rows in lacking.items() if rows]


def wrong_of(found: dict[str, int], races: int) -> list[str]:
    """Return in words what is not one account and one number for each race."""
    few = ("accounts", "numbers", "found by their number")
    wrong = [f"{found[what]} {what}, of {races} races" for what in few if found[what] != races]
    more = "rows under more than the newest version"
    return wrong + [f"{found[more]} {more}"] * bool(found[more])


async def raced(config: Config, dsn: str, races: int, changes: int) -> Races:
    """Open both houses on a migrated database, and hold the races."""
    ours, theirs = _spawn.Pipe()
    process = _spawn.Process(target=_main, args=(config, dsn, theirs), daemon=True)
    async with open_house(config, dsn) as house:
        here = Worker(house, "a")
        await here.beat()
        process.start()
        theirs.close()
        try:
            await asyncio.to_thread(ours.recv)
            held = Races(here, ours, races, changes)
            await held.go()
            ours.send(None)
            await asyncio.to_thread(process.join)
        finally:
            process.kill()
        return held


async def _measured(folder: str, races: int, changes: int) -> Races:
    config = Config(data_dir=f"{folder}/data", test_mode=True)
    async with connection(config, lambda _: None) as dsn:
        await migrate(dsn)
        return await raced(config, dsn, races, changes)


def run(words: list[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench upgrade races", description=__doc__)
    parser.add_argument("--races", type=int, default=RACES)
    parser.add_argument("--changes", type=int, default=CHANGES, help="of the key meanwhile")
    options = parser.parse_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        held = asyncio.run(_measured(folder, options.races, options.changes))
    say("races", f"{options.races:,}, in {time.monotonic() - began:.0f} s")
    for what, count in held.found.items():
        say(what, f"{count:,}")
    say("duplicates", f"{sum('two got it' in one for one in held.wrong)}")
    say("won by", ", ".join(f"{who}: {count:,}" for who, count in sorted(held.won.items())))
    say("the key changed", f"{options.changes} times; the second house was behind in")
    for what, count in held.behind.items():
        say("", f"{count:,} races: {what}")
    for wrong in held.wrong[:20]:
        say("NOT AS IT HAS TO BE", wrong)
    sys.exit(1 if held.wrong else 0)
