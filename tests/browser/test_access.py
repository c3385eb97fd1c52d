"""Everything can be reached by keyboard, and axe finds nothing serious, in both themes."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import PHONE, two_in_a_chat
from tests.browser.scene import furnish

SERIOUS = ("serious", "critical")
OPEN_PLACES = ("", "#/about", "#/policy", "#/registration")
MY_PLACES = (
    "#/chats", "#/chats/new", "#/chats/new-group", "#/contacts", "#/me", "#/me/profile",
    "#/me/devices", "#/me/look", "#/me/privacy", "#/me/password", "#/me/delete",
    "#/me/security", "#/me/family", "#/me/tasks",
)  # fmt: skip


async def complaints(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return what axe holds against the page, if it is serious."""
    await page.wait_for_timeout(400)  # colours that fade in are judged when they have
    found: Any = (await Axe().run(page)).response
    return [
        (one["id"], one["help"], [node["html"][:200] for node in one["nodes"]])
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_before_signing_in(arrive: Arrive, scheme: str) -> None:
    person = await arrive(color_scheme=scheme, bypass_csp=True)
    for place in OPEN_PLACES:
        await person.go(place)
        assert await complaints(person.page) == [], place
    await person.agree()
    for place in ("#/welcome", "#/sign-in", "#/recover", "#/undo/x", "#/sign-up"):
        await person.go(place)
        assert await complaints(person.page) == [], place
    await person.press("Continue")
    await person.page.get_by_role("button", name="I agree").wait_for()
    assert await complaints(person.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
async def test_axe_finds_nothing_serious_inside(arrive: Arrive, scheme: str, phone: bool) -> None:
    shape = {"viewport": PHONE} if phone else {}
    ada = await (await arrive(color_scheme=scheme, bypass_csp=True, **shape)).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    scene = await furnish(ada, ben)
    chats = (f"#/chats/{scene.direct}", f"#/chats/{scene.group}", f"#/chats/{scene.group}/info")
    for place in (*MY_PLACES, *chats):
        await ada.go(place)
        assert await complaints(ada.page) == [], place


async def test_a_chat_is_found_and_answered_without_a_mouse(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("hello")
    await ben.hears("hello")
    await ben.go("#/chats")
    await ben.page.get_by_role("link", name="Ada").wait_for()
    keys = ben.page.keyboard
    await keys.press("Control+k")
    await keys.type("Ad")
    await keys.press("Enter")
    await expect(ben.composer()).to_be_focused()
    await keys.type("and hello to you")
    await keys.press("Enter")
    await ben.hears("and hello to you")
    await expect(ben.message("and hello to you").get_by_text("Read")).to_be_attached()
    await keys.press("Shift+Tab")  # the clip
    await keys.press("Shift+Tab")  # what can be done with the last message
    await keys.press("Shift+Tab")
    await keys.press("Shift+Tab")
    await expect(ben.message("and hello to you")).to_be_focused()
    await keys.press("ArrowUp")
    await expect(ben.page.locator("article").first).to_be_focused()
    await keys.press("Escape")
    await expect(ben.composer()).to_have_count(0)


async def test_nothing_is_cut_off_on_a_narrow_phone(arrive: Arrive) -> None:
    narrow = {"width": 320, "height": 640}
    ada = await (await arrive(viewport=narrow)).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    scene = await furnish(ada, ben)
    for place in (*MY_PLACES, f"#/chats/{scene.direct}", f"#/chats/{scene.group}/info"):
        await ada.go(place)
        await ada.page.wait_for_timeout(200)
        wide = await ada.page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= narrow["width"], place
