"""Looking after one's account: devices, password, codes, the end."""

from typing import Any

import asyncpg
import pytest

from teahouse.accounts.events import AccountDeactivated, SessionEnded
from teahouse.accounts.model import (
    ContactInUse,
    NameTaken,
    NoSuchAccount,
)
from teahouse.accounts.store import FIELDS
from teahouse.infra.vault.model import Erased, NoGround
from tests.accounts.conftest import PASSWORD, House

V3 = "/_matrix/client/v3"
ME = "@ada:tea.example"


def auth(session: str | None, password: str = PASSWORD, user: str = "ada") -> dict[str, Any]:
    shown = {
        "type": "m.login.password",
        "password": password,
        "identifier": {"type": "m.id.user", "user": user},
    }
    return {**shown, "session": session} if session else shown


async def test_a_name_is_given_once_for_ever(house: House) -> None:
    account, _ = await house.person("ada")
    await house.accounts.deactivate(account.account_id, erase=True)
    async with house.accounts.db.transaction() as tx:
        assert not await house.accounts.name_free(tx, "ada")
        assert await house.accounts.name_free(tx, "bob")
    with pytest.raises(NameTaken):
        await house.person("ada")


async def test_nothing_personal_can_be_written_before_there_is_a_ground(house: House) -> None:
    db, accounts = house.accounts.db, house.accounts
    async with db.transaction() as tx:
        account = await accounts.create(tx, house.admission(), "ada")
    verbs = [
        lambda tx: accounts.add_identifier(tx, account.account_id, "email", "a@tea.example"),
        lambda tx: house.profiles.set_field(
            tx, account.account_id, account.user_id, "displayname", "Ada"
        ),
        lambda tx: accounts.open_session(tx, account, None, "phone"),
    ]
    for verb in verbs:
        with pytest.raises(NoGround):
            async with db.transaction() as tx:
                await verb(tx)
    async with db.transaction() as tx:
        opened = await accounts.open_session(tx, account, address="192.0.2.7")
    assert (await accounts.authenticate(opened.access_token)).user_id == ME
    assert (await accounts.devices(account.account_id))[0].last_seen_address is None


async def test_a_contact_belongs_to_one_account(house: House) -> None:
    account, _ = await house.person("ada", phone="+44 7700 900123")
    with pytest.raises(ContactInUse):
        await house.person("bob", phone="+447700900123")
    async with house.accounts.db.read() as tx:
        found = await house.accounts.finder.by_identifier(tx, "phone", "+44 (7700) 900123")
        assert found == account
        assert await house.accounts.finder.by_identifier(tx, "email", "ada@tea.example") is None
    shown = await house.accounts.masked_identifiers(account.account_id)
    assert shown == {"phone": "+44••••••0123"}


# -- devices ----------------------------------------------------------------------------------


async def test_devices_are_listed_renamed_and_signed_out_with_the_password(house: House) -> None:
    _, one = await house.person("ada")
    _, two = await house.login("ada", initial_device_display_name="laptop")
    token, path = one.access_token, f"{V3}/devices/{two['device_id']}"
    assert await house.call("PUT", path, token, {"display_name": "desk"}) == (200, {})
    assert (await house.call("GET", path, token))[1]["display_name"] == "desk"
    assert (await house.call("PUT", f"{V3}/devices/NONE", token, {}))[0] == 404
    assert (await house.call("GET", f"{V3}/devices/NONE", token))[1]["errcode"] == "M_NOT_FOUND"
    status, asked = await house.call("DELETE", path, token)
    assert status == 401
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    assert "errcode" not in asked
    status, wrong = await house.call(
        "DELETE", path, token, {"auth": auth(asked["session"], "not it")}
    )
    assert (status, wrong["errcode"], wrong["session"]) == (401, "M_FORBIDDEN", asked["session"])
    other = f"{V3}/devices/{one.device_id}"
    status, refused = await house.call("DELETE", other, token, {"auth": auth(asked["session"])})
    assert (status, refused["errcode"]) == (403, "M_FORBIDDEN")
    assert await house.call("DELETE", path, token, {"auth": auth(asked["session"])}) == (200, {})
    assert (await house.call("GET", path, token))[0] == 404
    assert (await house.call("GET", f"{V3}/devices", two["access_token"]))[0] == 401
    assert len((await house.call("GET", f"{V3}/devices", token))[1]["devices"]) == 1


async def test_the_password_of_somebody_else_proves_nothing(house: House) -> None:
    _, opened = await house.person("ada")
    await house.person("bob", password="another one")
    body = {"devices": [opened.device_id], "auth": auth(None, "another one", "bob")}
    status, refused = await house.call("POST", f"{V3}/delete_devices", opened.access_token, body)
    assert (status, refused["errcode"]) == (401, "M_FORBIDDEN")
    body["auth"] = auth(None)
    assert await house.call("POST", f"{V3}/delete_devices", opened.access_token, body) == (200, {})
    assert (await house.call("GET", f"{V3}/devices", opened.access_token))[0] == 401


async def test_one_account_cannot_touch_the_devices_of_another(house: House) -> None:
    _, ada = await house.person("ada")
    _, bob = await house.person("bob")
    path = f"/api/v1/account/sessions/{ada.device_id}"
    assert (await house.call("DELETE", path, bob.access_token))[0] == 404
    assert (await house.call("GET", "/api/v1/account", ada.access_token))[0] == 200
    assert (await house.call("DELETE", path, ada.access_token))[0] == 200
    assert (await house.call("GET", "/api/v1/account", ada.access_token))[0] == 401


# -- password and codes -----------------------------------------------------------------------


