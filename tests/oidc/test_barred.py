"""Who is banned for good does not come back by an identity provider, whatever becomes of the keys."""

import asyncpg

from tests.bars.test_bars import new_index_key
from tests.cases.desk import banned
from tests.oidc.conftest import Browser
from tests.oidc.test_oidc import REGISTER, make, policy


async def knocks(browser: Browser, who: str) -> str:
    """Try to register by the provider; return the refusal's code."""
    version = await policy(browser.home)
    word = await browser.arrival(who)
    body = {"arrival": word, "policy_version": version, "username": f"{who}again"}
    return (await browser.post(REGISTER, body))[1].get("code", "")


async def links(browser: Browser, who: str) -> str:
    """Try to give an account of one's own a person of the provider; return the refusal's code."""
    other = await browser.home.person()
    body = {"arrival": await browser.arrival(who), "password": "correct horse"}
    return (await other.ask("POST", "/api/v1/account/providers", body)).json().get("code", "")


async def test_r_065_u_13_a_banned_identity_is_refused_after_the_keys_have_changed(
    browser: Browser, wiper: asyncpg.Connection
) -> None:
    home = browser.home
    wen = await make(browser, "wen", "wen")
    account_id = (await home.house.people.accounts.account(wen.user_id)).account_id
    await banned(home, wen)
    await home.house.people.accounts.deactivate(account_id, erase=False)
    assert await wiper.fetchval("select count(*) from oidc_links") == 0
    assert await knocks(browser, "wen") == "bars.barred"
    assert await links(browser, "wen") == "bars.barred"
    sealed = await wiper.fetchval("select subject from bars_contacts where kind = 'subject'")
    assert b"wen" not in sealed
    await new_index_key(home, 1)
    assert await knocks(browser, "wen") == "bars.barred"
    assert await knocks(browser, "mo") == ""
