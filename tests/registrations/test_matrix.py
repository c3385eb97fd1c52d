"""Registering as Matrix clients do."""

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.server import Server
from teahouse.registrations.routes import routes as registration_routes
from tests.gate.house import REGISTER, House, operator
from tests.living import living

DUMMY = {"type": "m.login.dummy"}


async def test_test_mode_registers_at_once(test_house: House) -> None:
    status, asked = await test_house.call("POST", REGISTER, {})
    assert status == 401
    assert asked["flows"] == [{"stages": ["m.login.dummy"]}]
    body = {"username": "Ann-UPPER", "password": "s", "auth": DUMMY, "device_id": "HERE"}
    status, made = await test_house.call("POST", REGISTER, body)
    assert status == 200, made
    assert made["user_id"] == "@ann-upper:tea.example"
    assert made["home_server"] == "tea.example"
    assert made["device_id"] == "HERE"
    whoami = "/_matrix/client/v3/account/whoami"
    status, me = await test_house.call("GET", whoami, token=made["access_token"])
    assert (status, me["user_id"]) == (200, made["user_id"])
    status, again = await test_house.call("POST", REGISTER, body)
    assert (status, again["errcode"]) == (400, "M_USER_IN_USE")


async def test_a_session_remembers_and_is_idempotent(test_house: House) -> None:
    first = {"username": "bo", "password": "pässwörd", "initial_device_display_name": "phone"}
    _, asked = await test_house.call("POST", REGISTER, first)
    auth = {**DUMMY, "session": asked["session"]}
    status, made = await test_house.call("POST", REGISTER, {"auth": auth})
    assert (status, made["user_id"]) == (200, "@bo:tea.example")
    status, again = await test_house.call("POST", REGISTER, {"auth": auth})
    assert (status, again) == (200, made)


async def test_options_of_the_session(test_house: House) -> None:
    body = {"password": "p", "inhibit_login": True, "auth": DUMMY}
    status, made = await test_house.call("POST", REGISTER, body)
    assert status == 200
    assert set(made) == {"user_id", "home_server"}
    body = {"username": "cy", "password": "p", "refresh_token": True, "auth": DUMMY}
    status, made = await test_house.call("POST", REGISTER, body)
    assert status == 200
    assert made["refresh_token"]
    assert made["expires_in_ms"] > 0


@pytest.mark.parametrize("letter", "!\":?\\@[]{|}£é\n'")
async def test_names_are_checked(test_house: House, letter: str) -> None:
    body = {"username": f"user{letter}name", "password": "p", "auth": DUMMY}
    status, said = await test_house.call("POST", REGISTER, body)
    assert (status, said["errcode"]) == (400, "M_INVALID_USERNAME")


async def test_names_that_can_be_had(test_house: House) -> None:
    path = f"{REGISTER}/available"
    assert await test_house.call("GET", f"{path}?username=dee._=-%2F012") == (
        200,
        {"available": True},
    )
    status, said = await test_house.call("GET", f"{path}?username=d%20e")
    assert (status, said["errcode"]) == (400, "M_INVALID_USERNAME")
    await test_house.call("POST", REGISTER, {"username": "dee", "password": "p", "auth": DUMMY})
    status, said = await test_house.call("GET", f"{path}?username=DEE")
    assert (status, said["errcode"]) == (400, "M_USER_IN_USE")
    status, said = await test_house.call("GET", path)
    assert (status, said["errcode"]) == (400, "M_MISSING_PARAM")


async def test_guests_and_strange_bodies(test_house: House) -> None:
    status, said = await test_house.call("POST", f"{REGISTER}?kind=guest", {})
    assert (status, said["errcode"]) == (403, "M_GUEST_ACCESS_FORBIDDEN")
    status, said = await test_house.call("POST", f"{REGISTER}?kind=robot", {})
    assert (status, said["errcode"]) == (400, "M_UNRECOGNIZED")
    for body in ({"username": 7, "auth": DUMMY}, {"auth": "yes"}, {"auth": DUMMY, "password": []}):
        status, said = await test_house.call("POST", REGISTER, body)
        assert (status, said["errcode"]) == (400, "M_BAD_JSON"), body
    sent = await test_house.client.post(REGISTER, content=b'{"username": "\xff"}')
    assert (sent.status_code, sent.json()["errcode"]) == (400, "M_NOT_JSON")


