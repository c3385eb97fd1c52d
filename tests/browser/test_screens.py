"""Pictures of every screen, for people to look at: `make screens`."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import ROOT, Arrive
from tests.browser.operators import SUSPENSION, Desk
from tests.browser.people import DESKTOP, PHONE, Person
from tests.browser.scene import furnish

FOLDER = ROOT / "docs" / "screens"
LOOKS: dict[str, dict[str, Any]] = {
    "phone-zh-light": {"viewport": PHONE, "locale": "zh-CN", "color_scheme": "light"},
    "phone-en-dark": {"viewport": PHONE, "locale": "en-GB", "color_scheme": "dark"},
    "desktop-zh-dark": {"viewport": DESKTOP, "locale": "zh-CN", "color_scheme": "dark"},
    "desktop-en-light": {"viewport": DESKTOP, "locale": "en-GB", "color_scheme": "light"},
}


async def take(page: Page, look: str, name: str) -> None:
    folder: Path = FOLDER / look
    folder.mkdir(parents=True, exist_ok=True)
    await page.wait_for_timeout(600)
    await page.screenshot(path=folder / f"{name}.png", animations="disabled")


async def speak(person: Person, options: dict[str, Any]) -> None:
    """Everybody signs up in English; then the screen speaks the look's language."""
    lang = "zh" if options["locale"].startswith("zh") else "en"
    await person.page.evaluate(f"localStorage.setItem('teahouse.lang', '{lang}')")


@pytest.mark.parametrize("look", LOOKS)
async def test_screens_before_signing_in(arrive: Arrive, look: str) -> None:
    person = await arrive(**LOOKS[look])
    zh = look.split("-")[1] == "zh"
    places = {"first-run": "", "about": "#/about", "policy": "#/policy", "status": "#/registration"}
    for name, place in places.items():
        await person.go(place)
        await take(person.page, look, name)
    await person.go()
    await person.press("同意" if zh else "I agree")
    for name, place in {
        "welcome": "#/welcome",
        "sign-in": "#/sign-in",
        "sign-up": "#/sign-up",
    }.items():
        await person.go(place)
        await take(person.page, look, name)
    await person.press("继续" if zh else "Continue")
    await take(person.page, look, "sign-up-consent")
    await person.page.get_by_text("满 14 周岁" if zh else "14 or older", exact=True).click()
    await person.press("同意" if zh else "I agree")
    await take(person.page, look, "sign-up-contact")


@pytest.mark.parametrize("look", LOOKS)
async def test_screens_inside(arrive: Arrive, look: str) -> None:
    ada = await (await arrive(**{**LOOKS[look], "locale": "en-GB"})).sign_up("王小梅")
    ben = await (await arrive()).sign_up("Ben")
    await take(ada.page, look, "chats-empty")
    scene = await furnish(ada, ben)
    await speak(ada, LOOKS[look])
    places = {
        "chats": "#/chats",
        "conversation": f"#/chats/{scene.direct}",
        "group": f"#/chats/{scene.group}",
        "group-details": f"#/chats/{scene.group}/info",
        "new-chat": "#/chats/new",
        "new-group": "#/chats/new-group",
        "contacts": "#/contacts",
        "me": "#/me",
        "profile": "#/me/profile",
        "devices": "#/me/devices",
        "look": "#/me/look",
        "privacy": "#/me/privacy",
        "family": "#/me/family",
        "tasks": "#/me/tasks",
        "password": "#/me/password",
        "delete": "#/me/delete",
    }
    for name, place in places.items():
        await ada.go(place)
        await take(ada.page, look, name)
    await ada.go("#/chats")
    await ada.page.keyboard.press("Control+k")
    await take(ada.page, look, "switcher")


@pytest.mark.parametrize("look", LOOKS)
async def test_screens_of_a_closed_gate(desk: Desk, look: str) -> None:
    operator = await desk.sit()
    await desk.open_all(operator.page)
    await desk.ask(operator.page, "POST", "/gate/policies", SUSPENSION)
    person = await Person.arrive(desk.browser, desk.base, **LOOKS[look])
    zh = look.split("-")[1] == "zh"
    await person.go("#/registration")
    await take(person.page, look, "status-paused")
    await person.go()
    await person.press("同意" if zh else "I agree")
    await person.go("#/sign-up")
    await person.page.get_by_text("中国大陆" if zh else "Mainland China").click()
    await person.press("继续" if zh else "Continue")
    await person.page.get_by_role("article").wait_for()
    await take(person.page, look, "sign-up-closed")
    await desk.open_all(operator.page)
    await person.leave()
