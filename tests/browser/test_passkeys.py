"""Passkeys with Chromium's own authenticator: adding, signing in, the offer, the last way in."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PHONE, Person

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def arrive(chromium: Browser, base: str) -> AsyncIterator[Arrive]:
    """Opens browsers at a name: an address can have no passkeys."""
    people: list[Person] = []

    async def open_one(**options: Any) -> Person:
        named = base.replace("127.0.0.1", "localhost")
        people.append(await Person.arrive(chromium, named, **options))
        return people[-1]

    yield open_one
    for person in people:
        await person.leave()


async def authenticator(person: Person, **options: Any) -> tuple[CDPSession, str]:
    """Give a browser an authenticator that says yes by itself."""
    chrome = await person.context.new_cdp_session(person.page)
    await chrome.send("WebAuthn.enable")
    asked = {"options": AUTHENTICATOR | options}
    added = await chrome.send("WebAuthn.addVirtualAuthenticator", asked)
    return chrome, str(added["authenticatorId"])


async def sign_out(person: Person) -> None:
    await person.go("#/me")
    await person.press("Sign out")
    await person.press("Sign out")
    await person.sees("A place to talk")


async def in_chats(person: Person) -> None:
    await person.page.get_by_role("heading", name="No chats yet").wait_for()


# As in browsers that show passkeys only to whoever presses a button.
OFFERS_NOTHING = """if (self.PublicKeyCredential)
    PublicKeyCredential.isConditionalMediationAvailable = async () => false"""


async def test_a_new_account_is_offered_a_passkey_once(arrive: Arrive) -> None:
    ada = await arrive()
    chrome, device = await authenticator(ada)
    await ada.sign_up("Ada")
    await ada.sees("Sign in without a password next time?")
    await ada.page.reload()
    await ada.sees("Sign in without a password next time?")  # it was not answered
    await ada.press("Add a passkey")
    await expect(ada.page.get_by_text("Sign in without a password next time?")).to_have_count(0)
    kept = await chrome.send("WebAuthn.getCredentials", {"authenticatorId": device})
    assert len(kept["credentials"]) == 1
    assert kept["credentials"][0]["isResidentCredential"]
    await ada.page.reload()
    await in_chats(ada)
    await expect(ada.page.get_by_text("Sign in without a password next time?")).to_have_count(0)
    me = await ada.user_id()
    await sign_out(ada)
    await ada.page.add_init_script(OFFERS_NOTHING)
    await ada.go("#/sign-in")  # no name is typed
    await ada.page.reload()
    await ada.press("Sign in with a passkey")
    await in_chats(ada)
    assert await ada.user_id() == me


async def test_who_says_no_is_not_asked_again(arrive: Arrive) -> None:
    ada = await arrive()
    await authenticator(ada)
    await ada.sign_up("Ada")
    await ada.press("Not now")
    await ada.page.reload()
    await in_chats(ada)
    await expect(ada.page.get_by_text("Sign in without a password next time?")).to_have_count(0)


async def test_passkeys_are_looked_after_in_the_settings(arrive: Arrive) -> None:
    ada = await arrive()
    chrome, device = await authenticator(ada)
    await ada.sign_up("Ada")
    await ada.press("Not now")
    await ada.go("#/me/passkeys")
    await ada.sees("There is no passkey yet.")
    await ada.fill("Name of the passkey", "Blue laptop")
    await ada.press("Add a passkey")
    await ada.sees("The passkey was added.")
    await ada.press("Add a passkey")
    await ada.sees("This device has a passkey for your account already.")
    await ada.press("Rename Blue laptop")
    await ada.page.locator("li").get_by_role("textbox").fill("Red laptop")
    await ada.press("Save")
    await ada.sees("Red laptop")
    await chrome.send(
        "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False}
    )
    await chrome.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    await ada.press("Add a passkey")
    await ada.sees("No passkey was given.")
    await ada.press("Remove Red laptop")
    await ada.sees("You can no longer sign in with it.")
    await ada.press("Remove")
    await ada.sees("There is no passkey yet.")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("phone", [False, True])
async def test_axe_finds_nothing_serious(arrive: Arrive, locale: str, phone: bool) -> None:
    scheme = "dark" if phone else "light"
    shape = {"viewport": PHONE} if phone else {}
    ada = await arrive(color_scheme=scheme, bypass_csp=True, **shape)
    await authenticator(ada)
    await ada.sign_up("Ada")
    if locale == "zh-CN":
        await ada.go("#/me/look")
        await ada.page.get_by_text("中文", exact=True).click()
        await ada.page.get_by_role("heading", name="语言与外观").wait_for()
        await ada.go("#/chats")
    assert await complaints(ada.page) == [], "offer"
    for place in ("#/me/passkeys", "#/me/pair"):
        await ada.go(place)
        if place.endswith("passkeys"):
            await ada.page.locator("form.add button").click()
            await ada.page.locator("main li").first.wait_for()
        assert await complaints(ada.page) == [], place
        wide = await ada.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0, place
