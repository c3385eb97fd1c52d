"""Signing in by a real provider, in every way that it may go."""

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import SystemClock
from teahouse.oidc.model import LOGOUT_EVENT, NotBelieved, check_claims, check_logout
from tests.gate.house import suspension
from tests.living import Living, Person
from tests.oidc.conftest import Browser, query

REGISTER, LOGIN = "/api/v1/oidc/register", "/_matrix/client/v3/login"
CLIENT = "app.example:/login?of=mine"


async def policy(home: Living) -> str:
    return (await home.client.get("/api/v1/policy")).json()["version"]


async def make(browser: Browser, who: str, name: str) -> Person:
    """Register by the provider."""
    body = {
        "arrival": await browser.arrival(who),
        "policy_version": await policy(browser.home),
        "username": name,
    }
    status, made = await browser.post(REGISTER, body)
    assert status == 201, made
    return Person(browser.home, made["user_id"], made["access_token"], made["device_id"])


async def test_a_first_login_registers_after_consent_and_the_next_signs_in(
    browser: Browser, wiper: asyncpg.Connection
) -> None:
    flows = (await browser.home.client.get(LOGIN)).json()["flows"]
    (sso,) = [flow for flow in flows if flow["type"] == "m.login.sso"]
    assert {"id": "works", "name": "The Works"} in sso["identity_providers"]
    word = await browser.arrival("wen")
    for table in ("oidc_links", "accounts_accounts", "consent_receipts", "oidc_flows"):
        assert await wiper.fetchval(f"select count(*) from {table}") == 0, "nothing is kept yet"
    status, shown = await browser.post("/api/v1/oidc/arrival", {"arrival": word})
    assert (status, shown["localpart"], shown["display_name"]) == (200, "wen", "Wen 文")
    body = {"arrival": word, "policy_version": "stale", "username": "wen"}
    assert (await browser.post(REGISTER, body))[1]["code"] == "consent.stale_policy"
    body |= {"policy_version": shown["policy_version"], "lang": "zh"}
    status, made = await browser.post(REGISTER, body)
    assert (status, made["return_to"]) == (201, None)
    assert (await browser.post(REGISTER, body | {"username": "two"}))[0] == 409  # linked
    account = await browser.home.house.people.accounts.account(made["user_id"])
    assert account.door == "oidc"
    receipt = await wiper.fetchrow("select lang, account_id from consent_receipts")
    assert (receipt["lang"], receipt["account_id"]) == ("zh", account.account_id)

    back = await browser.through("wen", CLIENT)  # a Matrix client: it is asked about first
    assert back.status_code == 200
    token = back.text.partition("loginToken=")[2].partition('"')[0]
    assert f"{CLIENT}&amp;loginToken={token}" in back.text
    login = {"type": "m.login.token", "token": token, "device_id": "PHONE"}
    answer = await browser.home.client.post(LOGIN, json=login)
    assert (answer.status_code, answer.json()["user_id"]) == (200, made["user_id"])
    assert (await browser.home.client.post(LOGIN, json=login)).status_code == 403  # once
    ours = await browser.through("wen")
    assert query(ours.headers["location"])["loginToken"]


async def test_a_shut_gate_stops_newcomers_and_nobody_else(
    browser: Browser, wiper: asyncpg.Connection
) -> None:
    await make(browser, "wen", "wen")
    word = await browser.arrival("mo")
    policies = browser.home.house.doors.gate.policies
    shut = await policies.set("op", "the owner", suspension(door="oidc"))
    back = await browser.through("mo")
    assert back.headers["location"] == "http://house/registration-status"
    body = {"arrival": word, "policy_version": await policy(browser.home), "username": "mo"}
    status, said = await browser.post(REGISTER, body)
    assert (status, said["notice"]["id"]) == (403, shut.policy_id)
    assert await wiper.fetchval("select count(*) from oidc_links") == 1
    assert "loginToken" in (await browser.through("wen")).headers["location"]


