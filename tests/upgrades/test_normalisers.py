"""The normaliser changes online: who look the same are kept apart, and nobody is merged [U-12]."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from teahouse.accounts.model import ContactInUse
from teahouse.accounts.store.personal import IDENTIFIER_FIELDS
from teahouse.clock import FixedClock
from teahouse.codes.model import CodeRequest
from teahouse.codes.store import PURPOSE as CODE_PURPOSE
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.keyring import secret_place
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import Tampered
from teahouse.infra.vault.normal import fold_email
from teahouse.infra.vault.vault import Ground
from teahouse.planning.model import BadPlan
from teahouse.renewals.model import NothingUnseen
from teahouse.upgrades.model.runs import Act, State
from tests.living import Living, living
from tests.upgrades.conftest import ANN, WHY, Site, asking

UNSEEN = "\u00ad"  # a soft hyphen
VERSIONS = "select distinct odd_version, even_version from accounts_identifiers"
LOOKED = "select actor, detail::text from audit_entries where act = 'upgrades.merges_seen'"
KNOWS = "update vault_workers set normaliser = $2 where worker_id = $1"
CODE_OF = "select account_id from codes_codes order by created_at desc, code_id desc limit 1"


@pytest.fixture
async def other(
    site: Site, database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as home:
        yield home


@dataclass
class Town:
    """Who has which address, as those know who gave it to them."""

    homes: list[Living]
    wiper: asyncpg.Connection
    free: list[str] = field(default_factory=list[str])  # accounts without, the oldest first
    has: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    refused: int = 0

    async def settle(self, count: int) -> None:
        """Have people who may give an address."""
        for nth in range(count):
            await self.homes[0].person(f"p{nth}")
        rows = await self.wiper.fetch(
            "select account_id from accounts_accounts order by account_id"
        )
        self.free = [row[0] for row in rows]
        ground = self.homes[0].house.ground
        purposes = [one.purpose for one in IDENTIFIER_FIELDS.values()]
        async with ground.db.transaction() as tx:
            for account_id in self.free:
                await ground.vault.grant(tx, account_id, purposes)

    async def take(self, kind: str, value: str, nth: int = 0, home: int = 0) -> str | None:
        """Give one of those who have none an address, and return who that is."""
        account_id = self.free.pop(nth)
        accounts = self.homes[home].house.people.accounts
        try:
            async with accounts.db.transaction() as tx:
                await accounts.add_identifier(tx, account_id, kind, value)
        except ContactInUse:
            self.free.append(account_id)
            self.refused += 1
            return None
        self.has[kind, value] = account_id
        return account_id

    async def race(self, nth: int) -> None:
        """Two want addresses that look the same, each at a worker of their own."""
        values = (f"race{nth}@example.com", f"race{nth}{UNSEEN}@example.com")
        await asyncio.gather(*(self.take("email", one, 0, at) for at, one in enumerate(values)))

    async def look(self) -> None:
        """Everybody is found, at every worker, by what they wrote."""
        for home in self.homes:
            finder = home.house.people.accounts.finder
            async with home.house.db.read() as tx:
                for (kind, value), account_id in self.has.items():
                    for find in (finder.by_identifier(tx, kind, value), finder.find((kind, value))):
                        found = await find
                        assert found is not None, f"{value!r} was not found"
                        assert found.account_id == account_id, f"{value!r} is somebody else"

    def apart(self) -> set[tuple[str, str]]:
        """Return who is to be kept apart: (who came first, the other)."""
        alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for (kind, value), account_id in self.has.items():
            alike[kind, fold_email(value)].append(account_id)
        return {(min(ids), one) for ids in alike.values() for one in ids if one != min(ids)}


@pytest.fixture
async def town(site: Site, other: Living, wiper: asyncpg.Connection) -> Town:
    made = Town([site.home, other], wiper)
    await made.settle(30)
    await made.take("email", "ann@example.com")
    await made.take("email", f"a{UNSEEN}nn@example.com")
    await made.take("email", "ann@example.com.")
    await made.take("email", f"b{UNSEEN}o@example.com")
    await made.take("email", "bo@example.com")
    await made.take("email", "stra\u00dfe@example.com")
    await made.take("email", "strasse@example.com")
    await made.take("email", "alone@example.com")
    await made.take("phone", "+525512345678")
    await made.take("phone", "+525512345679")
    await made.take("email", f"late{UNSEEN}r@example.com")
    assert len(made.has) == 11
    return made


async def pairs(site: Site) -> set[tuple[str, str]]:
    merged = await site.upgrades.yard.merging.report(site.run_id)
    assert merged.total == len(merged.pairs)
    return {(one.kept, one.apart) for one in merged.pairs}


async def go_on(site: Site, town: Town, races: range) -> None:
    """Let the run go on until it waits for somebody, and people sign up meanwhile."""
    site.own = site.own or site.hand()
    hand, nth = site.own, iter(races)
    for turn in range(400):
        race = next(nth, None)
        work = [hand.turn()] if race is None else [hand.turn(), town.race(race)]
        await asyncio.gather(*work)
        await town.look()
        await site.home.house.ground.attendance.beat()
        # The other hears of it later, or of no more than that there is a key.
        if turn % 3 == 2 and (races or (await site.run()).state is State.DISTRIBUTE):
            await town.homes[1].house.ground.attendance.beat()
        if (await site.run()).says.startswith("unseen"):
            break
    else:
        raise AssertionError(f"it does not come that far: {await site.run()}")


async def test_who_look_the_same_are_kept_apart_while_people_sign_up(
    site: Site, town: Town, wiper: asyncpg.Connection
) -> None:
    plan = await site.upgrades.plan(asking("index", normaliser=2))
    assert plan.merges is not None
    assert (plan.merges.count, plan.merges.opened, plan.merges.rows) == (4, 11, 11)
    await site.begin("index", normaliser=2)
    attendance = town.homes[1].house.ground.attendance
    await attendance.beat()
    await wiper.execute(KNOWS, attendance.worker.worker_id, 1)  # it is of the release before
    for _ in range(2):
        run = await site.turns()
        assert (run.state, "workers" in run.says) == (State.DISTRIBUTE, True), run.says
        await attendance.beat()
    await wiper.execute(KNOWS, attendance.worker.worker_id, 2)
    await unknown_to_the_release_before(site)
    hand = site.own
    assert hand is not None, "it has worked"
    for nth in range(60):
        if (await site.run()).state is State.BACKFILL:
            break
        await asyncio.gather(hand.turn(), town.race(nth)) if nth < 4 else await hand.turn()
        await town.look()
        await site.home.house.ground.attendance.beat()
        await attendance.beat()
    assert (await site.run()).state is State.BACKFILL
    assert await town.take("email", "later@example.com", -1), "nobody has just that, nor the form"
    assert await town.take("email", f"AN{UNSEEN}N@example.com") is None, "it is somebody's by now"
    await go_on(site, town, range(10, 16))
    assert town.refused >= 2
    apart = town.apart()
    assert len(apart) >= 5
    assert await pairs(site) == apart, "all of them are listed, and nobody else"
    await site.turns()
    assert (await site.run()).verified_at is None, "nobody has looked"
    await site.upgrades.yard.merging.seen(ANN, site.run_id, WHY)
    (audited,) = await wiper.fetch(LOOKED)
    assert (audited[0], f'"count":{len(apart)}' in audited[1]) == (ANN, True), audited[1]
    with pytest.raises(NothingUnseen):
        await site.upgrades.yard.merging.seen(ANN, site.run_id, WHY)
    await attendance.beat()
    run = await site.turns()
    await attendance.beat()
    run = await site.turns()
    assert (run.state, run.verified_at is None) == (State.READ_NEW, False), run.says
    assert (await site.upgrades.show(site.run_id)).findings == []
    await town.look()
    await site.agreed(Act.RETIRE)
    await site.forgotten()
    for _ in range(3):
        run = await site.turns()
        await attendance.beat()
    assert run.soft_since is not None, run.says
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(None, 2)}
    await town.look()
    await alike(site, town, wiper)
    await freed(site, town, wiper)


async def unknown_to_the_release_before(site: Site) -> None:
    """Whoever does not know the normaliser cannot open the key, whatever it is told."""
    ground = site.home.house.ground
    async with ground.db.read() as tx:
        key = await ground.locksmith.newest(tx, KeyPurpose.INDEX)
    assert (key.normaliser, key.wrapped is None) == (2, False)
    assert key.wrapped is not None
    ring = ground.vault.ring
    assert await ring.source.unwrap(key.wrapped, secret_place(ring.tenant, key.ref, 2))
    with pytest.raises(Tampered):
        await ring.source.unwrap(key.wrapped, secret_place(ring.tenant, key.ref))


async def alike(site: Site, town: Town, wiper: asyncpg.Connection) -> None:
    """What looks like somebody's finds them for who knows the password, and proves nothing."""
    accounts = site.home.house.people.accounts
    variant = f"{UNSEEN}ALONE@example.com."
    mine = town.has["email", "alone@example.com"]
    found = await accounts.finder.find(("email", variant))
    assert found is not None
    assert found.account_id == mine
    async with accounts.db.transaction() as tx:
        assert await accounts.finder.by_identifier(tx, "email", variant) is None
        ground = Ground("r", frozenset({CODE_PURPOSE}))
        await accounts.codes.start(tx, CodeRequest("email", variant, "register", "en"), ground)
    await site.home.run_jobs()
    assert await wiper.fetchval(CODE_OF) is None, "who proves one has not proved the other"
    assert await town.take("email", variant) is None


