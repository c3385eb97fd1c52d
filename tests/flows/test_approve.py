"""A registration that waits: said why, seen, decided, told, finished; or declined, or lapsed."""

from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.approvals.model import Decision, Verdict
from tests.gate.house import House, everything
from tests.officials.test_officials import CN, DETAILS

UK, MAIL = "+447911123456", "ann@example.com"
QUEUE = "/api/v1/operator/approvals"
HER = {"username": "ann"}
REGISTRAR, AUDITOR = "op-registrar", "op-auditor"


async def needed(house: House, **scope: Any) -> None:
    status, said = await house.call("PUT", f"{QUEUE}/rules", scope, REGISTRAR)
    assert status == 200, said


async def waiting(house: House, value: str = UK, name: str = "ann", **asked: Any) -> str:
    """Go through all the steps; return the path of the registration that waits."""
    kind = "email" if "@" in value else "phone"
    path = await house.begin(door=kind, **asked)
    await house.prove(path, kind, value)
    status, said = await house.call("POST", f"{path}/finish", {"username": name})
    assert (status, said["code"]) == (403, "gate.held"), said
    return path


async def queue(house: House) -> list[Any]:
    status, said = await house.call("GET", QUEUE, token=AUDITOR)
    assert status == 200, said
    return said["requests"]


async def decide(
    house: House, decision: str, template: str, *ids: str, words: str = ""
) -> list[str]:
    body = {"request_ids": list(ids), "decision": decision, "template": template, "words": words}
    status, said = await house.call("POST", f"{QUEUE}/decisions", body, REGISTRAR)
    assert status == 200, said
    return said["decided"]


async def letters(house: House, to: str) -> list[str]:
    await house.runner.run_due()
    return [link.rpartition("/")[2] for link in house.outbox.links(to)]


async def test_said_why_approved_and_finished_elsewhere(
    house: House, wiper: asyncpg.Connection
) -> None:
    await needed(house, door="phone")
    assert (await house.join("bob", "bob@example.com"))[0] == 201  # another door: nobody waits
    path = await waiting(house)
    _, seen = await house.call("GET", f"{path}/approval")
    assert (seen["state"], seen["asks_reason"], seen["reason_given"]) == ("waiting", True, False)
    status, said = await house.call("PUT", f"{path}/approval", {"reason": " "})
    assert (status, said["code"]) == (422, "approvals.bad_reason")
    await house.call("PUT", f"{path}/approval", {"reason": "My mother plays here."})
    (row,) = await everything(wiper, "approvals_requests")
    assert b"mother" not in row["reason"]
    (one,) = await queue(house)
    assert (one["contact_masked"], one["has_reason"]) == ("+44••••••3456", True)
    _, detail = await house.call("GET", f"{QUEUE}/requests/{one['request_id']}", token=REGISTRAR)
    assert detail["reason"] == "My mother plays here."
    body = {"request_ids": [one["request_id"]], "decision": "approve", "template": "checked"}
    status, said = await house.call("POST", f"{QUEUE}/decisions", body, AUDITOR)
    assert status == 403  # who may only read
    assert await decide(house, "approve", "checked", one["request_id"]) == [one["request_id"]]
    assert await decide(house, "decline", "duplicate", one["request_id"]) == []
    (token,) = await letters(house, UK)
    links = "/api/v1/registrations/links"
    status, back = await house.call("POST", links, {"token": token})
    assert (status, back["progress"]["held_for"]) == (200, [])
    assert (await house.call("POST", links, {"token": token}))[0] == 404  # it was good once
    elsewhere = f"/api/v1/registrations/{back['registration_id']}"
    status, made = await house.call("POST", f"{elsewhere}/finish", HER)
    assert (status, made.get("user_id")) == (201, "@ann:tea.example"), made
    (row,) = await everything(wiper, "approvals_requests")
    assert (row["state"], row["reason"], row["digest"]) == ("done", None, None)
    assert await everything(wiper, "approvals_letters") == []
    acts = {entry["act"] for entry in await everything(wiper, "audit_entries")}
    assert {"approvals.rule_set", "approvals.look", "approvals.approve"} <= acts


async def test_declined_in_bulk_and_told_why(house: House, wiper: asyncpg.Connection) -> None:
    await needed(house)
    paths = [await waiting(house, f"p{n}@example.com", f"p{n}") for n in range(3)]
    ids = [one["request_id"] for one in await queue(house)]
    assert await decide(house, "decline", "automated", *ids, "none", words="Call us.") == ids
    assert await queue(house) == []
    for number, path in enumerate(paths):
        (token,) = await letters(house, f"p{number}@example.com")
        _, back = await house.call("POST", "/api/v1/registrations/links", {"token": token})
        told = "It looks like many automated registrations. Call us."
        assert back["progress"]["turned_away"] == told
        _, seen = await house.call("GET", f"{path}/approval")
        assert (seen["state"], seen["said"]) == ("declined", told)
        status, said = await house.call("POST", f"{path}/finish", {"username": f"p{number}"})
        assert (status, said["code"]) == (403, "gate.turned_away")
    kept = "select count(*) from registrations_registrations where contact is not null"
    assert await wiper.fetchval(kept) == 0
    entries = await everything(wiper, "audit_entries")
    assert sum(entry["act"] == "approvals.decline" for entry in entries) == 3


