"""Waiting for one's turn, in a browser: join, see how many are before you, be called, sign up."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.looking import complaints
from tests.browser.operators import SUSPENSION, Desk
from tests.browser.people import PHONE, Person
from tests.browser.test_screening import calm, press_the_doors

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
    await desk.ask(
        owner.page, "POST", "/gate/policies", SHUT | ({"door": "email"} if phone else {})
    )
    shape: dict[str, Any] = {"viewport": PHONE} if phone else {}
    ada = await Person.arrive(chromium, desk.base, bypass_csp=True, color_scheme=scheme, **shape)
    address = f"ada{'p' if phone else 'd'}@example.org"
    await ada.agree()
    await ada.go("#/sign-up")
    await ada.page.get_by_text("E-mail", exact=True).click()
    await ada.press("Continue")
    await ada.press("Wait for your turn")
    await ada.page.get_by_role("heading", name="Wait for your turn").wait_for()
    if phone:
        await ada.sees("This list is for signing up with an e-mail address.")
    assert await complaints(ada.page) == []
    await ada.fill("E-mail", address)
    await ada.press("I agree: put me on the list")
    await ada.fill("Code", await ada.code_for(address))
    await ada.press("Check the code")
    await ada.sees("You are next.")
    assert await complaints(ada.page) == []
    await owner.place("Waiting list")
    name = "International · Personal · E-mail" if phone else "International · Personal"
    await owner.press(f"Manage {name}")
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


async def test_the_device_works_for_a_place_too(desk: Desk) -> None:
    owner = await desk.enter("owner")
    bo = await Person.arrive(desk.browser, desk.base)
    await press_the_doors(desk, owner, 6)
    await desk.ask(owner.page, "POST", "/gate/policies", SHUT | {"door": "email"})
    try:
        await bo.agree()
        await bo.go("#/waitlist/intl/personal/email")
        await bo.fill("E-mail", "bo@example.org")
        await bo.press("I agree: put me on the list")
        await bo.fill("Code", await bo.code_for("bo@example.org"))
        await bo.press("Check the code")
        await bo.sees("You are next.")
        asked = [status for status, url in bo.answers if url.endswith("/waitlist")]
        assert asked == [403, 202]
        await bo.press("Leave the list")  # the next person of this house is to be the first
        await bo.press("Leave the list")
        await bo.sees("You have left the list.")
    finally:
        await calm(desk, owner)
        await desk.open_all(owner.page)
    await bo.leave()
    await desk.leave()