async def freed(site: Site, town: Town, wiper: asyncpg.Connection) -> None:
    """When the first of them leaves, the next has the form, and not whoever comes by."""
    accounts, variant = site.home.house.people.accounts, f"ann{UNSEEN}@example.com"
    first, second, third = (
        town.has["email", one]
        for one in ("ann@example.com", f"a{UNSEEN}nn@example.com", "ann@example.com.")
    )
    found = await accounts.finder.find(("email", variant))
    assert found is not None
    assert found.account_id == first
    await accounts.deactivate(first, erase=True)
    del town.has["email", "ann@example.com"]
    assert await accounts.finder.find(("email", variant)) is None, "it is nobody's for a moment"
    site.clock.move(timedelta(minutes=2))
    for _ in range(2):
        await site.home.run_jobs()
    found = await accounts.finder.find(("email", variant))
    assert found is not None
    assert found.account_id == second
    assert await town.take("email", variant) is None
    left = {(row[0], row[1]) for row in await wiper.fetch("select kept, apart from vault_merges")}
    assert {one for one in left if {first, second, third} & set(one)} == {(second, third)}
    await town.look()
    # And when one who was kept apart leaves, nothing is left to be looked at.
    await accounts.deactivate(third, erase=True)
    del town.has["email", "ann@example.com."]
    site.clock.move(timedelta(minutes=2))
    for _ in range(2):
        await site.home.run_jobs()
    assert await wiper.fetchval("select count(*) from vault_merges where apart = $1", third) == 0
    await town.look()


