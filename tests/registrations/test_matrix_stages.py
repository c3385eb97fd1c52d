"""Registering with a Matrix client on a server that is not in test mode: terms first."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.gate.model.policies import Draft, State, Words
from tests.gate.house import REASON, REGISTER, House, everything

TERMS = "m.login.terms"
CONTACT = "org.teahouse.verify_contact"
TOKEN = "m.login.registration_token"
FALLBACK = "/_matrix/client/v3/auth/{}/fallback/web"
ASKED = {"username": "ann", "password": "long enough", "initial_device_display_name": "Phone"}
UK = "+447911123456"
CN = "+8613800138000"


async def knock(house: House) -> str:
    status, said = await house.call("POST", REGISTER, ASKED)
    assert status == 401
    return said["session"]


async def show(house: House, session: str, kind: str | None, **more: Any) -> tuple[int, Any]:
    auth = {"session": session, **({"type": kind} if kind else {}), **more}
    return await house.call("POST", REGISTER, {"auth": auth})


async def post(house: House, stage: str, **form: str) -> tuple[int, str]:
    sent = await house.client.post(FALLBACK.format(stage), data=form)
    return sent.status_code, sent.text


async def test_nothing_is_written_before_the_terms(house: House, wiper: asyncpg.Connection) -> None:
    status, said = await house.call("POST", REGISTER, ASKED)
    assert status == 401
    assert said["flows"] == [{"stages": [TERMS, CONTACT]}]
    policy = said["params"][TERMS]["policies"]["privacy_policy"]
    assert policy["version"] == house.consent.policy_version
    assert policy["en"]["url"].endswith("/policy?lang=en")
    session = said["session"]
    await show(house, session, CONTACT)
    await house.client.get(FALLBACK.format(TERMS), params={"session": session})
    for table in (
        "registrations_registrations",
        "gate_attempts",
        "consent_receipts",
        "accounts_accounts",
    ):
        assert await everything(wiper, table) == [], table


async def test_all_stages_make_an_account(house: House, wiper: asyncpg.Connection) -> None:
    session = await knock(house)
    status, said = await show(house, session, TERMS)
    assert (status, said["completed"]) == (401, [TERMS])
    (receipt,) = await everything(wiper, "consent_receipts")
    assert receipt["screen"] == "matrix.terms"
    status, page = await post(house, CONTACT, session=session, value=UK)
    assert (status, 'name="code"' in page) == (200, True)
    status, page = await post(house, CONTACT, session=session, code="000000")
    assert (status, 'role="alert"' in page) == (400, True)
    code = await house.code(UK)
    status, page = await post(house, CONTACT, session=session, code=code)
    assert (status, "stage-done.js" in page) == (200, True)
    status, made = await show(house, session, None)
    assert status == 200, made
    assert made["user_id"] == "@ann:tea.example"
    assert (await show(house, session, None))[1] == made  # asked twice, done once
    account = await house.accounts.account("@ann:tea.example")
    assert account.door == "phone"
    login = {
        "type": "m.login.password",
        "password": ASKED["password"],
        "identifier": {"type": "m.id.user", "user": "ann"},
    }
    assert (await house.call("POST", "/_matrix/client/v3/login", login))[0] == 200


async def test_the_pages_of_a_client_that_knows_no_stage(house: House) -> None:
    session = await knock(house)
    page = await house.client.get(FALLBACK.format(TERMS), params={"session": session})
    assert (page.status_code, 'method="post"' in page.text) == (200, True)
    assert "unsafe" not in page.headers["content-security-policy"]
    assert (await post(house, CONTACT, session=session, value=UK))[0] == 400  # the terms are first
    assert (await post(house, TERMS, session=session))[0] == 200
    script = await house.client.get("/registration/stage-done.js")
    assert "onAuthDone" in script.text
    assert (await post(house, TERMS, session="made.up.by.me"))[0] == 400
    status, said = await house.call("GET", FALLBACK.format("m.login.password") + "?session=x")
    assert (status, said["errcode"]) == (404, "M_NOT_FOUND")


async def test_the_terms_are_agreed_to_once_also_at_one_moment(
    house: House, wiper: asyncpg.Connection
) -> None:
    await house.consent.effective_at()
    _, said = await house.call("POST", REGISTER, {})
    pages = [post(house, TERMS, session=said["session"]) for _ in range(8)]
    assert {status for status, _ in await asyncio.gather(*pages)} == {200}
    assert len(await everything(wiper, "consent_receipts")) == 1


async def test_a_mainland_number_meets_the_notice(house: House, wiper: asyncpg.Connection) -> None:
    await house.shut(region="cn-mainland")
    session = await knock(house)
    await show(house, session, TERMS)
    status, page = await post(house, CONTACT, session=session, value=CN)
    assert (status, "A security upgrade" in page) == (403, True)
    (row,) = await everything(wiper, "registrations_registrations")
    assert (row["state"], row["contact"]) == ("refused", None)
    status, said = await show(house, session, None)
    assert (status, said["errcode"]) == (401, "M_UNKNOWN")
    assert said["session"] != session


async def test_closed_comes_before_everything(house: House, wiper: asyncpg.Connection) -> None:
    session = await knock(house)
    policy = await house.shut(region="intl")
    for path, body in (
        (REGISTER, ASKED),
        (f"{REGISTER}?kind=guest", {}),
        (REGISTER, {"auth": {"type": TERMS}}),
    ):
        status, said = await house.call("POST", path, body)
        assert (status, said["errcode"]) == (403, "M_FORBIDDEN")
        assert said["org.teahouse.notice"]["id"] == policy.policy_id
    assert (await post(house, TERMS, session=session))[0] == 403
    for path in (
        f"{REGISTER}/available?username=ann",
        f"/_matrix/client/v1/register/{TOKEN}/validity?token=x",
    ):
        status, said = await house.call("GET", path)
        assert (status, said["errcode"]) == (403, "M_FORBIDDEN")
    assert await everything(wiper, "registrations_registrations") == []
    rows = await everything(wiper, "gate_attempts")
    assert {row["outcome"] for row in rows} == {"refused"}


async def test_by_invitation(house: House) -> None:
    words = Words(reason=REASON, own_decision=True, justification="we begin with few people")
    draft = Draft(state=State.INVITE_ONLY, words=words)
    await house.gate.policies.set("op", "the owner", draft)
    ends = house.clock.now() + timedelta(days=1)
    token, _ = await house.invites.make("op", "friends", 1, ends, ("*", "*"))
    path = f"/_matrix/client/v1/register/{TOKEN}/validity"
    assert await house.call("GET", f"{path}?token={token}") == (200, {"valid": True})
    assert await house.call("GET", f"{path}?token=nope") == (200, {"valid": False})
    status, said = await house.call("POST", REGISTER, ASKED)
    assert said["flows"] == [{"stages": [TERMS, TOKEN, CONTACT]}]
    session = said["session"]
    await show(house, session, TERMS)
    status, said = await show(house, session, TOKEN, token="nope")
    assert (status, said["errcode"], said["completed"]) == (401, "M_FORBIDDEN", [TERMS])
    status, said = await show(house, session, TOKEN, token=token)
    assert (status, said["completed"]) == (401, [TERMS, TOKEN])
    await post(house, CONTACT, session=session, value="ann@example.org")
    await post(house, CONTACT, session=session, code=await house.code("ann@example.org"))
    status, made = await show(house, session, None)
    assert status == 200, made
    assert await house.call("GET", f"{path}?token={token}") == (200, {"valid": False})
    # Without an invitation, our own door says so; with a used one, that it is not valid.
    start = "/api/v1/registrations"
    status, said = await house.call("POST", start, {"door": "phone"})
    assert (status, said["notice"]["state"]) == (403, "invite_only")
    status, said = await house.call("POST", start, {"door": "phone", "invite_token": token})
    assert (status, said["code"]) == (403, "gate.bad_invite")


async def test_sessions_are_ours_and_end(house: House) -> None:
    session = await knock(house)
    for strange in ("x", "", session[:-1] + ("A" if session[-1] != "A" else "B")):
        status, said = await show(house, strange, TERMS)
        assert (status, said["errcode"]) == (401, "M_UNKNOWN")
    house.clock.move(timedelta(minutes=31))
    status, said = await show(house, session, TERMS)
    assert (status, said["errcode"]) == (401, "M_UNKNOWN")


async def test_a_weak_password_is_refused(house: House) -> None:
    status, said = await house.call("POST", REGISTER, {**ASKED, "password": "short"})
    assert (status, said["errcode"]) == (400, "M_WEAK_PASSWORD")


async def test_what_was_forgotten_is_asked_for_again(house: House) -> None:
    session = await knock(house)
    await show(house, session, TERMS)
    await post(house, CONTACT, session=session, value=UK)
    await post(house, CONTACT, session=session, code=await house.code(UK))
    house.registrations.interactive._pending.clear()  # as on another worker, or after a restart
    status, said = await show(house, session, None)
    assert (status, said["errcode"]) == (400, "M_MISSING_PARAM")
    body = {**ASKED, "auth": {"session": session}}
    status, made = await house.call("POST", REGISTER, body)
    assert (status, made["user_id"]) == (200, "@ann:tea.example")
