"""Waiting for one's turn, in a browser: join, see how many are before you, be called, sign up."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.operators import SUSPENSION, Desk
from tests.browser.people import PHONE, Person
from tests.browser.test_access import complaints

SHUT: dict[str, Any] = {
    **SUSPENSION,
    "state": "waitlist",
    "region": "intl",
    "account_class": "personal",
}


@pytest.mark.parametrize(("phone", "scheme"), [(True, "dark"), (False, "light")])
async def test_from_the_shut_door_to_an_account(
    desk: Desk, chromium: Browser, phone: bool, scheme: str
) -> None:
    owner = await desk.enter("owner", bypass_csp=True, color_scheme=scheme)
    await desk.ask(owner.page, "POST", "/gate/policies", SHUT)
    shape: dict[str, Any] = {"viewport": PHONE} if phone else {}
    ada = await Person.arrive(chromium, desk.base, bypass_csp=True, color_scheme=scheme, **shape)
    address = f"ada{'p' if phone else 'd'}@example.org"
    await ada.agree()
    await ada.go("#/sign-up")
    await ada.page.get_by_text("E-mail", exact=True).click()
    await ada.press("Continue")
    await ada.press("Wait for your turn")
    await ada.page.get_by_role("heading", name="Wait for your turn").wait_for()
    assert await complaints(ada.page) == []
    await ada.fill("E-mail", address)
    await ada.press("I agree: put me on the list")
    await ada.fill("Code", await ada.code_for(address))
    await ada.press("Check the code")
    await ada.sees("You are next.")
    assert await complaints(ada.page) == []
    await owner.place("Waiting list")
    await owner.page.get_by_role("button", name="Manage").first.click()
    await owner.fill("Reason", "There is room now.")
    await owner.press("Show the first, contacts masked")
    await owner.sees("a•••@example.org")
    assert await complaints(owner.page) == []
    await owner.page.get_by_label("How many to let in").fill("1")
    await owner.press("Let in the next")
    await owner.sees("Done. Places: 1")
    await ada.page.reload()
    await ada.sees("It is your turn")
    assert await complaints(ada.page) == []
    await ada.page.get_by_role("link", name="Sign up now").click()
    await ada.press("Sign up now")
    await ada.press("Continue")
    await ada.page.get_by_role("button", name="I agree").wait_for()
    await ada.leave()
    await desk.open_all(owner.page)
    await desk.leave()
