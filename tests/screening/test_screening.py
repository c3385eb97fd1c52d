"""At the doors: limits, work, a place in line, lists, likeness, and what follows from it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.screening.model.rules import Kind, Mode, Wanted
from tests.gate.house import WELL_KNOWN, open_house
from tests.screening.conftest import OPERATOR, Door, answered


async def test_a_limit_holds_on_two_workers_and_for_one_place_only(
    door: Door, dsn: str, clock: FixedClock
) -> None:
    await door.set("proof", 1, "off")
    await door.set("prefix_starts", 6)
    db = await Database.open(dsn)
    log, place = Log(db), Path(door.house.gate.config.data_dir)  # it hears of nothing, and reads
    try:
        async with open_house(db, log, clock, place, usual=Mode.ON) as other:
            there = Door(other)
            for _ in range(3):
                assert (await door.knock())[0] == 201
                assert (await there.knock(address="192.0.2.99"))[0] == 201
            for worker in (door, there):
                status, said = await worker.knock()
                assert (status, said["code"]) == (429, "screening.too_many")
                assert (await worker.knock(address="198.51.100.7"))[0] == 201
            clock.move(timedelta(milliseconds=said["retry_after_ms"]))
            assert (await there.knock())[0] == 201
            assert (await door.knock())[0] == 429
    finally:
        await db.close()


async def test_no_address_is_kept_and_the_key_of_its_digest_is_thrown_away(
    door: Door, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    assert (await door.join("ann", address="198.51.100.77", agent="Odd/1"))[0] == 201
    tables = await wiper.fetch("select tablename from pg_tables where tablename like 'screening_%'")
    for (table,) in tables:
        text = str([tuple(row) for row in await wiper.fetch(f'select r::text from "{table}" r')])
        assert "198.51.100" not in text
        assert "Odd/1" not in text
    assert await door.rows("select count(*) from screening_keys") == [(2,)]
    clock.move(timedelta(days=4))
    await door.house.runner.run_due()
    for table in ("keys", "sightings", "buckets"):
        assert await wiper.fetchval(f"select count(*) from screening_{table}") == 0


async def test_work_is_asked_under_pressure_only_and_counts_once(door: Door) -> None:
    await door.set("prefix_starts", 40)
    for _ in range(4):
        assert (await door.knock())[0] == 201
    status, said = await door.knock()
    assert (status, said["code"]) == (403, "screening.proof_needed")
    assert (await door.knock(address="198.51.100.1"))[0] == 201, "elsewhere it is calm"
    proof = answered(said["challenge"])
    status, bad = await door.knock(proof | {"answers": [0] * 16})
    assert (status, bad["code"]) == (403, "screening.bad_proof")
    assert (await door.knock(proof))[0] == 201
    status, again = await door.knock(proof)
    assert (status, again["code"]) == (403, "screening.bad_proof")
    assert (await door.knock(answered(again["challenge"])))[0] == 201
    await door.set("proof", 1, "watch")
    assert (await door.knock())[0] == 201


async def test_more_pressure_asks_more_work(door: Door) -> None:
    await door.set("prefix_starts", 20)
    asked: list[int] = []
    proof: Any = None
    for _ in range(15):
        status, said = await door.knock(proof)
        proof = None
        if status == 403:
            asked.append(said["challenge"]["bits"])
            proof = answered(said["challenge"])
    assert asked == sorted(asked)
    assert (asked[0], asked[-1]) == (1, 5) or len(set(asked)) > 1


async def test_whoever_cannot_work_waits_in_line(door: Door, clock: FixedClock) -> None:
    await door.set("prefix_starts", 20)
    for _ in range(2):
        await door.knock()
    _, said = await door.knock()
    challenge = {"challenge": said["challenge"]["challenge"]}
    status, place = await door.post("/api/v1/line", challenge)
    assert status == 201, place
    assert (await door.post("/api/v1/line", challenge))[0] == 403, "one place for one challenge"
    shown = {"challenge": place["place"]}
    status, early = await door.knock(shown)
    assert (status, early["code"]) == (429, "screening.not_your_turn")
    clock.move(timedelta(milliseconds=early["retry_after_ms"]))
    await door.knock()
    assert (await door.knock())[0] == 403
    assert (await door.knock(shown))[0] == 201
    assert (await door.knock(shown))[0] == 403, "and only once"
    assert (await door.knock({"challenge": "l.1.0.forged.sig"}))[0] == 403


async def test_mail_that_is_thrown_away_and_what_operators_list(door: Door) -> None:
    desk = door.house.screening.desk
    status, said, _ = await door.contact("ann@yopmail.com")
    assert (status, said["code"]) == (422, "screening.mail_refused")
    assert await door.rows("select count(*) from codes_codes") == [(0,)]
    await desk.enlist("op", Kind.DOMAINS, Wanted("yopmail.com", "allow", "A partner uses it."))
    assert (await door.contact("ann@yopmail.com"))[0] == 202
    await desk.enlist("op", Kind.DOMAINS, Wanted("bad.example", "deny", "Bulk."))
    await desk.enlist("op", Kind.DOMAINS, Wanted("odd.example", "hold", "A person looks."))
    assert (await door.contact("ann@in.bad.example"))[0] == 422
    status, said = await door.join("ann", "ann@odd.example")
    assert (status, said["code"], said["held_for"]) == (403, "gate.held", ["approval"])
    await desk.delist("op", Kind.DOMAINS, "bad.example")
    assert (await door.contact("ann@in.bad.example"))[0] == 202


async def test_a_rule_that_only_watches_takes_nothing_from_one_that_is_on(door: Door) -> None:
    await door.set("proof", 1, "off")
    await door.set("prefix_starts", 1000)
    await door.set("likeness", 3, "watch")
    wanted = Wanted("odd.example", "hold", "A person looks.")
    await door.house.screening.desk.enlist("op", Kind.DOMAINS, wanted)
    assert set(await farm(door, 12)) == {"made"}
    place = {"address": "203.0.113.9", "agent": "script/1"}
    status, said = await door.join("tea0099", "x@odd.example", 3, **place)
    assert (status, said.get("code")) == (403, "gate.held")
    assert await door.rows(
        "select rules from screening_sightings where verdict = 'hold'"
    ) == [(["lists"],)]  # fmt: skip


async def test_networks_are_refused_held_or_limited_until_it_ends(
    door: Door, clock: FixedClock
) -> None:
    desk = door.house.screening.desk
    ends = clock.now() + timedelta(hours=1)
    await desk.enlist("op", Kind.NETWORKS, Wanted("203.0.113.0/24", "deny", "An attack."), ends)
    await desk.enlist("op", Kind.NETWORKS, Wanted("198.51.100.0/24", "hold", "Odd."))
    status, said = await door.knock(address="203.0.113.5")
    assert (status, said["code"], said["reason"]) == (
        403, "screening.network_refused", "An attack.",
    )  # fmt: skip
    status, said = await door.join("ann", address="198.51.100.5")
    assert (status, said["code"]) == (403, "gate.held")
    assert (await door.knock())[0] == 201
    clock.move(timedelta(hours=1))
    assert (await door.knock(address="203.0.113.5"))[0] == 201


async def test_text_messages_have_a_budget(door: Door) -> None:
    await door.set("sms_hour", 2)
    numbers = iter(f"+4479111234{n:02d}" for n in range(9))
    for _ in range(2):
        assert (await door.contact(next(numbers)))[0] == 202
    await door.house.runner.run_due()
    status, said, _ = await door.contact(next(numbers))
    assert (status, said["code"]) == (429, "screening.budget_spent")
    assert (await door.contact("ann@gmail.com"))[0] == 202, "e-mail costs nothing"
    _, pressure = await door.house.call("GET", f"{OPERATOR}/pressure", token="op-auditor")
    hour = pressure["budgets"][0]
    assert (hour["rule"], hour["left"], hour["of"], hour["low"]) == ("sms_hour", 0, 2, True)


async def farm(door: Door, count: int, first: int = 0) -> list[str]:
    """Sign up by script from one place; return what became of each."""
    found: list[str] = []
    for nth in range(first, first + count):
        status, said = await door.join(
            f"tea{nth:04d}", f"x{nth}@rot{nth}.example", 3, address="203.0.113.9", agent="script/1"
        )
        found.append("made" if status == 201 else said["code"])
    return found


async def test_bulk_is_staged_then_held_then_refused_and_people_pass(door: Door) -> None:
    await door.set("proof", 1, "off")
    await door.set("likeness", 3)
    await door.set("prefix_starts", 1000)
    assert (await door.join("ann", address="198.51.100.1"))[0] == 201
    fates = await farm(door, 40)
    assert fates[:3] == ["made"] * 3
    assert "gate.held" in fates
    assert fates[-1] == "screening.looks_made"
    assert (await door.join("ben", address="198.51.101.2", takes=70))[0] == 201
    told = (
        "select verdict, count(*) from screening_sightings where account_id is not null group by 1"
    )
    assert dict(await door.rows(told))["stage"] > 0
    await door.house.runner.run_due()  # those of before it was known
    clusters = await door.house.screening.desk.clusters()
    assert [(one.prefixes, one.agents, one.passed) for one in clusters] == [(1, 1, 0)]
    assert dict(await door.rows(told))["pass"] == 2, "ann and ben"
    again = "select verdict from screening_sightings where verdict = 'refuse' limit 1"
    assert await door.rows(again) == [("refuse",)]


async def test_a_rule_that_watches_counts_and_does_nothing(door: Door) -> None:
    for rule, amount in (("likeness", 3), ("prefix_starts", 3), ("proof", 1)):
        await door.set(rule, amount, "watch")
    assert await farm(door, 12) == ["made"] * 12
    shown = {one.rule: one for one in await door.house.screening.desk.rules()}
    assert shown["likeness"].would > 0
    assert shown["prefix_starts"].would == 9
    assert (shown["likeness"].did, shown["prefix_starts"].did) == (0, 0)
    preview = door.house.screening.desk.preview
    assert await preview("likeness", 3) == 9
    assert await preview("likeness", 8) == 4
    assert await preview("prefix_starts", 10) == 2
    assert await preview("burst", 10) is None


async def test_a_burst_tightens_one_scope_says_so_and_ends(door: Door, clock: FixedClock) -> None:
    await door.set("proof", 1, "off")
    await door.set("burst", 5, "watch")
    assert await farm(door, 11) == ["made"] * 11
    await door.house.runner.run_due()
    assert await door.house.screening.watcher.tightened() == []
    await door.set("burst", 5)
    clock.move(timedelta(seconds=20))
    await door.house.runner.run_due()
    (first,) = await door.house.screening.watcher.tightened()
    scope = (first.region, first.account_class, first.door, first.state.value)
    assert scope == ("intl", "personal", "email", "paced")
    _, told = await door.house.call("GET", WELL_KNOWN)
    (notice,) = told["notices"]
    assert (notice["decided_by"], notice["own_decision"]) == ("system: screening", True)
    assert "11" in notice["reason"]["zh"]
    assert await farm(door, 1, 11) == ["gate.held"], "what resembles it waits, and takes no turn"
    assert (await door.join("ann", address="198.51.100.1"))[0] == 201
    await door.house.runner.run_due()
    assert len(await door.house.screening.watcher.tightened()) == 1, "it has time yet"
    clock.move(timedelta(minutes=31))
    await door.house.runner.run_due()
    assert await door.house.screening.watcher.tightened() == []
    acts = [entry.actor for entry in await door.house.gate.policies.audit.page(act="gate")]
    assert "system:screening" in acts


async def test_a_burst_that_goes_on_is_for_the_invited_only(door: Door, clock: FixedClock) -> None:
    await door.set("proof", 1, "off")
    await door.set("burst", 5)
    await farm(door, 10)
    clock.move(timedelta(seconds=20))
    await door.house.runner.run_due()
    clock.move(timedelta(minutes=26))
    lasts = "update screening_sightings set finished_at = $1 where account_id is not null"
    async with door.house.registrations.steps.db.transaction() as tx:
        await tx.run(lasts, clock.now())
    await door.house.runner.run_due()
    states = [policy.state.value for policy in await door.house.screening.watcher.tightened()]
    assert sorted(states) == ["invite_only", "paced"]


async def test_operators_decide_about_a_cluster_and_everything_is_on_record(door: Door) -> None:
    await door.set("proof", 1, "off")
    await door.set("later", 0, "off")
    await farm(door, 9)
    call = door.house.call
    status, said = await call("GET", f"{OPERATOR}/clusters", token="op-auditor")
    assert status == 200
    (cluster,) = said["clusters"]
    path = f"{OPERATOR}/clusters/{cluster['cluster_id']}/decide"
    assert (await call("POST", path, {"decision": "stage"}, "op-auditor"))[0] == 403
    assert (await call("POST", path, {"decision": "burn"}, "op-owner"))[0] == 400
    status, said = await call("POST", path, {"decision": "stage"}, "op-owner")
    assert (status, said) == (200, {"accounts": cluster["accounts"]})
    _, said = await call("GET", f"{OPERATOR}/clusters", token="op-auditor")
    assert said["clusters"][0]["passed"] == 0
    told = "select count(*) from log_entries where kind = 'screening.Screened'"
    assert await door.rows(told) == [(cluster["accounts"],)]
    assert (await call("POST", path, {"decision": "ignore"}, "op-owner"))[0] == 200
    assert (await farm(door, 1, 20)) == ["made"]
    newest = "select verdict from screening_sightings order by at desc limit 1"
    assert await door.rows(newest) == [("pass",)]
    rule = f"{OPERATOR}/rules/proof"
    assert (await call("PUT", rule, {"mode": "on", "amount": 3}, "op-moderator"))[0] == 403
    assert (await call("PUT", rule, {"mode": "on", "amount": 99}, "op-owner"))[0] == 422
    assert (await call("PUT", rule, {"mode": "on", "amount": 3}, "op-owner"))[0] == 200
    listed = {"what": "bad.example", "action": "deny", "reason": "Bulk."}
    assert (await call("POST", f"{OPERATOR}/domains", listed, "op-owner"))[0] == 201
    net = {"what": "203.0.113.0/24", "action": "deny", "reason": "Bulk."}
    assert (await call("POST", f"{OPERATOR}/networks", net, "op-owner"))[0] == 201
    _, lists = await call("GET", f"{OPERATOR}/lists", token="op-auditor")
    assert [one["what"] for one in (*lists["domains"], *lists["networks"])] == [
        "bad.example", "203.0.113.0/24",
    ]  # fmt: skip
    gone = await door.house.client.delete(
        f"{OPERATOR}/networks/203.0.113.0%2F24", headers={"authorization": "Bearer op-owner"}
    )
    assert gone.status_code == 200
    acts = {entry.act for entry in await door.house.gate.policies.audit.page(act="screening")}
    assert acts == {
        "screening.rule_set", "screening.cluster_decided", "screening.domain_listed",
        "screening.network_listed", "screening.network_unlisted",
    }  # fmt: skip