async def test_official_particulars_are_asked_for_again(house: House) -> None:
    path = await house.begin(account_class="official", door="phone", service_region="cn-mainland")
    await house.prove(path, "phone", CN)
    assert (await house.call("POST", f"{path}/official", DETAILS))[0] == 200
    assert (await house.call("POST", f"{path}/finish", {"username": "daily"}))[0] == 403
    status, said = await house.call("POST", f"{path}/official", DETAILS)
    assert (status, said["code"]) == (409, "approvals.not_asked")
    for number in (1, 2):
        (one,) = await queue(house)
        assert (one["state"], one["waits_for"]) == ("waiting", ["review"])
        await decide(house, "ask", "particulars", one["request_id"], words="The name differs.")
        _, seen = await house.call("GET", f"{path}/approval")
        assert (seen["state"], seen["asks_particulars"]) == ("more", True)
        assert seen["said"].endswith("The name differs.")
        amended = {**DETAILS, "subject_name": f"茶馆有限公司 {number}"}
        assert (await house.call("POST", f"{path}/official", amended))[0] == 200
    (one,) = await queue(house)
    _, detail = await house.call("GET", f"{QUEUE}/requests/{one['request_id']}", token=REGISTRAR)
    assert [each["number"] for each in detail["rounds"]] == [1, 2]
    assert all(each["answered_at"] for each in detail["rounds"])
    # The particulars themselves are for who has just proved who they are; nobody has.
    applied = f"/api/v1/operator/officials/requests/{one['request_id']}"
    status, said = await house.call("GET", applied, token=REGISTRAR)
    assert status == 403, said
    await decide(house, "approve", "checked", one["request_id"])
    status, made = await house.call("POST", f"{path}/finish", {"username": "daily"})
    assert status == 201, made
    account = await house.accounts.account("@daily:tea.example")
    mine = f"/api/v1/officials/{account.account_id}"
    _, shown = await house.call("GET", mine, token=made["access_token"])
    assert shown["subject_name"] == "茶馆有限公司 2"


async def test_nobody_waits_for_ever(house: House, wiper: asyncpg.Connection) -> None:
    await needed(house, door="email")
    path = await waiting(house, MAIL)
    late = await waiting(house, "bo@example.com", "bo")
    approvals = house.approvals
    theirs = next(one for one in await queue(house) if one["contact_masked"][0] == "b")
    await approvals.decide("op", [theirs["request_id"]], Verdict(Decision.APPROVE, "checked"))
    await house.runner.run_due()
    house.clock.move(timedelta(days=13))
    await house.runner.run_due()
    assert (await house.call("GET", f"{path}/approval"))[1]["state"] == "waiting"
    house.clock.move(timedelta(hours=23, minutes=40))
    await house.runner.run_due()
    _, seen = await house.call("GET", f"{path}/approval")
    assert (seen["state"], seen["said"][:6]) == ("lapsed", "Nobody")
    assert len(await letters(house, MAIL)) == 1
    status, said = await house.call("POST", f"{late}/finish", {"username": "bo"})
    assert (status, said["code"]) == (404, "gate.no_registration")  # it had seven days
    kept = "select count(*) from registrations_registrations where contact is not null"
    assert await wiper.fetchval(kept) == 0


async def test_who_withdraws_leaves_nothing(house: House, wiper: asyncpg.Connection) -> None:
    await needed(house)
    path = await waiting(house)
    await house.call("PUT", f"{path}/approval", {"reason": "I changed my mind."})
    assert (await house.call("DELETE", f"{path}/approval"))[0] == 200
    (row,) = await everything(wiper, "approvals_requests")
    assert (row["state"], row["reason"]) == ("withdrawn", None)
    (row,) = await everything(wiper, "registrations_registrations")
    assert row["contact"] is None
    assert await queue(house) == []
    await needed(house, needed=False)
    house.clock.move(timedelta(minutes=2))
    assert (await house.join("ann", UK))[0] == 201


async def test_a_matrix_client_comes_back_with_its_session(house: House) -> None:
    await needed(house)
    register = "/_matrix/client/v3/register"
    asked = {"username": "ann", "password": "a kettle of water"}
    _, begun = await house.call("POST", register, asked)
    auth = {"session": begun["session"]}
    terms = {"auth": {**auth, "type": "m.login.terms"}}
    await house.call("POST", register, terms)
    page = f"/_matrix/client/v3/auth/org.teahouse.verify_contact/fallback/web?session={auth['session']}"
    form = {"content-type": "application/x-www-form-urlencoded"}
    await house.client.post(
        page, content=f"session={auth['session']}&value=ann%40example.com", headers=form
    )
    code = await house.code(MAIL)
    await house.client.post(page, content=f"session={auth['session']}&code={code}", headers=form)
    status, said = await house.call("POST", register, {"auth": auth})
    assert (status, said["errcode"], said["held_for"]) == (403, "M_FORBIDDEN", ["approval"])
    house.clock.move(timedelta(days=2))
    await house.approve()
    status, made = await house.call("POST", register, {**asked, "auth": auth})
    assert (status, made.get("user_id")) == (200, "@ann:tea.example"), made