async def test_what_comes_back_must_be_what_went(browser: Browser) -> None:
    at = await browser.sign_in_there(await browser.leave("http://house/"), "wen")
    assert (await browser.come(at.replace("state=", "state=x"))).status_code == 403
    cookies = dict(browser.home.client.cookies)
    browser.home.client.cookies.clear()
    assert (await browser.come(at)).status_code == 403  # another browser, and it is spent
    browser.home.client.cookies.update(cookies)
    assert (await browser.come(at)).status_code == 403
    wrong = await browser.home.client.get("/api/v1/oidc/callback?error=access_denied")
    assert wrong.status_code == 403
    for bad in ("javascript:alert(1)", "no address", "data:text/html,x"):
        answer = await browser.home.client.get(
            "/_matrix/client/v3/login/sso/redirect", params={"redirectUrl": bad}
        )
        assert answer.status_code == 400, bad
    there = await browser.home.client.get(
        "/_matrix/client/v3/login/sso/redirect/none", params={"redirectUrl": "http://house/"}
    )
    assert there.status_code == 404
    assert (await browser.post("/api/v1/oidc/arrival", {"arrival": "AAAA"}))[0] == 403


async def test_what_one_browser_brought_no_other_can_use(browser: Browser) -> None:
    ann, word = await browser.home.person("ann"), await browser.arrival("wen")
    jar = browser.home.client.cookies
    cookies = dict(jar)
    new = {"arrival": word, "policy_version": await policy(browser.home), "username": "wen"}
    link = {"arrival": word, "password": "correct horse"}
    for others in ({}, {"teahouse_oidc": "thc_another"}):
        jar.clear()
        jar.update(others)
        for path, body in (("/api/v1/oidc/arrival", {"arrival": word}), (REGISTER, new)):
            status, said = await browser.post(path, body)
            assert (status, said["code"]) == (403, "oidc.flow_over"), path
        refused = await ann.ask("POST", "/api/v1/account/providers", link)
        assert refused.json()["code"] == "oidc.flow_over"
    assert (await ann.did("GET", "/api/v1/account/providers"))["links"] == []
    jar.clear()
    jar.update(cookies)
    await ann.did("POST", "/api/v1/account/providers", link)


async def test_linking_is_for_who_is_signed_in_and_can_be_undone(browser: Browser) -> None:
    ann = await browser.home.person("ann")
    word = await browser.arrival("wen")
    mine = "/api/v1/account/providers"
    link = {"arrival": word, "password": "not it"}
    assert (await ann.ask("POST", mine, link)).status_code == 403
    await ann.did("POST", mine, link | {"password": "correct horse"})
    bob = await browser.home.person("bob")
    taken = await bob.ask("POST", mine, link | {"password": "correct horse"})
    assert taken.json()["code"] == "oidc.linked_elsewhere"
    assert "loginToken" in (await browser.through("wen")).headers["location"]
    (found,) = (await ann.did("GET", mine))["links"]
    assert (found["provider"], found["name"]) == ("works", "The Works")
    told = await ann.did("GET", "/api/v1/account/security")
    assert [notice["what"] for notice in told["notices"]] == ["provider_linked"]
    await ann.did("POST", f"{mine}/remove", {"provider": "works", "password": "correct horse"})
    again = await browser.arrival("wen")  # nobody's again
    await ann.did("POST", mine, {"arrival": again, "password": "correct horse"})
    accounts = browser.home.house.people.accounts
    async with accounts.db.transaction() as tx:
        await accounts.shut_out(tx, (await accounts.account(ann.user_id)).account_id)
    assert await browser.arrival("wen")  # a thief's link goes with everything else


async def by_provider(browser: Browser, who: str) -> Person:
    """Sign in by the provider, on a new device."""
    back = await browser.through(who)
    token = query(back.headers["location"])["loginToken"]
    login = {"type": "m.login.token", "token": token}
    told = (await browser.home.client.post(LOGIN, json=login)).json()
    return Person(browser.home, told["user_id"], told["access_token"], told["device_id"])


