"""What operators do with the gate, and may not."""

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from teahouse.gate.model.policies import Draft, State
from tests.gate.house import SUSPENSION, WELL_KNOWN, House, everything

BASE = "/api/v1/operator/gate"
DRAFT: dict[str, Any] = {
    "state": "suspended",
    "region": "cn-mainland",
    "account_class": "personal",
    **{
        key: value
        for key, value in msgspec.to_builtins(SUSPENSION).items()
        if key in ("reason", "legal_basis", "technical_necessity", "contact")
    },
}


async def test_setting_and_ending_a_policy(house: House, wiper: asyncpg.Connection) -> None:
    path = f"{BASE}/policies"
    status, said = await house.call("POST", path, DRAFT, token="op-auditor")
    assert (status, said["code"]) == (403, "operators.role")
    bare = {"state": "suspended", "region": "cn-mainland"}
    status, said = await house.call("POST", path, bare, token="op-owner")
    assert (status, said["code"]) == (422, "gate.policy_without_reason")
    vague = {**DRAFT, "legal_basis": [{"law": "relevant laws and regulations", "article": "1"}]}
    status, said = await house.call("POST", path, vague, token="op-owner")
    assert (status, said["code"]) == (422, "gate.policy_without_basis")
    assert await everything(wiper, "gate_policies") == []
    path_of = await house.begin(door="phone", service_region="cn-mainland")
    status, shown = await house.call("POST", f"{path}/preview", DRAFT, token="op-auditor")
    assert (status, len(shown["changed"]), shown["in_flight_refused"]) == (200, 18, 1)
    status, found = await house.call("POST", f"{path}/narrower", DRAFT, token="op-auditor")
    assert (status, found["suggestions"][0]["state"]) == (200, "paced")
    status, policy = await house.call("POST", path, DRAFT, token="op-registrar")
    assert status == 201, policy
    assert policy["decided_by"] == "op-registrar"
    status, grid = await house.call("GET", f"{BASE}/grid", token="op-auditor")
    shut = [cell for cell in grid["cells"] if cell["state"] == "suspended"]
    assert len(grid["cells"]) == 3 * 4 * 19
    assert len(shut) == 18
    assert "restore" not in {cell["door"] for cell in shut}
    # What was under way is refused at its next step, and emptied.
    uk = {"kind": "phone", "value": "+447911123456"}
    status, said = await house.call("POST", f"{path_of}/contact", uk)
    assert (status, said["code"]) == (403, "gate.closed")
    end = f"{path}/{policy['policy_id']}/end"
    status, said = await house.call("POST", end, {"reason": "it is done"}, token="op-moderator")
    assert status == 403
    status, ended = await house.call("POST", end, {"reason": "it is done"}, token="op-owner")
    assert (status, ended["end_reason"]) == (200, "it is done")
    status, said = await house.call("POST", end, {"reason": "again"}, token="op-owner")
    assert (status, said["code"]) == (422, "gate.bad_times")
    none = f"{path}/none/end"
    assert (await house.call("POST", none, {"reason": "x"}, token="op-owner"))[0] == 404
    _, history = await house.call("GET", f"{BASE}/history", token="op-auditor")
    assert [p["policy_id"] for p in history["policies"]] == [policy["policy_id"]]
    acts = [row["act"] for row in await everything(wiper, "audit_entries")]
    assert acts == ["gate.policy_set", "gate.policy_ended"]


async def test_policies_that_belong_together(house: House, wiper: asyncpg.Connection) -> None:
    path = f"{BASE}/measures"
    both = [DRAFT, {**DRAFT, "account_class": "official"}]
    body = {"policies": both}
    assert (await house.call("POST", path, body, token="op-auditor"))[0] == 403
    for wrong in ([], [DRAFT] * 73, [DRAFT, {**DRAFT, "region": "moon"}]):
        status, said = await house.call("POST", path, {"policies": wrong}, token="op-owner")
        assert (status, said["code"]) == (400, "gate.bad_scope")
    assert await everything(wiper, "gate_policies") == []
    status, shown = await house.call("POST", f"{path}/preview", body, token="op-auditor")
    assert (status, len(shown["changed"]), shown["unchanged_count"]) == (200, 36, 192)
    status, made = await house.call("POST", path, body, token="op-registrar")
    assert (status, [one["account_class"] for one in made["policies"]]) == (
        201, ["personal", "official"],
    )  # fmt: skip
    acts = [row["act"] for row in await everything(wiper, "audit_entries")]
    assert acts == ["gate.policy_set", "gate.policy_set"]


async def test_a_policy_ends_when_its_time_is_up(house: House, wiper: asyncpg.Connection) -> None:
    until = (house.clock.now() + timedelta(minutes=5)).isoformat()
    draft = {**DRAFT, "effective_until": until}
    await house.call("POST", f"{BASE}/policies", draft, token="op-owner")
    house.clock.move(timedelta(minutes=5))
    started = {"service_region": "cn-mainland"}
    assert (await house.call("POST", "/api/v1/registrations", started))[0] == 201
    await house.runner.run_due()
    (row,) = await everything(wiper, "gate_policies")
    assert row["ended_by"] == "system"
    assert row["ended_at"] == row["effective_until"]
    _, told = await house.call("GET", WELL_KNOWN)
    assert told["notices"] == []


