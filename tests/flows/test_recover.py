"""A number that an account has: its new owner is told after proof, and the gate decides."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.gate.house import suspension
from tests.living import Living, Person, living

START = "/api/v1/registrations"
NUMBER = "+447911123456"


@pytest_asyncio.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def post(home: Living, path: str, body: Any = None) -> tuple[int, Any]:
    answer = await home.client.post(path, json=body if body is not None else {})
    return answer.status_code, answer.json()


async def come(home: Living) -> tuple[str, dict[str, Any]]:
    """Register with the number up to the code, and return what was said then."""
    _, begun = await post(home, START, {"door": "phone"})
    path = f"{START}/{begun['registration_id']}"
    answer = {"policy_version": begun["policy_version"], "lang": "en"}
    assert (await post(home, f"{path}/consent", answer))[0] == 200
    assert (await post(home, f"{path}/contact", {"kind": "phone", "value": NUMBER}))[0] == 202
    await home.run_jobs()
    outbox = home.house.people.accounts.codes.senders.outbox
    assert outbox is not None
    status, said = await post(home, f"{path}/code", {"code": outbox.codes(NUMBER)[-1]})
    assert status == 200, said
    return path, said


async def test_not_me_goes_through_the_gate_and_the_old_account_lives(
    home: Living, clock: FixedClock
) -> None:
    path, said = await come(home)
    assert said == {"verified": True}
    finish = {"username": "ann", "password": "long enough"}
    status, made = await post(home, f"{path}/finish", finish)
    assert status == 201, made
    ann = Person(home, made["user_id"], made["access_token"], made["device_id"])

    path, said = await come(home)
    assert said == {"verified": True, "taken": True}
    assert (await post(home, f"{path}/finish", {"username": "bo"}))[1]["code"] == (
        "accounts.contact_in_use"
    )
    status, said = await post(home, f"{path}/not-me")
    assert (status, said["code"]) == (409, "accounts.number_held")  # proved today: a number in use

    clock.move(timedelta(days=200))
    path, _ = await come(home)
    policies = home.house.doors.gate.policies
    policy = await policies.set("op", "the owner", suspension(door="recycled_number"))
    status, said = await post(home, f"{path}/not-me")
    assert (status, said["notice"]["id"]) == (403, policy.policy_id)
    await policies.end("op", policy.policy_id, "it is over")
    assert (await post(home, f"{path}/not-me"))[0] == 200
    status, made = await post(home, f"{path}/finish", {"username": "bo"})
    assert status == 201, made
    bo = await home.house.people.accounts.account(made["user_id"])
    assert bo.door == "recycled_number"
    kept = await ann.did("GET", "/api/v1/account/security")
    assert [notice["what"] for notice in kept["notices"]] == ["contact_lost"]
    assert kept["contacts"] == []
    sign_in = {"kind": "password", "user": "ann", "password": "long enough"}
    assert (await post(home, "/api/v1/sessions", sign_in))[0] == 200


async def test_every_device_hears_by_its_sync(home: Living) -> None:
    ann = await home.person()
    await ann.sync()
    body = {"password": "correct horse", "new_password": "another horse", "logout_devices": False}
    await ann.did("POST", "/api/v1/account/password", body)
    await home.run_jobs()
    told = await ann.sync()
    (datum,) = [e for e in told["account_data"]["events"] if e["type"] == "org.teahouse.security"]
    assert datum["content"]["what"] == "password_set"