async def test_who_is_logged_out_there_is_signed_out_here_and_nobody_else(
    browser: Browser, wiper: asyncpg.Connection
) -> None:
    ann = await browser.home.person("ann")
    link = {"arrival": await browser.arrival("wen"), "password": "correct horse"}
    await ann.did("POST", "/api/v1/account/providers", link)
    first = await by_provider(browser, "wen")
    first_cookies = list(browser.provider.cookies.jar)
    second = await by_provider(browser, "wen")  # another session at the provider
    back = await browser.through("wen")  # and a third, on its way here
    waiting = query(back.headers["location"])["loginToken"]
    await browser.log_out_there()
    assert [status for _, status in browser.heard] == [200]
    login = {"type": "m.login.token", "token": waiting}
    assert (await browser.home.client.post(LOGIN, json=login)).status_code == 403
    assert (await second.ask("GET", "/account/whoami")).status_code == 200  # not its session
    browser.provider.cookies.clear()
    for cookie in first_cookies:
        browser.provider.cookies.jar.set_cookie(cookie)
    await browser.log_out_there()
    assert (await first.ask("GET", "/account/whoami")).status_code == 401
    for stays in (second, ann):
        assert (await stays.ask("GET", "/account/whoami")).status_code == 200
    known = await wiper.fetch("select device_id from oidc_sessions")
    assert [row["device_id"] for row in known] == [second.device_id]

    said = browser.heard[-1][0]
    assert await browser.hear(said) == 400, "it counts once"
    middle = len(said) // 2
    other = b"A" if said[middle : middle + 1] != b"A" else b"B"
    assert await browser.hear(said[:middle] + other + said[middle + 1 :]) == 400
    for bad in (
        b"",
        b"logout_token=",
        b"logout_token=x&logout_token=y",
        b"\xff",
        said + b"&" + said,
    ):
        assert await browser.hear(bad) == 400, bad
    none = await browser.home.client.post("/api/v1/oidc/logout/none", content=said)
    assert none.status_code == 404


async def test_a_device_that_came_by_another_way_since_is_no_providers(browser: Browser) -> None:
    ann = await browser.home.person("ann")
    link = {"arrival": await browser.arrival("wen"), "password": "correct horse"}
    await ann.did("POST", "/api/v1/account/providers", link)
    there = await by_provider(browser, "wen")
    here = await ann.again(there.device_id)  # by the password, on the same device
    await browser.log_out_there()
    assert browser.heard[-1][1] == 200
    assert (await here.ask("GET", "/account/whoami")).status_code == 200


async def test_a_first_login_ends_with_its_session_too(browser: Browser) -> None:
    wen = await make(browser, "wen", "wen")
    assert (await wen.ask("GET", "/account/whoami")).status_code == 200
    await browser.log_out_there()
    assert (await wen.ask("GET", "/account/whoami")).status_code == 401


GOOD = {"iss": "i", "aud": "me", "sub": "wen", "nonce": "n", "iat": 0.0, "exp": 2e12}
BAD = {
    "iss": ["j", None], "aud": ["you", ["you"], ["me", "you"], 3, None], "sub": ["", 7, "x" * 256],
    "nonce": ["m", None], "iat": [2e12, "now", None], "exp": [0, "later", None], "azp": ["you"],
}  # fmt: skip


@given(st.sampled_from([(name, value) for name, values in BAD.items() for value in values]))
def test_no_claim_may_be_wrong(fault: tuple[str, object]) -> None:
    now = SystemClock().now()
    assert check_claims(GOOD, "i", "me", "n", now) == "wen"
    try:
        check_claims({**GOOD, fault[0]: fault[1]}, "i", "me", "n", now)
    except NotBelieved:
        return
    raise AssertionError(fault)


SAID = {"iss": "i", "aud": "me", "sub": "wen", "sid": "s", "jti": "j", "events": {LOGOUT_EVENT: {}}}
SAID_BAD = {
    **{name: BAD[name] for name in ("iss", "exp", "iat")}, "aud": ["you", ["you"], 3, None],
    "events": [{}, None, [LOGOUT_EVENT], {LOGOUT_EVENT: None}, {"other": {}}],
    "nonce": ["n", None, ""], "jti": ["", None, 7, "x" * 256],
}  # fmt: skip


@given(
    st.sampled_from([(name, value) for name, values in SAID_BAD.items() for value in values]),
    st.sampled_from(["JWT", "logout+jwt", None]),
)
def test_no_claim_of_a_logout_may_be_wrong(fault: tuple[str, object], typed: str | None) -> None:
    now = SystemClock().now()
    good = {**SAID, "iat": now.timestamp(), "exp": now.timestamp() + 120}
    for one in ({}, {"sid": None}, {"sub": None}):
        told = check_logout({**good, **one}, typed, "i", "me", now)
        assert (told.subject, told.sid) == (
            "" if "sub" in one else "wen",
            "" if "sid" in one else "s",
        )
    for claims, kind in (
        ({**good, fault[0]: fault[1]}, typed),
        (good, "at+jwt"),
        ({**good, "sub": "", "sid": ""}, typed),
        ({**good, "exp": now.timestamp() + 3600}, typed),
    ):
        with pytest.raises(NotBelieved):
            check_logout(claims, kind, "i", "me", now)
