"""A run of one region: its keys are new, and every row of the others is as it was, byte for byte."""

from typing import Any

import asyncpg
import pytest

from teahouse.planning.model import NoSuchScope, WholeOnly
from teahouse.upgrades.model.runs import Act, AnotherRun, State
from tests.upgrades.conftest import ANN, WHY, Site, asking
from tests.upgrades.test_passwords import bring, sign_in
from tests.upgrades.test_run import signs_in

MAINLAND = "cn-mainland"
MOVE = "update accounts_accounts set region = 'cn-mainland' where localpart = any ($1)"
HERE = "select account_id from accounts_accounts where region = 'cn-mainland'"
KEYS = "select purpose, version, key_id, state, scope, leads, wrapped from vault_keys order by 1, 2"
DEKS = """
select subject_id, dek_id, version, kek_id, kek_version, wrapped_dek from vault_deks order by 2, 3"""
CENSUS = """
select distinct d.kek_version from vault_deks d join vault_subjects s using (subject_id)
where (s.scope = 'cn-mainland') = $1 and d.wrapped_dek is not null"""
BROKEN = "update accounts_identifiers set phone = $2 where account_id = $1"
Rows = dict[bool, list[Any]]  # of the region, and of all others


async def rows(site: Site, wiper: asyncpg.Connection) -> Rows:
    """Return every sealed value there is, every data key, and every password."""
    here = {row[0] for row in await wiper.fetch(HERE)}
    found: Rows = {True: [], False: []}
    for one in site.upgrades.yard.sealed:
        columns = ", ".join((f"({one.subject})::text", *one.key_columns, *one.columns))
        query = f"select {columns} from {one.table} where {one.there} order by 1, 2"
        for row in await wiper.fetch(query):
            found[row[0] in here].append((one.table, *row))
    for query in (DEKS, "select account_id, phc from accounts_passwords order by 1"):
        for row in await wiper.fetch(query):
            found[row[0] in here].append(tuple(row))
    return found


