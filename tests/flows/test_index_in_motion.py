"""The key of the blind indexes changes, and is destroyed, while sixteen people are at it [U-11].

Two workers, of which each hears of a change only when it looks. Whoever has a number is found by
it at every moment, and two who want one number never both get it.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest
from bench.upgrade.races import raced, wrong_of

from teahouse.accounts.model import ContactInUse
from teahouse.accounts.store.personal import PHONE, SEALED
from teahouse.app import SEALED as ALL_SEALED
from teahouse.config import Config
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sweep.slots import IndexHoldings, clear_whole
from teahouse.infra.vault.sweep.sweep import Sweep, Wanted
from tests.flows.test_keys_in_motion import settle, step
from tests.living import Living, living

CLIENTS, NUMBERS = 16, 24
INDEX = KeyPurpose.INDEX
DOUBLES = """
select count(*) from (
    select odd_version, odd_digest from accounts_identifiers where odd_digest is not null
    group by 1, 2 having count(*) > 1
    union all
    select even_version, even_digest from accounts_identifiers where even_digest is not null
    group by 1, 2 having count(*) > 1
) as twice"""


@pytest.fixture
async def homes(database: Database, dsn: str, tmp_path: Path) -> AsyncIterator[list[Living]]:
    async with living(dsn, tmp_path) as one, living(dsn, tmp_path) as other:
        yield [one, other]


def number(nth: int) -> str:
    return f"+4479112{nth:05d}"


@dataclass
class Town:
    """Who has which number, as those know who were given it."""

    homes: list[Living]
    draw: random.Random
    owned: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])
    changes: int = 0
    looked: int = 0
    refused: int = 0
    over: bool = False

    async def live(self, account_id: str) -> None:
        """Take, look up and give back numbers, until it is over."""
        mine: int | None = None
        for turn in itertools.count():
            if self.over and turn > 3:
                return
            accounts = self.draw.choice(self.homes).house.people.accounts
            if mine is None:
                mine = await self.take(account_id)
            elif self.draw.random() < 0.3:
                async with accounts.db.transaction() as tx:
                    del self.owned[mine]
                    assert await accounts.drop_contact(tx, account_id, "phone", 2)
                mine = None
            await self.look()
            await asyncio.sleep(0)

    async def take(self, account_id: str) -> int | None:
        nth = self.draw.randrange(NUMBERS)
        accounts = self.draw.choice(self.homes).house.people.accounts
        try:
            async with accounts.db.transaction() as tx:
                await accounts.add_identifier(tx, account_id, "phone", number(nth), rank=2)
        except ContactInUse:
            self.refused += 1
            return None
        assert nth not in self.owned, "two have one number"
        self.changes += 1
        self.owned[nth] = (account_id, self.changes)  # so that it is told from having it again
        return nth

    async def look(self) -> None:
        """Whoever had a number before and after the look was found by it."""
        nth = self.draw.randrange(NUMBERS)
        before = self.owned.get(nth)
        accounts = self.draw.choice(self.homes).house.people.accounts
        async with accounts.db.read() as tx:
            found = await accounts.finder.by_identifier(tx, "phone", number(nth))
        if before is not None and self.owned.get(nth) == before:
            self.looked += 1
            assert found is not None, "a number was not found"
            assert found.account_id == before[0]


async def look_at_keys(homes: list[Living]) -> None:
    for home in homes:
        await home.house.ground.attendance.beat()


async def written(house: Living, version: int, yes: bool) -> None:
    ground = house.house.ground
    async with ground.db.transaction() as tx:
        locksmith = ground.locksmith
        await (locksmith.write_also if yes else locksmith.write_no_more)(tx, version)
    await ground.attendance.beat()


async def change(homes: list[Living], former: int) -> int:
    """Take the index key through its whole life, from beginning to destruction."""
    house, ground = homes[0], homes[0].house.ground
    version = await step(house, "add", INDEX)
    await step(house, "distribute", INDEX, version)
    await look_at_keys(homes)
    await written(house, version, True)
    await settle(house)  # from here on everything new lies in both slots
    sweep = Sweep(ground.db, ground.vault.ring, ground.ids, ground.clock)
    holdings = IndexHoldings(ALL_SEALED)
    for one in ALL_SEALED:
        if one.indexed:
            assert (await sweep.whole(one, Wanted(index=version), 5)).broken == 0
    async with ground.db.transaction() as tx:
        assert set((await holdings.lacking(tx, version)).values()) == {0}
    await step(house, "promote", INDEX, version)
    await look_at_keys(homes)
    await written(house, former, False)
    await settle(house)
    while await clear_whole(ground.db, SEALED[0], former, version, 7):
        pass
    async with ground.db.transaction() as tx:
        assert await holdings.held(tx, KeyRef("", former)) == 0
    await step(house, "soft_disable", INDEX, former)
    await look_at_keys(homes)
    await step(house, "destroy", INDEX, former, TwoPersons("ann", "bo"))
    return version


async def test_sixteen_people_notice_nothing(
    homes: list[Living], wiper: asyncpg.Connection
) -> None:
    for nth in range(CLIENTS):
        await homes[nth % 2].person(f"client{nth}")
    rows = await wiper.fetch("select account_id from accounts_accounts order by account_id")
    town = Town(homes, random.Random(7))
    ground = homes[0].house.ground
    async with ground.db.transaction() as tx:
        for row in rows:
            await ground.vault.grant(tx, row[0], [PHONE.purpose])
    people = [asyncio.ensure_future(town.live(row[0])) for row in rows]
    try:
        version = await change(homes, 1)
        version = await change(homes, version)
    finally:
        town.over = True
        told = await asyncio.gather(*people, return_exceptions=True)
    assert [one for one in told if one is not None] == []
    assert version == 3, "the slot of the first is in use again"
    assert await wiper.fetchval(DOUBLES) == 0
    versions = "select distinct odd_version, even_version from accounts_identifiers"
    assert {tuple(row) for row in await wiper.fetch(versions)} <= {(3, None)}
    assert min(town.changes, town.looked, town.refused) > 20, (town.changes, town.looked)


RACES = 60  # in each phase


async def take(home: Living, account_id: str, nth: int) -> bool:
    """Take a number at a worker, and tell whether it was to be had."""
    accounts = home.house.people.accounts
    try:
        async with accounts.db.transaction() as tx:
            await accounts.add_identifier(tx, account_id, "phone", number(nth), rank=2)
    except ContactInUse:
        return False
    return True


async def leave(home: Living, account_id: str) -> None:
    """Give up the number that was taken."""
    accounts = home.house.people.accounts
    async with accounts.db.transaction() as tx:
        assert await accounts.drop_contact(tx, account_id, "phone", 2)


async def races(homes: list[Living], who: list[str], first: int) -> None:
    """Two want one number at the same moment, each at a worker of their own: one gets it."""
    for nth in range(first, first + RACES):
        both = zip(homes, who, strict=True)
        got = await asyncio.gather(*(take(home, account_id, nth) for home, account_id in both))
        assert sum(got) == 1, f"{sum(got)} have one number"
        await leave(homes[0], who[got.index(True)])


async def test_one_of_two_gets_a_number_while_one_worker_is_behind(
    homes: list[Living], wiper: asyncpg.Connection
) -> None:
    house, ground = homes[0], homes[0].house.ground
    for name in ("ann", "bo"):
        await house.person(name)
    rows = await wiper.fetch("select account_id from accounts_accounts order by account_id")
    who = [row[0] for row in rows]
    async with ground.db.transaction() as tx:
        for account_id in who:
            await ground.vault.grant(tx, account_id, [PHONE.purpose])
    theirs = homes[1].house.ground.vault.ring
    version = await step(house, "add", INDEX)
    await step(house, "distribute", INDEX, version)
    await look_at_keys(homes)
    await written(house, version, True)
    assert theirs.held.generation < ground.vault.ring.held.generation
    await races(homes, who, 100)  # one writes both slots, the other one
    await look_at_keys(homes)
    await step(house, "promote", INDEX, version)
    assert theirs.held.index.primary == 1
    await races(homes, who, 200)
    await look_at_keys(homes)
    await written(house, 1, False)
    assert theirs.held.index.to_write == [1, version]
    await races(homes, who, 300)  # one writes the new slot, the other both
    await settle(house)
    await races(homes, who, 400)  # and behind the floor: the other reads the keys, and writes
    assert await take(homes[1], who[1], 500)  # at the latest here: it may have won no race
    await leave(homes[1], who[1])
    assert theirs.held.index.to_write == [version]
    assert await wiper.fetchval("select count(*) from accounts_identifiers") == 0


async def test_one_of_two_signs_up_with_a_number(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    """As the bench does it ten thousand times, each of the two in a process of their own."""
    config = Config(data_dir=str(tmp_path), server_name="s", test_mode=True)
    held = await raced(config, dsn, races=62, changes=1)
    assert held.wrong == []
    assert (held.found["accounts"], sum(held.won.values())) == (62, 62)
    assert list(held.behind.values())[:3] == [20, 20, 20], "the second was behind in each"
    held.judge(range(3), ["a", None, "a"], ["b", None, None])
    assert len(held.wrong) == 2, "two got it, nobody got it"
    assert len(wrong_of(dict.fromkeys(held.found, 61), 62)) == 4