async def test_test_accounts_meet_the_gate(test_house: House) -> None:
    policy = await test_house.shut(door="test_account")
    for body in ({}, {"auth": DUMMY, "username": "eve", "password": "p"}):
        status, said = await test_house.call("POST", REGISTER, body)
        assert (status, said["errcode"]) == (403, "M_FORBIDDEN")
        assert said["org.teahouse.notice"]["id"] == policy.policy_id
        assert "security upgrade" in said["error"]
        assert "安全技术升级" in said["error"]
        assert "registrar@tea.example" in said["error"]
    await test_house.gate.policies.end("op-owner", policy.policy_id, "done")
    status, _ = await test_house.call(
        "POST", REGISTER, {"auth": DUMMY, "username": "eve", "password": "p"}
    )
    assert status == 200


def _mac(*parts: str) -> str:
    return hmac.new(b"secret", "\0".join(parts).encode(), hashlib.sha1).hexdigest()


async def test_the_shared_secret(test_house: House) -> None:
    path = "/_synapse/admin/v1/register"

    async def register(name: str, mac_of: str = "", **more: Any) -> tuple[int, Any]:
        _, given = await test_house.call("GET", path)
        nonce = given["nonce"]
        flag = "admin" if more.get("admin") else "notadmin"
        mac = _mac(mac_of or nonce, name, "pw", flag)
        body = {"nonce": nonce, "username": name, "password": "pw", "mac": mac, **more}
        status, said = await test_house.call("POST", path, body)
        if status == 200:  # a nonce is used once
            assert (await test_house.call("POST", path, body))[0] == 400
        return status, said

    status, made = await register("Root", admin=True)
    assert (status, made["user_id"]) == (200, "@root:tea.example")
    account = await test_house.accounts.account("@root:tea.example")
    assert account.administrator
    assert account.door == "admin_import"
    status, said = await register("mallory", mac_of="other")
    assert (status, said["errcode"]) == (403, "M_FORBIDDEN")
    await test_house.shut(door="admin_import")
    status, said = await register("late")
    assert (status, said["errcode"]) == (403, "M_FORBIDDEN")
    assert said["org.teahouse.notice"]["state"] == "suspended"


async def test_two_shared_secrets_are_good_while_tools_change_over(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    path = "/_synapse/admin/v1/register"
    secrets = {"registration_shared_secret": "new", "registration_shared_secret_before": "old"}
    async with living(dsn, tmp_path, **secrets) as house:
        for secret, status in (("new", 200), ("old", 200), ("none", 403), ("", 403)):
            nonce = (await house.client.get(path)).json()["nonce"]
            name = f"by-{secret or 'nothing'}"
            message = f"{nonce}\x00{name}\x00correct horse\x00notadmin".encode()
            mac = hmac.new(secret.encode(), message, hashlib.sha1).hexdigest()
            body = {"nonce": nonce, "username": name, "password": "correct horse", "mac": mac}
            assert (await house.client.post(path, json=body)).status_code == status, secret


async def test_a_nonce_is_good_for_a_minute_in_every_worker(test_house: House) -> None:
    path = "/_synapse/admin/v1/register"
    ids, limiter = test_house.accounts.ids, Limiter(test_house.clock, enabled=False)
    who = Authenticators(test_house.accounts.authenticate, operator)
    other = Server(registration_routes(test_house.registrations), who, limiter, ids)
    transport = httpx.ASGITransport(other, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:

        async def register(name: str, nonce: str) -> int:
            mac = _mac(nonce, name, "pw", "notadmin")
            body = {"nonce": nonce, "username": name, "password": "pw", "mac": mac}
            return (await client.post(path, json=body)).status_code

        _, given = await test_house.call("GET", path)
        assert await register("ann", given["nonce"]) == 200
        _, given = await test_house.call("GET", path)
        for nonce in ("", "x", given["nonce"][:-1] + "z", given["nonce"] + "0"):
            assert await register("bo", nonce) == 400
        test_house.clock.move(timedelta(minutes=1))
        assert await register("bo", given["nonce"]) == 400