async def test_a_pace_lets_in_so_many_and_no_more(house: House) -> None:
    draft = Draft(state=State.PACED, pace_per_minute=6)
    await house.gate.policies.set("op", "the owner", draft)
    first = await house.begin(door="email")
    second = await house.begin(door="email")
    await house.prove(first, "email", "ann@example.org")
    await house.prove(second, "email", "bo@example.org")
    assert (await house.call("POST", f"{first}/finish", {"username": "ann"}))[0] == 201
    status, said = await house.call("POST", f"{second}/finish", {"username": "bo"})
    assert (status, said["code"]) == (429, "gate.paced")
    assert said["retry_after_ms"] == 10_000
    status, said = await house.call("POST", "/api/v1/registrations", {"door": "email"})
    assert (status, said["code"]) == (429, "gate.paced")
    house.clock.move(timedelta(seconds=10))
    assert (await house.call("POST", f"{second}/finish", {"username": "bo"}))[0] == 201


async def test_a_narrow_pace_is_part_of_a_wide_one(house: House) -> None:
    wide = Draft(state=State.PACED, pace_per_minute=6)
    narrow = Draft(state=State.PACED, pace_per_minute=2, region="eu")
    await house.gate.policies.set_together("op", "the owner", [wide, narrow])
    paths = [await house.begin(door="email", service_region=region) for region in ("eu", "intl")]
    for path, address in zip(paths, ("ann@example.org", "bo@example.org"), strict=True):
        await house.prove(path, "email", address)
    assert (await house.call("POST", f"{paths[0]}/finish", {"username": "ann"}))[0] == 201
    status, said = await house.call("POST", f"{paths[1]}/finish", {"username": "bo"})
    assert (status, said["notice"]["scope"]["region"]) == (429, "*")


async def test_invitations(house: House, wiper: asyncpg.Connection) -> None:
    path = f"{BASE}/invites"
    ends = (house.clock.now() + timedelta(days=1)).isoformat()
    body = {"label": "friends", "uses": 2, "expires_at": ends}
    assert (await house.call("POST", path, body, token="op-auditor"))[0] == 403
    for wrong in ({"uses": 0}, {"label": " "}, {"expires_at": "2020-01-01T00:00:00Z"}):
        status, said = await house.call("POST", path, {**body, **wrong}, token="op-owner")
        assert (status, said["code"]) == (422, "gate.bad_invite_draft")
    status, made = await house.call("POST", path, body, token="op-owner")
    assert status == 201
    (row,) = await everything(wiper, "gate_invites")
    assert made["token"].encode() not in bytes(row["digest"])
    _, listed = await house.call("GET", path, token="op-auditor")
    assert [one["invite"]["label"] for one in listed["invites"]] == ["friends"]
    assert "token" not in str(listed)
    one = f"{path}/{made['invite']['invite_id']}"
    assert (await house.call("DELETE", one, token="op-owner"))[0] == 200
    assert (await house.call("DELETE", one, token="op-owner"))[0] == 404
    asked = {"door": "phone", "invite_token": made["token"]}
    status, said = await house.call("POST", "/api/v1/registrations", asked)
    assert (status, said["code"]) == (403, "gate.bad_invite")


async def test_odd_drafts_are_refused(house: House, wiper: asyncpg.Connection) -> None:
    path = f"{BASE}/policies"
    for odd in (
        {"effective_until": "2030-01-01T00:00:00"},  # of no zone
        {"effective_until": "9999-12-31T23:59:59-23:00"},
        {"effective_from": "0001-01-01T00:00:00+23:00"},
        {"expected_resume": "9999-12-31T23:59:59-23:00"},
        {"pace_per_minute": 10**30},
        {"state": "ajar"},
        {"region": None},
        {"legal_basis": "law"},
        {"reason": {"zh": 7}},
        {"reason": {"zh": "升" * 5000, "en": "x"}},
        {"legal_basis": [{}] * 3},
        {"surprise": 1},
        {"legal_basis": [{"law": "A law", "article": "1"}] * 21},
    ):
        status, said = await house.call("POST", path, {**DRAFT, **odd}, token="op-owner")
        assert status in (400, 422), (odd, said)
        assert said["code"] != "server.fault"
    assert await everything(wiper, "gate_policies") == []
    # A zone that is not ours is told in ours.
    until = {"effective_until": "2021-08-03T08:00:00+08:00"}
    status, policy = await house.call("POST", path, {**DRAFT, **until}, token="op-owner")
    assert status == 201, policy
    _, said = await house.call("POST", "/api/v1/registrations", {"service_region": "cn-mainland"})
    assert "2021-08-03 00:00 UTC" in said["detail"]
