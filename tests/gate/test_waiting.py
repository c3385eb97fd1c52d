"""A policy that waits for a work: opened by its verified end or by two people, never late in silence."""

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from teahouse.gate.model.bindings import SLIP_LEAD
from teahouse.gate.model.policies import State
from teahouse.works.model import STALLED_AFTER, Work
from tests.gate.house import SUSPENSION, WELL_KNOWN, House, everything, suspension
from tests.gate.test_operators import BASE, DRAFT

DIGEST = "ab" * 32
START = "/api/v1/registrations"


async def begun(house: House) -> Work:
    works = house.gate.policies.works
    async with works.db.transaction() as tx:
        return await works.open(tx, "script", "The new format", "cli:test")


async def told(house: House) -> dict[str, Any]:
    await house.log.catch_up()
    (notice,) = (await house.call("GET", WELL_KNOWN))[1]["notices"]
    return notice


async def test_a_verified_work_opens_what_waits_for_it(
    house: House, wiper: asyncpg.Connection
) -> None:
    work, works = await begun(house), house.gate.policies.works
    body = {**DRAFT, "region": "*", "resume_on": work.work_id, "resume_pace_per_minute": 60}
    status, policy = await house.call("POST", f"{BASE}/policies", body, token="op-owner")
    assert (status, policy["resume_title"]) == (201, "The new format"), policy
    assert (await told(house))["resumes_after"] == "The new format"
    assert (await house.call("POST", START, {"door": "email"}))[0] == 403
    async with works.db.transaction() as tx:
        await works.progress(tx, work.work_id, 3, 10)
    _, seen = await house.call("GET", "/api/v1/operator/works", token="op-auditor")
    assert [(one["state"], one["done"]) for one in seen["works"]] == [("running", 3)]
    house.clock.move(STALLED_AFTER + timedelta(seconds=1))
    _, seen = await house.call("GET", "/api/v1/operator/works", token="op-auditor")
    assert seen["works"][0]["state"] == "stalled"
    assert (await house.call("POST", START, {"door": "email"}))[0] == 403
    async with works.db.transaction() as tx:
        await works.verified(tx, work.work_id, DIGEST)
    after = await told(house)
    assert (after["state"], after["scope"]["region"]) == ("paced", "*")
    assert "The new format" in after["reason"]["zh"]
    assert (await house.call("POST", START, {"door": "email"}))[0] == 201
    first, second = await everything(wiper, "gate_policies")
    assert (first["ended_by"], first["ended_at"]) == ("system", second["created_at"])
    assert (second["pace_per_minute"], second["decided_by"]) == (60, "op-owner")
    acts = [row["act"] for row in await everything(wiper, "audit_entries")]
    assert acts[-3:] == ["gate.policy_resumed", "gate.policy_set", "works.verified"]
    late = {**body, "resume_on": work.work_id}
    status, said = await house.call("POST", f"{BASE}/policies", late, token="op-owner")
    assert (status, said["code"]) == (422, "gate.bad_binding")


async def test_a_failed_work_opens_nothing(house: House, wiper: asyncpg.Connection) -> None:
    work, works = await begun(house), house.gate.policies.works
    bound = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    await house.gate.policies.set("op", "x", suspension(**bound))
    async with works.db.transaction() as tx:
        await works.failed(tx, work.work_id, "the disk is full")
    assert (await told(house))["state"] == "suspended"
    assert (await everything(wiper, "gate_policies"))[0]["ended_at"] is None


async def test_what_cannot_wait(house: House, wiper: asyncpg.Connection) -> None:
    work = await begun(house)
    bound = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    until = {"effective_until": "2021-08-03T00:00:00Z"}
    for odd, code in (
        ({"resume_on": work.work_id}, "gate.bad_binding"),
        ({"resume_pace_per_minute": 5}, "gate.bad_binding"),
        ({**bound, "resume_pace_per_minute": 0}, "gate.bad_pace"),
        ({**bound, **until}, "gate.bad_binding"),
        ({**bound, "resume_on": "none"}, "gate.bad_binding"),
        ({**bound, "state": "paced", "pace_per_minute": 6}, "gate.bad_binding"),
    ):
        body = {**DRAFT, **odd}
        status, said = await house.call("POST", f"{BASE}/policies", body, token="op-owner")
        assert (status, said["code"]) == (422, code), odd
    assert await everything(wiper, "gate_policies") == []


