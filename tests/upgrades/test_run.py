"""Whole runs on a real house: everything is made anew, and nobody notices."""

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from teahouse.reports.model.document import read
from teahouse.upgrades.model.runs import Act, AnotherRun, OnlyOn, SecondPerson, State, TooEarly
from tests.living import Living
from tests.upgrades.conftest import ANN, BO, WHY, Site

VERSIONS = "select distinct odd_version, even_version from accounts_identifiers"
DEKS = """
select count(*) filter (where wrapped_dek is null), count(*) from vault_deks d
where created_at < (select since from upgrades_runs)"""
STATES = "select purpose, version, state from vault_keys where purpose in ('kek', 'index')"
TOLD = """
select kind from log_entries where kind not like 'vault.%' and kind not like 'works.%'"""
AUDITED = "select act from audit_entries where act not like 'upgrades.%' and act not like 'works.%'"
ROWS = """
select account_id, user_id, verified_at from accounts_identifiers
join accounts_accounts using (account_id)
order by account_id"""
RESEALED = "update accounts_identifiers set phone = $2 where account_id = $1"


class Never:
    """A pace that gives no leave."""

    def limit(self, now: float, rate_max: float | None) -> None:
        del now, rate_max

    def allow(self, now: float) -> int:
        del now
        return 0

    def spent(self, rows: int) -> None:
        del rows

    def worked(self, now: float, seconds: float) -> None:
        del now, seconds


async def signs_in(home: Living, number: str) -> str:
    """Sign in by a number, and return who that is."""
    answer = await home.client.post(
        "/_matrix/client/v3/login",
        json={
            "type": "m.login.password",
            "identifier": {"type": "m.id.phone", "country": "GB", "phone": number},
            "password": "correct horse",
        },
    )
    return answer.json()["user_id"]


async def happened(wiper: asyncpg.Connection) -> list[Any]:
    """Return what was told, audited, and dated."""
    return [[tuple(row) for row in await wiper.fetch(query)] for query in (TOLD, AUDITED, ROWS)]


async def test_everything_is_made_anew_and_the_old_keys_go(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    people = [await home.joined(f"p{nth}", f"+44770090000{nth}") for nth in range(3)]
    before = await happened(wiper)
    await site.begin("kek", "dek", "index")
    run = await site.turns()
    assert (run.state, run.paused) == (State.READ_NEW, False), (run.state, run.says)
    assert await happened(wiper) == before, "nothing is told of rows that are made anew"
    shown = await site.upgrades.show(site.run_id)
    assert shown.findings == []
    assert all(step.done == step.total for step in shown.steps)
    sums = await wiper.fetchrow("select sum(same), sum(changed) from upgrades_ranges")
    assert sums is not None
    assert sums[0] >= 3, "they say what they said before"
    assert sums[1] == 0
    late = await home.joined("late", "+447700900009")
    with pytest.raises(SecondPerson):
        await site.upgrades.agree(ANN, site.run_id, Act.RETIRE, WHY)
        await site.upgrades.agree(ANN, site.run_id, Act.RETIRE, WHY)
    await site.upgrades.agree(BO, site.run_id, Act.RETIRE, WHY)
    run = await site.turns()
    assert run.says == "index:in_use?held=3", "codes are known by it until they are gone"
    await site.forgotten()
    run = await site.turns()
    assert (run.state, run.soft_since is None) == (State.SOFT_RETIRE, False), run.says
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(None, 2)}
    with pytest.raises(OnlyOn):
        await site.upgrades.abort(ANN, site.run_id, WHY)
    with pytest.raises(TooEarly):
        await site.upgrades.agree(ANN, site.run_id, Act.DESTROY, WHY)
    for one in (*people, late):
        await one.sync()
    await site.rested()
    await site.agreed(Act.DESTROY)
    run = await site.turns()
    assert run.state is State.CLOSED, run.says
    (row,) = await wiper.fetch(DEKS)
    assert row[0] == row[1] > 0, "every old data key is empty"
    states = {(row[0], row[1]): row[2] for row in await wiper.fetch(STATES)}
    assert states == {
        ("kek", 1): "destroyed", ("kek", 2): "primary",
        ("index", 1): "destroyed", ("index", 2): "primary",
    }  # fmt: skip
    assert await signs_in(home, "+447700900001") == "@p1:s"
    assert await signs_in(home, "+447700900009") == "@late:s"


async def test_each_turn_by_another_hand_and_each_of_them_dies(
    site: Site, wiper: asyncpg.Connection
) -> None:
    """None of them leaves anything but what it has written; leases are over at once."""
    for nth in range(3):
        await site.home.joined(f"p{nth}", f"+44770090000{nth}")
    await site.begin("kek", "dek", "index", suite=2)
    for _ in range(400):
        await site.home.house.ground.attendance.beat()
        hand = site.hand(lease_seconds=0.0, lead_seconds=0.0)
        await hand.turn()
        run = await site.run()
        if run.verified_at is not None:
            break
    assert run.state is State.READ_NEW, run.says
    shown = await site.upgrades.show(site.run_id)
    assert (shown.findings, shown.quarantined_total) == ([], 0)
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(1, 2)}
    suites = await wiper.fetch("select distinct get_byte(phone, 5) from accounts_identifiers")
    assert [row[0] for row in suites] == [2], "under SM4"
    assert await signs_in(site.home, "+447700900001") == "@p1:s"


