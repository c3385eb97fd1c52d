"""Passkeys, recovery codes and the rule for all, beside the authenticator."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.authenticator import Authenticator
from tests.operators.conftest import PASSWORD, Console

ORIGIN = "http://localhost:8008"
WRONG = (403, "operators.wrong_credentials")


async def set_up(console: Console, url: str, name: str) -> tuple[Any, Authenticator]:
    """Become an operator with a passkey; return what was opened."""
    token = url.partition("#")[2]
    body = {"token": token, "name": name, "password": PASSWORD}
    status, begun = await console.call("POST", "/setup/begin", json=body)
    assert status == 200, begun
    key = Authenticator(ORIGIN, credential_id=name.encode() * 8)
    made = key.create(begun["passkey_options"])
    body = {"token": token, "credential": made, "label": "Key"}
    status, opened = await console.call("POST", "/setup/finish", json=body)
    assert status == 201, opened
    return opened, key


async def owner(console: Console, name: str = "ada") -> tuple[Any, Authenticator]:
    link = await console.operators.setup_link("cli:root", again=True)
    assert link
    return await set_up(console, link.url, name)


async def challenge(console: Console) -> dict[str, Any]:
    status, told = await console.call("POST", "/sessions/passkey", json={})
    assert status == 200
    return told["options"]


async def enter(console: Console, name: str = "ada", **factor: Any) -> tuple[int, str]:
    """Sign in and return the answer's status, with the refusal's code."""
    password = factor.pop("password", PASSWORD)
    body = {"name": name, "password": password, **factor}
    status, said = await console.call("POST", "/sessions", json=body)
    console.clock.move(timedelta(seconds=30))  # past the limit by name
    return status, said.get("code", "")


async def test_a_passkey_is_a_second_factor_and_no_first(console: Console) -> None:
    _, key = await owner(console)
    good = key.get(await challenge(console))
    ben, bens = await owner(console, "ben")
    assert ben["operator"]["name"] == "ben"
    assert await enter(console, credential=good, password="not the password") == WRONG
    assert await enter(console, credential=bens.get(await challenge(console))) == WRONG
    unverified = replace(key, verified=False).get(await challenge(console))
    assert await enter(console, credential=unverified) == WRONG
    evil = replace(key, origin="http://evil.example").get(await challenge(console))
    assert await enter(console, credential=evil) == WRONG
    assert await enter(console) == WRONG
    assert await enter(console, credential={}) == WRONG
    assert await enter(console, credential=good) == (201, "")
    assert await enter(console, credential=good) == WRONG  # once
    late = key.get(await challenge(console))
    console.clock.move(timedelta(minutes=5))
    assert await enter(console, credential=late) == WRONG
    acts = await console.acts()
    assert acts.count("operators.signed_in") == 1
    assert acts.count("operators.sign_in_refused") == 8


async def test_recovery_codes_work_once_each(console: Console) -> None:
    opened, _ = await owner(console)
    first, second, *rest = opened["recovery_codes"]
    assert len(rest) == 6
    spaced = f"{first[:4].upper()} {first[4:8]}-{first[8:]}"
    assert await enter(console, recovery_code="a" * 16) == WRONG
    assert await enter(console, recovery_code=first, password="not the password") == WRONG
    assert await enter(console, recovery_code=spaced) == (201, "")
    assert await enter(console, recovery_code=first) == WRONG
    token = opened["token"]
    assert (await console.call("GET", "/factors", token))[1]["recovery_codes_left"] == 7
    refused = await console.call("POST", "/recovery-codes", token, {"password": "no"})
    assert (refused[0], refused[1]["code"]) == WRONG
    status, told = await console.call("POST", "/recovery-codes", token, {"password": PASSWORD})
    assert status == 201
    assert await enter(console, recovery_code=second) == WRONG  # the old ones are gone
    assert await enter(console, recovery_code=told["recovery_codes"][0]) == (201, "")
    rows = await console.operators.audit.page(limit=100)
    told = [json.loads(row.detail) for row in rows if row.act == "operators.signed_in"]
    assert [detail["factor"] for detail in told] == ["recovery"] * 2


async def test_owners_may_ask_everybody_for_a_passkey(console: Console) -> None:
    token, secret = await console.owner("bob")  # with an authenticator
    opened, _ = await owner(console)
    refused = await console.call("PUT", "/rules", opened["token"], {"passkeys_required": True})
    assert (refused[0], refused[1]["code"]) == (409, "operators.some_without_passkey")
    assert refused[1]["operators"] == ["bob"]
    status, _ = await console.call("POST", "/passkeys/begin", token, {"password": "no"})
    assert status == 403
    _, told = await console.call("POST", "/passkeys/begin", token, {"password": PASSWORD})
    bobs = Authenticator(ORIGIN, credential_id=b"bob" * 8)
    body = {"credential": bobs.create(told["options"]), "label": "Bob's"}
    stolen = await console.call("POST", "/passkeys", opened["token"], body)
    assert (stolen[0], stolen[1]["code"]) == (403, "operators.passkey_refused")
    status, added = await console.call("POST", "/passkeys", token, body)
    assert (status, added["label"]) == (201, "Bob's")
    rule = {"passkeys_required": True}
    assert (await console.call("PUT", "/rules", opened["token"], rule))[0] == 200
    console.clock.move(timedelta(minutes=1))
    needed = (403, "operators.passkey_needed")
    assert await enter(console, "bob", code=console.code(secret)) == needed
    assert await enter(console, "bob", code="000000") == WRONG
    assert await enter(console, "bob", credential=bobs.get(await challenge(console))) == (201, "")
    path = f"/passkeys/{added['passkey_id']}"
    last = await console.call("DELETE", path, token, {"password": PASSWORD})
    assert (last[0], last[1]["code"]) == (409, "operators.last_factor")
    link = await console.operators.setup_link("cli:root", again=True)
    assert link
    setup = link.url.partition("#")[2]
    body = {"token": setup, "name": "eve", "password": PASSWORD}
    _, begun = await console.call("POST", "/setup/begin", json=body)
    assert begun["passkeys_required"] is True
    body = {"token": setup, "code": console.code(begun["secret"])}
    refused = await console.call("POST", "/setup/finish", json=body)
    assert (refused[0], refused[1]["code"]) == needed
    rule = {"passkeys_required": False}
    assert (await console.call("PUT", "/rules", opened["token"], rule))[0] == 200
    console.clock.move(timedelta(minutes=1))
    assert await enter(console, "bob", code=console.code(secret)) == (201, "")
    assert (await console.call("DELETE", path, token, {"password": PASSWORD}))[0] == 200
    acts = await console.acts()
    for act in ("passkey_added", "passkey_removed", "rule_set"):
        assert f"operators.{act}" in acts


async def test_only_owners_make_the_rule_and_nobody_takes_others_passkeys(
    console: Console,
) -> None:
    opened, key = await owner(console)
    _, link = await console.call("POST", "/operators", opened["token"], {"role": "registrar"})
    registrar, _ = await set_up(console, link["url"], "reg")
    rule = {"passkeys_required": True}
    status, said = await console.call("PUT", "/rules", registrar["token"], rule)
    assert (status, said["code"]) == (403, "operators.role")
    _, factors = await console.call("GET", "/factors", opened["token"])
    assert (factors["authenticator"], len(factors["passkeys"])) == (False, 1)
    path = f"/passkeys/{factors['passkeys'][0]['passkey_id']}"
    status, said = await console.call("DELETE", path, registrar["token"], {"password": PASSWORD})
    assert (status, said["code"]) == (404, "operators.no_passkey")
    disabled = registrar["operator"]["operator_id"]
    await console.call("POST", f"/operators/{disabled}/disable", opened["token"], {})
    code = registrar["recovery_codes"][0]
    assert await enter(console, "reg", recovery_code=code) == WRONG
    assert await enter(console, credential=key.get(await challenge(console))) == (201, "")
