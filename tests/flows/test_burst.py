"""While and where a burst has tightened the gate, new accounts begin with limits; then no more do.

And who decides about those who wait sees in words and numbers why screening had them wait.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from teahouse.app import build_server
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.standing.model import Rules
from tests.contract.conformance import Conforming
from tests.gate.house import WELL_KNOWN
from tests.living import Living, Owner, living

FARM = {"address": "203.0.113.9", "agent": "script/1"}
SINCE = "2021-07-27T01:00:00Z"  # when the test begins


@dataclass(repr=False)
class Street:
    """A house, its owner, and people and machines who come to it from anywhere."""

    house: Living
    owner: Owner
    clock: FixedClock

    async def join(
        self, name: str, mail: str, takes: float = 40, address: str = "", agent: str = "Firefox"
    ) -> tuple[int, Any]:
        """Register by e-mail in so many seconds; return the last answer."""
        transport = httpx.ASGITransport(
            Conforming(build_server(self.house.house)),
            client=(address or f"198.51.{len(name)}.1", 1),
        )
        headers = {"user-agent": agent}
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            start = "/api/v1/registrations"
            asked = {"door": "email", "service_region": "intl"}
            begun = (await client.post(start, json=asked, headers=headers)).json()
            path = f"{start}/{begun['registration_id']}"
            answer = {"policy_version": begun["policy_version"], "lang": "en"}
            await client.post(f"{path}/consent", json=answer, headers=headers)
            body = {"kind": "email", "value": mail}
            await client.post(f"{path}/contact", json=body, headers=headers)
            self.clock.move(timedelta(seconds=takes))
            code = {"code": await self.house.code(mail)}
            await client.post(f"{path}/code", json=code, headers=headers)
            said = await client.post(f"{path}/finish", json={"username": name}, headers=headers)
        return said.status_code, said.json()

    async def farm(self, first: int, count: int) -> list[str]:
        """Sign up by script; return what became of each."""
        found: list[str] = []
        for nth in range(first, first + count):
            status, said = await self.join(f"tea{nth:04d}", f"x{nth}@rot{nth}.example", 3, **FARM)
            found.append("made" if status == 201 else said["code"])
        return found

    async def stands(self, name: str) -> tuple[str, str | None]:
        """Return an account's stage and why."""
        people = self.house.house.people
        account = await people.accounts.account(f"@{name}:s")
        shown = await people.standing.own(account.account_id)
        return shown.stage.value, shown.why.value if shown.why else None

    async def found(self, name: str) -> Any:
        account = await self.house.house.people.accounts.account(f"@{name}:s")
        return await self.owner.did("GET", f"/screening/accounts/{account.account_id}")

    async def set(self, **rules: int) -> None:
        for rule, amount in rules.items():
            body = {"mode": "on", "amount": amount}
            await self.owner.did("PUT", f"/screening/rules/{rule}", body)


@pytest_asyncio.fixture
async def street(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Street]:
    del database  # it is empty now
    async with living(dsn, tmp_path, clock) as house:
        yield Street(house, await house.owner(), clock)