async def test_it_can_be_given_up(site: Site, town: Town, wiper: asyncpg.Connection) -> None:
    owner = await site.home.owner()
    assert (await owner.did("GET", "/upgrades/classes"))["normaliser"] == 1
    plan = await owner.did("POST", "/upgrades/plan", {"classes": ["index"], "normaliser": 2})
    assert (plan["normaliser"], plan["merges"]) == (2, {"count": 4, "opened": 11, "rows": 11})
    behind = town.homes[1].house.ground
    await behind.attendance.beat()
    await site.begin("index", normaliser=2)
    await go_on(site, town, range(0))
    keys = behind.vault.ring.held.index
    assert (keys.newest_first, keys.to_write) == ([2, 1], [1]), "it does not know that 2 is written"
    assert await pairs(site) == town.apart()
    place = f"/upgrades/{site.run_id}/merges"
    told = await owner.did("GET", place)
    assert (told["normaliser"], told["unseen"]) == (2, told["total"])
    assert {(one["kept"], one["apart"]) for one in told["merges"]} == town.apart()
    assert (await owner.did("POST", f"{place}/seen", {}))["unseen"] == 0
    assert (await owner.ask("POST", f"{place}/seen", {})).status_code == 409
    await site.upgrades.abort(ANN, site.run_id, WHY)
    for _ in range(60):
        run = await site.run()
        if run.state is State.ABORTED:
            break
        assert site.own is not None
        await site.own.turn()
        await site.home.house.ground.attendance.beat()
        await town.look()
        await behind.attendance.beat()
    assert run.state is State.ABORTED, run.says
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(1, None)}
    await town.look()
    assert await town.take("email", f"{UNSEEN}alone@example.com"), "as it was before"
    with pytest.raises(BadPlan):
        await site.upgrades.plan(asking("dek", normaliser=2))