async def test_the_mainland_is_upgraded_and_nobody_else(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    for nth, name in enumerate(("ann", "bo", "cai", "da")):
        await home.joined(name, f"+44770090000{nth}")
    legacy = await bring(home, "m", wiper)
    theirs = await bring(home, "w", wiper)
    await wiper.execute(MOVE, ["cai", "da", *legacy])
    before, keys = await rows(site, wiper), await wiper.fetch(KEYS)
    await site.begin("kek", "dek", "passwords", scope=MAINLAND)
    run = await site.turns()
    assert (run.state, run.paused) == (State.READ_NEW, False), (run.state, run.says)
    shown = await site.upgrades.show(site.run_id)
    assert (shown.findings, shown.quarantined_total) == ([], 0)
    assert [(role, key.scope) for role, key, _ in shown.keys if key.purpose == "kek"] == [
        ("new", MAINLAND)
    ]
    await site.agreed(Act.RETIRE)
    await site.turns()
    await site.rested()
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED
    await _told(site)
    after = await rows(site, wiper)
    assert after[False] == before[False], "every row of the others is the same"
    unchanged = set(map(str, after[True])) & set(map(str, before[True]))
    assert len(unchanged) == 2, "of the mainland only the two plain digests are"
    assert all("'$argon2id$" in one for one in unchanged)
    assert [tuple(row) for row in await wiper.fetch(CENSUS, True)] == [(2,)]
    assert [tuple(row) for row in await wiper.fetch(CENSUS, False)] == [(1,)]
    now = {(row[0], row[1]): tuple(row) for row in await wiper.fetch(KEYS)}
    assert all(now[row[0], row[1]] == tuple(row) for row in keys), "no key of all was touched"
    for nth, name in enumerate(("ann", "bo", "cai", "da")):
        assert await signs_in(home, f"+44770090000{nth}") == f"@{name}:s"
    assert await sign_in(home, legacy[0]) == await sign_in(home, theirs[0]) == 200
    await _again(site, wiper)


async def _told(site: Site) -> None:
    """What is published says of which region it was, and which keys wrap what there and elsewhere."""
    report = (await site.home.client.get(f"/upgrade-reports/{site.run_id}.json")).json()
    assert report["complete"], report["shortfalls"]
    region = report["facts"]["region"]
    assert region["scope"] == MAINLAND
    census = [
        (one["inside"], one["version"], one["before"], one["after"]) for one in region["census"]
    ]
    inside, outside = 7, census[-1][2]
    assert census[:2] == [(True, 1, inside, 0), (True, 2, 0, inside)]
    assert census[2:] == [(False, 1, outside, outside)]
    for lang, words in (("zh", "仅此地区"), ("en", "this region only")):
        page = (await site.home.client.get(f"/upgrade-reports/{site.run_id}?lang={lang}")).text
        assert words in page
    works = await site.home.house.doors.works.newest()
    assert [one.title for one in works][:1] == [
        f"Security upgrade {site.run_id[-6:]}, {MAINLAND} only"
    ]


async def _again(site: Site, wiper: asyncpg.Connection) -> None:
    """The next one has a key to take the place of, and destroys it; then one of all leaves it."""
    before = await rows(site, wiper)
    await site.begin("kek", scope=MAINLAND, suite=2)
    assert (await site.turns()).state is State.READ_NEW
    await site.agreed(Act.RETIRE)
    await site.turns()
    await site.rested()
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED
    states = {row[1]: row[3] for row in await wiper.fetch(KEYS) if row[0] == "kek"}
    assert states == {1: "primary", 2: "destroyed", 3: "decrypt_only"}, "the third leads there"
    assert (await rows(site, wiper))[False] == before[False]
    plan = await site.upgrades.plan(asking("kek"))
    assert [(one.code, one.place, one.stops) for one in plan.findings] == [
        ("own_keys", MAINLAND, False)
    ]
    kept = [tuple(row) for row in await wiper.fetch(CENSUS, True)]
    await site.begin("kek")
    assert (await site.turns()).state is State.READ_NEW
    assert [tuple(row) for row in await wiper.fetch(CENSUS, True)] == kept == [(3,)]
    assert [tuple(row) for row in await wiper.fetch(CENSUS, False)] == [(4,)]


class DiesError(Exception):
    """What somebody dies of."""


class Once:
    """A pace that gives leave for one row, and then whoever asks dies."""

    def __init__(self) -> None:
        self.left = 1

    def limit(self, now: float, rate_max: float | None) -> None:
        del now, rate_max

    def allow(self, now: float) -> int:
        del now
        if not self.left:
            raise DiesError
        return self.left

    def spent(self, rows: int) -> None:
        self.left -= rows

    def worked(self, now: float, seconds: float) -> None:
        del now, seconds


async def test_telling_of_which_region_everybody_is_goes_on_where_a_hand_died(
    site: Site, wiper: asyncpg.Connection
) -> None:
    names = ("ann", "bo", "cai")
    for nth, name in enumerate(names):
        await site.home.joined(name, f"+44770090000{nth}")
    await wiper.execute(MOVE, names)
    await site.begin("kek", scope=MAINLAND)
    one = site.hand(pace=Once(), lease_seconds=0.0, lead_seconds=0.0)
    with pytest.raises(DiesError):
        await one.turn()
    told = "select count(*) from vault_subjects where scope = 'cn-mainland'"
    assert await wiper.fetchval(told) == 1
    await wiper.execute("update vault_subjects set scope = 'intl' where scope = 'cn-mainland'")
    await site.turns(until=State.DUAL_WRITE)
    assert await wiper.fetchval(told) == 2, "the first is not gone through again"


async def test_what_is_everybodys_is_refused_there(site: Site) -> None:
    with pytest.raises(NoSuchScope) as unknown:
        await site.upgrades.plan(asking("kek", scope="mars"))
    assert unknown.value.fields == {"scopes": ["*", "intl", "eu", MAINLAND]}
    with pytest.raises(WholeOnly) as refused:
        await site.upgrades.plan(asking("kek", "index", "session", scope=MAINLAND))
    assert refused.value.fields == {"classes": ["index", "session"]}
    plan = await site.upgrades.plan(asking(scope=MAINLAND))
    assert (plan.scope, plan.classes) == (MAINLAND, ("kek", "dek", "passwords"))
    assert (await site.upgrades.plan(asking("index", scope="main"))).scope == "*"
    await site.begin("dek", scope=MAINLAND)
    with pytest.raises(AnotherRun):
        await site.begin("dek", scope="eu")


async def test_the_console_and_everybody_are_told_of_which_region(site: Site) -> None:
    await site.home.joined("ann", "+447700900001")
    owner = await site.home.owner()
    known = await owner.did("GET", "/upgrades/classes")
    scopes = {one["name"]: (one["own_keys"], one["classes"]) for one in known["scopes"]}
    regional = ["kek", "dek", "passwords"]
    assert scopes["*"] == (True, [one["name"] for one in known["classes"]])
    assert scopes[MAINLAND] == scopes["eu"] == (False, regional)
    answer = await owner.ask("POST", "/upgrades/plan", {"classes": ["index"], "scope": MAINLAND})
    assert (answer.status_code, answer.json()["code"]) == (422, "upgrades.whole_only")
    body = {"classes": ["kek"], "scope": MAINLAND, "reason": WHY}
    made = await owner.did("POST", "/upgrades", body)
    assert made["summary"]["scope"] == MAINLAND
    site.run_id = made["summary"]["run_id"]
    await owner.did("POST", f"/upgrades/{site.run_id}/start", {})
    public = (await site.home.client.get("/api/v1/upgrades/status")).json()
    assert public["scope"] == MAINLAND
    assert public["words"]["zh"].startswith("仅限中国大陆的数据。")
    assert public["words"]["en"].startswith("Only data of mainland China.")
    await site.turns()
    known = await owner.did("GET", "/upgrades/classes")
    assert {one["name"]: one["own_keys"] for one in known["scopes"]}[MAINLAND]


async def test_a_fault_of_others_stops_only_a_run_of_theirs(
    site: Site, wiper: asyncpg.Connection
) -> None:
    for nth, name in enumerate(("ann", "cai")):
        await site.home.joined(name, f"+44770090000{nth}")
    await wiper.execute(MOVE, ["cai"])
    here = await wiper.fetchval(HERE)
    other = await wiper.fetchval("select account_id from accounts_accounts where localpart = 'ann'")
    await wiper.execute(BROKEN, other, b"\0" * 80)
    await site.begin("dek", scope=MAINLAND)
    assert (await site.turns()).state is State.READ_NEW
    await site.upgrades.abort(ANN, site.run_id, WHY)
    assert (await site.turns()).state is State.ABORTED
    await wiper.execute(BROKEN, here, b"\0" * 80)
    await site.begin("dek", scope=MAINLAND)
    run = await site.turns()
    assert (run.state, run.paused) == (State.VERIFY, True), "one of its own is found"