async def test_two_people_may_overrule(house: House, wiper: asyncpg.Connection) -> None:
    work = await begun(house)
    bound = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    policy = await house.gate.policies.set("op", "x", suspension(**bound))
    one = f"{BASE}/policies/{policy.policy_id}"
    reason = {"reason": "The work hangs and the old format is safe."}
    status, said = await house.call("POST", f"{one}/end", reason, token="op-owner")
    assert (status, said["code"]) == (409, "gate.needs_two")
    confirm = f"{one}/override/confirm"
    status, said = await house.call("POST", confirm, reason, token="op-owner")
    assert (status, said["code"]) == (409, "gate.override_gone")
    status, said = await house.call("POST", f"{one}/override", {"reason": " "}, token="op-owner")
    assert (status, said["code"]) == (422, "gate.override_without_reason")
    assert (await house.call("POST", f"{one}/override", reason, token="op-auditor"))[0] == 403
    assert (await house.call("POST", f"{one}/override", reason, token="op-owner"))[0] == 201
    _, open_ones = await house.call("GET", f"{BASE}/overrides", token="op-auditor")
    assert [found["proposed_name"] for found in open_ones["overrides"]] == ["op-owner"]
    status, said = await house.call("POST", confirm, reason, token="op-owner")
    assert (status, said["code"]) == (403, "gate.same_person")
    house.clock.move(timedelta(hours=1))
    status, said = await house.call("POST", confirm, reason, token="op-registrar")
    assert (status, said["code"]) == (409, "gate.override_gone")
    assert (await told(house))["state"] == "suspended"
    await house.call("POST", f"{one}/override", reason, token="op-owner")
    status, ended = await house.call("POST", confirm, reason, token="op-registrar")
    assert (status, ended["ended_by"]) == (200, "id-op-registrar")
    assert (await house.call("POST", START, {"door": "email"}))[0] == 201
    acts = [row["act"] for row in await everything(wiper, "audit_entries")]
    assert acts[-2:] == ["gate.override_proposed", "gate.policy_overridden"]
    unbound = await house.shut(region="eu")
    again = f"{BASE}/policies/{unbound.policy_id}/override"
    status, said = await house.call("POST", again, reason, token="op-owner")
    assert (status, said["code"]) == (422, "gate.bad_binding")


async def test_a_delay_is_told_before_its_time(house: House) -> None:
    work, works = await begun(house), house.gate.policies.works
    promised = house.clock.now() + timedelta(minutes=30)
    words = msgspec.structs.replace(SUSPENSION, expected_resume=promised)
    bound = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    draft = msgspec.structs.replace(suspension(**bound), words=words)
    await house.gate.policies.set("op", "x", draft)
    house.clock.move(timedelta(minutes=30) - SLIP_LEAD - timedelta(seconds=1))
    await house.runner.run_due()
    assert (await told(house))["promised_before"] == []
    async with works.db.transaction() as tx:
        await works.progress(tx, work.work_id, 5, 10)
    house.clock.move(timedelta(seconds=5))
    await house.runner.run_due()
    notice = await told(house)
    assert house.clock.now() < promised
    assert [notice["state"], len(notice["promised_before"])] == ["suspended", 1]
    assert "5 of 10" in notice["slip_reason"]["en"]
    assert "共 10 步，已完成 5 步" in notice["slip_reason"]["zh"]
    assert notice["expected_resume"] > notice["promised_before"][0]
    # The next promise slips too, in time; a work that is silent gives no new one.
    house.clock.move(timedelta(hours=2))
    await house.runner.run_due()
    notice = await told(house)
    assert (notice["expected_resume"], len(notice["promised_before"])) == (None, 2)
    assert "nothing has been heard" in notice["slip_reason"]["en"]
    house.clock.move(timedelta(hours=2))
    await house.runner.run_due()
    assert len((await told(house))["promised_before"]) == 2
    async with works.db.transaction() as tx:
        await works.verified(tx, work.work_id, DIGEST)
    assert (await told(house))["state"] == State.PACED.value


async def test_policies_end_together_or_not_at_all(house: House, wiper: asyncpg.Connection) -> None:
    one, two = await house.shut(region="eu"), await house.shut(region="intl")
    path = f"{BASE}/measures/end"
    for wrong in ([], [one.policy_id, one.policy_id], [one.policy_id, "none"]):
        body = {"policy_ids": wrong, "reason": "done"}
        assert (await house.call("POST", path, body, token="op-owner"))[0] in (400, 404)
    assert all(row["ended_at"] is None for row in await everything(wiper, "gate_policies"))
    body = {"policy_ids": [one.policy_id, two.policy_id], "reason": "done"}
    assert (await house.call("POST", path, body, token="op-auditor"))[0] == 403
    status, ended = await house.call("POST", path, body, token="op-registrar")
    assert (status, len(ended["policies"])) == (200, 2)
    assert all(row["ended_at"] for row in await everything(wiper, "gate_policies"))


async def test_what_people_would_read(house: House, wiper: asyncpg.Connection) -> None:
    path, body = f"{BASE}/measures/notices", {"policies": [DRAFT]}
    status, shown = await house.call("POST", path, body, token="op-auditor")
    (notice,) = shown["notices"]
    assert (status, notice["related_campaign"], notice["state"]) == (200, "none", "suspended")
    bare = {"policies": [{"state": "suspended"}]}
    assert (await house.call("POST", path, bare, token="op-auditor"))[0] == 422
    assert await everything(wiper, "gate_policies") == []