@pytest.mark.parametrize("until", [State.BACKFILL, State.READ_NEW])
async def test_it_can_be_given_up_and_begun_again(
    site: Site, wiper: asyncpg.Connection, until: State
) -> None:
    home = site.home
    await home.joined("ann", "+447700900001")
    await site.begin("dek", "index")
    with pytest.raises(AnotherRun):
        await site.begin("kek")
    site.run_id = (await site.upgrades.runs())[1][0].run_id
    run = await site.turns(until=until)
    if until is State.READ_NEW:
        run = await site.turns()
        assert run.verified_at is not None
    await home.joined("bo", "+447700900002")
    await site.upgrades.abort(ANN, site.run_id, WHY)
    run = await site.turns()
    assert run.state is State.ABORTED, run.says
    report = read(await home.house.doors.reports.raw(site.run_id))
    assert not isinstance(report.facts.curves, msgspec.UnsetType), "it has them by column"
    phones = [one for one in report.facts.curves if one.column == "phone"]
    (phone,) = [one for one in phones if one.table == "accounts_identifiers"]
    left = 1 if until is State.BACKFILL else 0  # of Ann and Bo one came before the new keys
    assert (phone.points[-1].exposed, phone.points[-1].counted) == (left, True)
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(1, None)}
    assert await signs_in(home, "+447700900001") == "@ann:s"
    assert await signs_in(home, "+447700900002") == "@bo:s"
    await site.begin("index")
    run = await site.turns()
    assert run.state is State.READ_NEW, run.says
    assert {next(iter(row)) for row in await wiper.fetch(VERSIONS)} == {1}
    assert await signs_in(home, "+447700900001") == "@ann:s"


async def test_a_corrupted_value_stops_it_and_a_mended_one_lets_it_on(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    for nth in range(2):
        await home.joined(f"p{nth}", f"+44770090000{nth}")
    who, sealed = await site.contact(wiper)
    spoilt = bytearray(sealed)
    spoilt[-1] ^= 1
    await wiper.execute(RESEALED, who, bytes(spoilt))
    await site.begin("dek", "index")
    run = await site.turns()
    assert (run.state, run.paused) == (State.VERIFY, True), run.says
    shown = await site.upgrades.show(site.run_id)
    found = {(one.code, one.place): one.count for one in shown.findings}
    assert found["broken", "accounts_identifiers"] == 1
    assert found["quarantined", "accounts_identifiers"] == 1
    assert [(one.column, one.why) for one in shown.quarantined] == [("phone", "tampered")]
    await wiper.execute(RESEALED, who, sealed)
    await site.upgrades.retry(ANN, site.run_id)
    run = await site.turns()
    assert (run.state, run.paused) == (State.READ_NEW, False), run.says
    assert await signs_in(home, "+447700900000") == "@p0:s"


async def test_an_undeclared_column_stops_it(site: Site, wiper: asyncpg.Connection) -> None:
    await site.home.joined("ann", "+447700900001")
    await wiper.execute("create table planted_rows (phone text)")
    try:
        await wiper.execute("insert into planted_rows values ('+447700900001')")
        await site.begin("index")
        run = await site.turns()
        assert (run.state, run.paused) == (State.VERIFY, True), run.says
        (found,) = (await site.upgrades.show(site.run_id)).findings
        assert (found.code, found.place) == ("undeclared", "planted_rows.phone phone")
    finally:
        await wiper.execute("drop table planted_rows")
    await site.upgrades.verify(ANN, site.run_id)
    run = await site.turns()
    assert run.state is State.READ_NEW, run.says


async def test_going_back_does_not_wait_for_leave(site: Site, wiper: asyncpg.Connection) -> None:
    await site.home.joined("ann", "+447700900001")
    await site.begin("index")
    await site.turns()
    await site.upgrades.abort(ANN, site.run_id, WHY)
    assert site.own is not None, "it leads"
    site.own.pace = Never()
    run = await site.turns()
    assert run.state is State.ABORTED, run.says
    assert {tuple(row) for row in await wiper.fetch(VERSIONS)} == {(1, None)}


async def test_it_is_held_within_a_page(site: Site) -> None:
    for nth in range(3):
        await site.home.joined(f"p{nth}", f"+44770090000{nth}")
    await site.begin("dek")
    await site.turns(until=State.BACKFILL)
    await site.upgrades.pause(BO, site.run_id, True)
    before = await site.upgrades.show(site.run_id)
    run = await site.turns()
    assert (run.state, run.paused) == (State.BACKFILL, True)
    assert (await site.upgrades.show(site.run_id)).steps == before.steps
    await site.upgrades.rate(BO, site.run_id, 1_000_000)
    await site.upgrades.pause(BO, site.run_id, False)
    await site.upgrades.rate(BO, site.run_id, None)
    assert (await site.turns()).state is State.READ_NEW


async def test_old_keys_that_somebody_still_needs_go_on_resting(
    site: Site, wiper: asyncpg.Connection
) -> None:
    home = site.home
    ann = await home.joined("ann", "+447700900001")
    who, sealed = await site.contact(wiper)
    await site.begin("dek")
    await site.turns()
    await site.agreed(Act.RETIRE)
    run = await site.turns()
    assert run.soft_since is not None, run.says
    await site.rested()
    assert await site.upgrades.driver.rests_until(run) == run.soft_since + timedelta(days=7)
    await wiper.execute(RESEALED, who, sealed)  # as somebody would who brings back a row by hand
    told = await ann.did("GET", "/account/3pid")
    assert [one["address"] for one in told["threepids"]] == ["447700900001"]
    await home.house.ground.attendance.beat()
    late = await wiper.fetch("select purpose, opens > 0 from vault_late_opens")
    assert [tuple(row) for row in late] == [("dek", True)]
    with pytest.raises(TooEarly):
        await site.upgrades.agree(ANN, site.run_id, Act.DESTROY, WHY)