async def test_a_new_password_signs_out_the_other_devices_unless_asked_not_to(house: House) -> None:
    _, one = await house.person("ada")
    _, two = await house.login("ada")
    body: dict[str, Any] = {"new_password": "a new secret"}
    status, asked = await house.call("POST", f"{V3}/account/password", one.access_token, body)
    assert status == 401
    body |= {"auth": auth(asked["session"]), "logout_devices": False}
    assert (await house.call("POST", f"{V3}/account/password", one.access_token, body))[0] == 200
    assert (await house.call("GET", f"{V3}/devices", two["access_token"]))[0] == 200
    assert (await house.login("ada"))[0] == 403
    assert (await house.login("ada", "a new secret"))[0] == 200
    body = {"new_password": "and another", "auth": auth(None, "a new secret")}
    assert (await house.call("POST", f"{V3}/account/password", one.access_token, body))[0] == 200
    assert (await house.call("GET", f"{V3}/devices", one.access_token))[0] == 200
    assert (await house.call("GET", f"{V3}/devices", two["access_token"]))[0] == 401


async def test_signing_in_by_code_tells_nobody_who_exists(house: House) -> None:
    await house.person("ada", password=None, phone="+447700900123")
    answers = []
    for value in ("+447700900123", "+447700900124"):
        sent = {"kind": "phone", "value": value}
        status, answer = await house.call("POST", "/api/v1/sessions/code", json=sent)
        assert answer.pop("code_id")  # also where there is nobody
        answers.append((status, answer))
    assert answers[0] == answers[1]
    assert answers[0][0] == 202
    code = await house.code("+447700900123")
    assert house.outbox.codes("+447700900124") == []
    wrong = {"kind": "phone", "value": "+447700900124", "code": code, "device_name": "web"}
    status, refused = await house.call("POST", "/api/v1/sessions", json=wrong)
    assert (status, refused["code"]) == (403, "accounts.wrong_code")
    right = {**wrong, "value": "+447700900123"}
    status, opened = await house.call("POST", "/api/v1/sessions", json=right)
    assert (status, opened["user_id"]) == (200, ME)
    assert (await house.call("POST", "/api/v1/sessions", json=right))[0] == 403  # once
    status, me = await house.call("GET", "/api/v1/account", opened["access_token"])
    assert (me["phone_masked"], me["has_password"]) == ("+44••••••0123", False)
    _, shown = await house.call("GET", "/api/v1/test/codes?to=%2B447700900123")
    assert shown["latest"] == code


# -- the end ----------------------------------------------------------------------------------


async def test_deactivation_erases_and_everybody_is_told(house: House, dsn: str) -> None:
    account, opened = await house.person("ada", email="ada@tea.example")
    heard: list[Any] = []
    for event_type in (AccountDeactivated, SessionEnded):
        house.log.hear(event_type, lambda _pos, event: heard.append(event))
    connection = await asyncpg.connect(dsn)
    sealed = await connection.fetchval("select email from accounts_identifiers")
    status, asked = await house.call("POST", f"{V3}/account/deactivate", opened.access_token, {})
    assert status == 401
    body = {"auth": auth(asked["session"]), "erase": True}
    status, answer = await house.call("POST", f"{V3}/account/deactivate", opened.access_token, body)
    assert (status, answer) == (200, {"id_server_unbind_result": "no-support"})
    assert [type(event) for event in heard] == [SessionEnded, AccountDeactivated]
    assert heard[1].erase
    assert (await house.call("GET", "/api/v1/account", opened.access_token))[0] == 401
    status, refused = await house.login("ada")
    assert (status, refused["errcode"]) == (403, "M_USER_DEACTIVATED")
    for table in ("identifiers", "passwords", "sessions"):
        assert await connection.fetchval(f"select count(*) from accounts_{table}") == 0
    for table in ("codes_codes", "profiles_profiles", "proofs_sessions"):
        assert await connection.fetchval(f"select count(*) from {table}") == 0
    await connection.close()
    async with house.accounts.db.read() as tx:
        with pytest.raises(Erased):
            whose = account.account_id
            await house.vault.open(tx, FIELDS[1], whose, whose, sealed)
    with pytest.raises(NoSuchAccount):
        await house.profiles.one(ME)
    await house.person("new", email="ada@tea.example")  # the address is free again


async def test_our_own_deactivation_takes_a_password_or_a_code(house: House) -> None:
    _, opened = await house.person("ada", password=None, phone="+447700900123")
    path, token = "/api/v1/account/deactivate", opened.access_token
    for proof in ({}, {"password": "x"}, {"kind": "email", "code": "123456"}):
        assert (await house.call("POST", path, token, proof))[0] == 403
    assert (await house.call("POST", "/api/v1/account/code", token, {"kind": "phone"}))[0] == 202
    proof = {"kind": "phone", "code": await house.code("+447700900123")}
    assert (await house.call("POST", path, token, proof))[0] == 200
    assert (await house.call("GET", "/api/v1/account", token))[0] == 401


async def test_an_account_without_a_password_confirms_by_code(house: House) -> None:
    _, one = await house.person("ada", password=None, phone="+447700900123")
    path = f"{V3}/devices/{one.device_id}"
    _, asked = await house.call("DELETE", path, one.access_token)
    assert asked["flows"] == [{"stages": ["org.teahouse.contact_code"]}]
    await house.call("POST", "/api/v1/account/code", one.access_token, {"kind": "phone"})
    shown = {"type": "org.teahouse.contact_code", "session": asked["session"], "kind": "phone"}
    for code, status in (("x", 401), (await house.code("+447700900123"), 200)):
        body = {"auth": {**shown, "code": code}}
        assert (await house.call("DELETE", path, one.access_token, body))[0] == status
