"""An app of another origin is let in by somebody who signs in, or signs up, on the way."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import Person
from tests.grants.app import BACK, CHALLENGE, SAID, VERIFIER, scope

CREATE = {"prompt": "create"}


async def asking(person: Person, **other: str) -> tuple[str, str]:
    """Register an app, and return its id and where it sends the browser."""
    async with httpx.AsyncClient(base_url=person.base) as client:
        client_id = (await client.post("/oauth2/clients", json=SAID)).json()["client_id"]
    query = {
        "response_type": "code", "client_id": client_id, "redirect_uri": BACK, "state": "s1",
        "scope": scope(), "response_mode": "query", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | other  # fmt: skip
    return client_id, f"{person.base}/oauth2/authorize?{httpx.QueryParams(query)}"


async def back_with(person: Person, button: str) -> dict[str, str]:
    """Press a button, and return what the app is told, whose host is not on this machine."""
    async with person.page.expect_request(lambda one: one.url.startswith(BACK)) as sent:
        await person.press(button)
    query = parse_qs(urlsplit((await sent.value).url).query)
    return {name: values[0] for name, values in query.items()}


async def token(person: Person, client_id: str, code: str) -> Any:
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": code}
    form |= {"redirect_uri": BACK, "code_verifier": VERIFIER}
    async with httpx.AsyncClient(base_url=person.base) as client:
        return (await client.post("/oauth2/token", data=form)).json()


async def test_an_app_is_let_in(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    await ada.page.route(f"{BACK}*", lambda route: route.fulfill(body="the app"))
    client_id, url = await asking(ada)
    await ada.page.goto(url)
    await ada.sees("Let Kettle into your account?")
    await ada.sees("An app from example.com")
    assert await complaints(ada.page) == []
    said = await back_with(ada, "Refuse")
    assert (said["error"], said["state"], "code" in said) == ("access_denied", "s1", False)
    await ada.page.goto(url)
    await ada.page.get_by_role("button", name="Let it in").focus()
    async with ada.page.expect_request(lambda one: one.url.startswith(BACK)) as sent:
        await ada.page.keyboard.press("Enter")
    code = parse_qs(urlsplit((await sent.value).url).query)["code"][0]
    assert (await token(ada, client_id, code))["token_type"] == "Bearer"
    await ada.page.wait_for_url(f"{BACK}*")
    await ada.page.goto(f"{ada.base}/#/me/devices")
    await ada.sees("App from example.com")
    await expect(ada.page.locator("main li")).to_have_count(2)


async def test_somebody_signs_up_on_the_way(arrive: Arrive) -> None:
    eve = await arrive()
    await eve.page.route(f"{BACK}*", lambda route: route.fulfill(body="the app"))
    client_id, url = await asking(eve, **CREATE)
    await eve.agree()
    await eve.page.goto(url)
    await eve.page.get_by_role("heading", name="Make an account").wait_for()
    await eve.fill_in("Eve")
    await eve.sees("Let Kettle into your account?")
    code = (await back_with(eve, "Let it in"))["code"]
    assert (await token(eve, client_id, code))["scope"] == scope()
