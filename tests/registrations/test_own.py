"""Registering as our own clients do, step by step."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from tests.gate.house import House, everything, open_house

START = "/api/v1/registrations"
UK = "+447911123456"
CN = "+8613800138000"
LOOK_AGAIN = "select pg_stat_clear_snapshot()"
WAITING = """
select exists (
    select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
)"""


async def test_from_the_first_knock_to_the_account(house: House) -> None:
    status, begun = await house.call("POST", START, {"door": "phone", "service_region": "intl"})
    assert status == 201
    assert begun["steps"] == ["consent", "contact", "code", "finish"]
    path = f"{START}/{begun['registration_id']}"
    _, policy = await house.call("GET", "/api/v1/policy?lang=zh")
    assert policy["version"] == begun["policy_version"]
    answer = {"policy_version": policy["version"], "accepted_purposes": [], "lang": "zh"}
    assert (await house.call("POST", f"{path}/consent", answer))[0] == 200
    status, sent = await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK})
    assert status == 202
    assert sent["resend_after_seconds"] == 60
    status, said = await house.call("POST", f"{path}/code", {"code": "000000"})
    assert (status, said["code"]) == (403, "accounts.wrong_code")
    status, said = await house.call("POST", f"{path}/code", {"code": await house.code(UK)})
    assert (status, said) == (200, {"verified": True})
    finish = {
        "username": "ann",
        "display_name": "安",
        "device_name": "Web",
        "password": "a-b-c-d-e",
    }
    status, made = await house.call("POST", f"{path}/finish", finish)
    assert status == 201, made
    assert made["user_id"] == "@ann:tea.example"
    account = await house.accounts.account("@ann:tea.example")
    assert (account.region, account.door) == ("intl", "phone")
    assert (await house.profiles.one(account.user_id)).display_name == "安"
    status, kept = await house.call("GET", "/api/v1/account/receipts", token=made["access_token"])
    assert [r["screen"] for r in kept["receipts"]] == ["web.sign_up"]
    assert kept["receipts"][0]["lang"] == "zh"
    status, said = await house.call("POST", f"{path}/finish", finish)
    assert (status, said["code"]) == (404, "gate.no_registration")


async def test_consent_comes_first(house: House, wiper: asyncpg.Connection) -> None:
    _, begun = await house.call("POST", START, {"door": "phone"})
    path = f"{START}/{begun['registration_id']}"
    status, said = await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK})
    assert (status, said["code"], said["stage"]) == (409, "gate.wrong_step", "started")
    (row,) = await everything(wiper, "registrations_registrations")
    assert row["contact"] is None
    stale = {"policy_version": "0" * 12}
    status, said = await house.call("POST", f"{path}/consent", stale)
    assert (status, said["code"]) == (409, "consent.stale_policy")
    strange = {"policy_version": begun["policy_version"], "accepted_purposes": ["x"]}
    status, said = await house.call("POST", f"{path}/consent", strange)
    assert (status, said["code"]) == (400, "consent.unknown_purpose")
    for step, body in (
        ("code", {"code": "1"}),
        ("finish", {"username": "ann"}),
    ):
        status, said = await house.call("POST", f"{path}/{step}", body)
        assert (status, said["code"]) == (409, "gate.wrong_step"), step
    status, said = await house.call("POST", f"{START}/reg_none/finish", {"username": "ann"})
    assert (status, said["code"]) == (404, "gate.no_registration")


async def test_a_code_proves_only_the_number_it_went_to(
    house: House, wiper: asyncpg.Connection
) -> None:
    path = await house.begin(door="phone")
    assert (await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK}))[0] == 202
    mine = {"code": await house.code(UK)}
    async with wiper.transaction():
        await wiper.execute("select from codes_codes for update")
        proving = asyncio.create_task(house.call("POST", f"{path}/code", mine))
        while not await wiper.fetchval(WAITING):
            await wiper.execute(LOOK_AGAIN)  # until the code is about to be tried
        other = {"kind": "phone", "value": "+447911654321"}
        assert (await house.call("POST", f"{path}/contact", other))[0] == 202
    status, said = await proving
    assert (status, said["code"]) == (403, "accounts.wrong_code")
    status, said = await house.call("POST", f"{path}/finish", {"username": "ann"})
    assert (status, said["code"]) == (409, "gate.wrong_step")
    status, said = await house.call(
        "POST", f"{path}/code", {"code": await house.code(other["value"])}
    )
    assert (status, said) == (200, {"verified": True})


async def test_nobody_learns_who_has_a_number(house: House, wiper: asyncpg.Connection) -> None:
    assert (await house.join("ann"))[0] == 201
    path = await house.begin(door="phone")
    house.clock.move(timedelta(minutes=2))
    status, sent = await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK})
    assert (status, set(sent)) == (202, {"resend_after_seconds", "expires_at"})
    status, said = await house.call("POST", f"{path}/finish", {"username": "bo"})
    assert (status, said["code"]) == (409, "gate.wrong_step")  # not proved: not told
    await house.call("POST", f"{path}/code", {"code": await house.code(UK)})
    status, said = await house.call("POST", f"{path}/finish", {"username": "bo"})
    assert (status, said["code"]) == (409, "accounts.contact_in_use")
    assert len(await everything(wiper, "accounts_accounts")) == 1


async def test_a_taken_name_can_be_tried_again(house: House) -> None:
    assert (await house.join("ann"))[0] == 201
    path = await house.begin(door="email")
    await house.prove(path, "email", "bo@example.org")
    status, said = await house.call("POST", f"{path}/finish", {"username": "ann"})
    assert (status, said["code"]) == (409, "accounts.name_taken")
    weak = {"username": "bo", "password": "short"}
    status, said = await house.call("POST", f"{path}/finish", weak)
    assert (status, said["code"]) == (400, "accounts.weak_password")
    status, made = await house.call("POST", f"{path}/finish", {"username": "bo"})
    assert (status, made["user_id"]) == (201, "@bo:tea.example")


async def test_the_mainland_is_closed(house: House, wiper: asyncpg.Connection) -> None:
    policy = await house.shut(region="cn-mainland", account_class="personal")
    status, said = await house.call("POST", START, {"service_region": "cn-mainland"})
    assert (status, said["code"]) == (403, "gate.closed")
    assert said["notice"]["id"] == policy.policy_id
    # +86 under another service is a mainland registration: refused, and emptied.
    path = await house.begin(door="phone", service_region="intl")
    status, said = await house.call("POST", f"{path}/contact", {"kind": "phone", "value": CN})
    assert (status, said["code"]) == (403, "gate.closed")
    status, said = await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK})
    assert (status, said["code"]) == (404, "gate.no_registration")
    (row,) = await everything(wiper, "registrations_registrations")
    assert (row["state"], row["contact"]) == ("refused", None)
    assert await everything(wiper, "codes_codes") == []
    # +44 goes on, and so do Hong Kong, Macao and Taiwan.
    for name, number in (("uk", UK), ("hk", "+85291234567"), ("mo", "+85366123456")):
        status, made = await house.join(name, number)
        assert status == 201, made
    # The official class was not named.
    path = await house.begin(door="phone", service_region="cn-mainland", account_class="official")
    assert path


async def test_addresses_are_not_asked(house: House) -> None:
    await house.shut(region="cn-mainland")
    headers = {"x-forwarded-for": "114.114.114.114"}  # an address in China
    started = await house.client.post(START, json={"door": "phone"}, headers=headers)
    assert started.status_code == 201


async def test_half_made_registrations_expire(house: House, wiper: asyncpg.Connection) -> None:
    path = await house.begin(door="phone")
    await house.call("POST", f"{path}/contact", {"kind": "phone", "value": UK})
    house.clock.move(timedelta(minutes=31))
    await house.runner.run_due()
    (row,) = await everything(wiper, "registrations_registrations")
    assert (row["state"], row["contact"]) == ("expired", None)
    assert (await house.call("POST", f"{path}/code", {"code": "1"}))[0] == 404
    house.clock.move(timedelta(hours=24))
    await house.runner.run_due()
    assert await everything(wiper, "registrations_registrations") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"door": "oidc"},
        {"door": 3},
        {"account_class": "enterprise"},
        {"service_region": "moon"},
        {"phone": UK},
        {"door": "phone", "invite_token": []},
    ],
)
async def test_strange_starts_are_refused(house: House, asked: dict[str, Any]) -> None:
    status, _ = await house.call("POST", START, asked)
    assert status == 400


async def test_contact_of_the_wrong_kind(house: House) -> None:
    path = await house.begin(door="email")
    for body, code in (
        ({"kind": "phone", "value": UK}, "gate.wrong_contact"),
        ({"kind": "email", "value": "nobody"}, "vault.bad_email"),
        ({"kind": "pigeon", "value": "x"}, "request.invalid"),
    ):
        status, said = await house.call("POST", f"{path}/contact", body)
        assert (status, said["code"]) == (400, code)


async def test_odd_steps_are_refused(house: House, wiper: asyncpg.Connection) -> None:
    path = await house.begin(door="phone")
    for step, body in (
        ("contact", {"kind": "phone", "value": "+" + "9" * 5000}),
        ("contact", {"kind": "phone", "value": "\u202e+44"}),
        ("contact", {"kind": "phone", "value": None}),
        ("consent", {"policy_version": "x" * 60_000}),
        ("code", {"code": "1" * 60_000}),
        ("finish", {"username": "a" * 60_000}),
        ("finish", {"username": "ann", "password": "x" * 60_000}),
    ):
        status, said = await house.call("POST", f"{path}/{step}", body)
        assert 400 <= status < 500, said
    await house.prove(path, "phone", UK)
    for body in (
        {"username": ""},
        {"username": "A B"},
        {"username": "@ann:tea.example"},
        {"username": "a" * 256},
        {"username": "ann", "display_name": "x" * 300},
        {"username": "ann", "device_name": "x" * 300},
        {"username": "ann", "password": ""},
    ):
        status, said = await house.call("POST", f"{path}/finish", body)
        assert status == 400, said
    assert await everything(wiper, "accounts_accounts") == []
    assert (await house.call("POST", f"{path}/finish", {"username": "ann"}))[0] == 201


@pytest.mark.parametrize("door", ["phone", "email", "official", "invite"])
async def test_each_door_is_shut_alone(house: House, door: str) -> None:
    """The same answer at each; the doors beside it stay open."""
    ends = house.clock.now() + timedelta(days=1)
    token, _ = await house.invites.make("op", "friends", 9, ends, ("*", "*"))
    ways: dict[str, dict[str, Any]] = {
        "phone": {"door": "phone"},
        "email": {"door": "email"},
        "official": {"door": "email", "account_class": "official"},
        "invite": {"door": "email", "invite_token": token},
    }
    policy = await house.shut(door=door)
    for name, asked in ways.items():
        touched = {name, asked["door"]}
        status, said = await house.call("POST", START, asked)
        if door in touched:
            assert (status, said["code"]) == (403, "gate.closed")
            assert said["notice"]["id"] == policy.policy_id
        else:
            assert status == 201, said


async def test_what_cannot_be_sent_is_not_asked_for(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_house(database, log, clock, tmp_path, sms=False) as house:
        status, said = await house.call("POST", START, {"door": "phone"})
        assert (status, said["code"]) == (422, "accounts.contact_kind_off")
        assert (await house.call("POST", START, {"door": "email"}))[0] == 201
        await house.shut()  # the gate comes first
        status, said = await house.call("POST", START, {"door": "phone"})
        assert (status, said["code"]) == (403, "gate.closed")