async def test_those_who_come_in_a_burst_begin_with_limits_and_later_ones_do_not(
    street: Street,
) -> None:
    await street.set(likeness=5)
    assert await street.farm(0, 11) == ["made"] * 11
    await street.join("before", "before@gmail.com")
    await street.set(burst=5)
    street.clock.move(timedelta(seconds=20))
    await street.house.run_jobs()
    (notice,) = (await street.house.client.get(WELL_KNOWN)).json()["notices"]
    assert "limited for 3 days" in notice["reason"]["en"]
    assert "3 天内" in notice["reason"]["zh"]
    status, said = await street.join("ann", "ann@gmail.com")
    assert status == 201, said
    assert await street.stands("ann") == ("newcomer", "burst")
    assert await street.stands("before") == ("member", None)
    mine = {"authorization": f"Bearer {said['access_token']}"}
    shown = (await street.house.client.get("/api/v1/standing", headers=mine)).json()
    assert shown["member_from"] == shown["member_at"]
    elsewhere = await street.house.joined("phoebe", "+447911123456")
    assert elsewhere.user_id == "@phoebe:s"
    assert await street.stands("phoebe") == ("member", None), "another door is as it was"
    await street.house.house.people.standing.set_rules("op", Rules(burst_days=0))
    street.clock.move(timedelta(minutes=1))  # the gate is paced
    assert (await street.join("spared", "spared@gmail.com"))[0] == 201
    assert await street.stands("spared") == ("member", None), "operators may say none"
    await street.house.house.people.standing.set_rules("op", Rules())
    street.clock.move(timedelta(minutes=31))
    assert (await street.join("later", "later@gmail.com"))[0] == 201
    assert await street.stands("later") == ("member", None)
    street.clock.move(timedelta(days=3))
    await street.house.run_jobs()
    assert await street.stands("ann") == ("member", "age")


async def test_who_decides_sees_why_screening_had_somebody_wait(street: Street) -> None:
    await street.set(likeness=3, volume=5)
    fates = await street.farm(0, 14)
    assert fates[-1] == "gate.held"
    queue = (await street.owner.did("GET", "/approvals"))["requests"]
    told = queue[-1]["signals"]
    assert [one["rule"] for one in told] == ["likeness", "volume"]
    assert all(one["alike"] == 13 and one["since"].startswith(SINCE[:13]) for one in told)
    for word in ("203.0.113", "script/1", "tea0013"):
        assert word not in str(queue), "nothing of what it was told by"
    staged = fates.index("gate.held") - 1
    found = await street.found(f"tea{staged:04d}")
    assert (found["verdict"], found["findings"][0]["rule"]) == ("stage", "likeness")
    assert found["findings"][0]["alike"] == staged
    assert await street.stands(f"tea{staged:04d}") == ("newcomer", "screening")
    looked = (await street.owner.did("GET", "/audit?act=screening.look"))["entries"]
    assert len(looked) == 1
    street.clock.move(timedelta(days=4))
    await street.house.run_jobs()
    doors = street.house.house.doors
    account = await street.house.house.people.accounts.account(f"@tea{staged:04d}:s")
    assert (await doors.screening.desk.found("op", account.account_id)).findings == ()
    kept = [request for request, _ in await doors.approvals.page(True, "", 9)]
    assert [one.rule for one in kept[-1].signals] == ["likeness", "volume"], "while it waits"


async def test_who_was_looked_at_and_approved_begins_as_a_member(street: Street) -> None:
    listed = {"what": "odd.example", "action": "hold", "reason": "A person looks."}
    await street.owner.did("POST", "/screening/domains", listed)
    await street.set(lists=0, likeness=5)
    await street.farm(0, 11)
    await street.set(burst=5)
    street.clock.move(timedelta(seconds=20))
    await street.house.run_jobs()
    status, said = await street.join("ann", "ann@odd.example")
    assert (status, said["code"]) == (403, "gate.held")
    (one,) = (await street.owner.did("GET", "/approvals"))["requests"]
    assert [finding["rule"] for finding in one["signals"]] == ["lists", "burst"]
    verdict = {"request_ids": [one["request_id"]], "decision": "approve", "template": "checked"}
    await street.owner.did("POST", "/approvals/decisions", verdict)
    await street.house.run_jobs()
    told = await street.house.client.get("/api/v1/test/codes", params={"to": "ann@odd.example"})
    link = told.json()["links"][-1].rpartition("/")[2]
    post = street.house.client.post
    back = (await post("/api/v1/registrations/links", json={"token": link})).json()
    path = f"/api/v1/registrations/{back['registration_id']}/finish"
    assert (await post(path, json={"username": "ann"})).status_code == 201
    assert await street.stands("ann") == ("member", None)
