"""From the printed link to the first chat: the set-up, left and taken up again, and the demo town."""

import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import complaints
from tests.browser.operators import PASSWORD, Desk, Operator, code, set_up
from tests.browser.people import PHONE, Person
from tests.engines.house import Server

ACTS = 14  # presses and fields of ``the_guest_comes_in``, told in docs/operate/install.md
SHOTS = os.environ.get("SET_UP_SHOTS", "")


@pytest.fixture
async def new_house(chromium: Browser) -> AsyncIterator[Desk]:
    """A house in which nobody has done anything yet."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    server = await Server.start(folder, "--server-name", "tea.example", test_mode="1")
    desk = Desk(server, chromium, (await server.says("/admin/setup#")).strip())
    yield desk
    await desk.leave()
    await server.stop()
    shutil.rmtree(folder)


async def fine(page: Page, place: str) -> None:
    """Let axe look; with ``SET_UP_SHOTS`` in the environment, keep a picture there."""
    if SHOTS:
        await page.wait_for_timeout(500)
        await page.screenshot(path=f"{SHOTS}/{place}.png", full_page=False)
    assert await complaints(page) == [], place


async def step(operator: Operator, title: str) -> None:
    await operator.page.get_by_role("heading", name=title, exact=True, level=2).wait_for()


async def test_a_new_house_is_set_up_and_the_first_guest_comes_in(new_house: Desk) -> None:
    link = new_house.link[new_house.link.index("http") :]
    ada = await new_house.sit(bypass_csp=True)
    await set_up(ada, link, "ada")
    await ada.sees("Setting up is not finished")
    await ada.go("admin#/setup")
    await step(ada, "Who you are")
    await fine(ada.page, "1-house")
    await ada.fill("Name of the house or its operator", "春山茶馆 Spring Hill")
    await ada.fill("Contact", "hello@tea.example")
    await ada.press("Continue")
    await step(ada, "Where you are")
    await fine(ada.page, "2-profile")
    await ada.press("Continue")
    await step(ada, "Who may come in")
    secret = ada.secret
    await new_house.leave()  # the tab is closed in the middle

    ada = await new_house.sit(bypass_csp=True)
    ada.secret = secret
    await ada.page.goto(link)
    await ada.fill("Operator's name", "ada")
    await ada.fill("Password", PASSWORD)
    await ada.fill("The same password again", PASSWORD)
    await ada.press("Continue")
    await ada.sees("If it was you, sign in")
    await ada.press("Sign in")
    await ada.fill("Operator's name", "ada")
    await ada.fill("Password", PASSWORD)
    await ada.fill_code(code(secret, later=1))
    await ada.press("Sign in")
    await ada.sees("Setting up is not finished")
    await ada.page.get_by_role("link", name="Go on").click()
    await step(ada, "Who may come in")
    await fine(ada.page, "3-gate")
    await ada.press("Continue")
    await step(ada, "How codes are sent")
    await a_test_is_sent(ada)
    await ada.press("Continue")
    await step(ada, "Something to look at")
    await the_town_is_built(ada)
    await ada.press("Continue")
    await step(ada, "Ready")
    await ada.press("Make the link")
    invite = await ada.page.locator("p.mono").inner_text()
    await ada.page.get_by_alt_text("Picture of the invitation's link").wait_for()
    await fine(ada.page, "6-finish")
    await the_guest_comes_in(new_house, invite)
    await ada.press("Finish, and see the gate")
    await ada.page.get_by_role("heading", name="Gate", level=1).wait_for()
    await the_other_pages(ada)


async def a_test_is_sent(ada: Operator) -> None:
    """In test mode nothing leaves; a server that is not there is told in plain words."""
    mail = ada.page.get_by_role("region", name="E-mail", exact=True)
    await mail.get_by_label("Send a test e-mail to").fill("ada@example.org")
    await mail.get_by_role("button", name="Send a test").click()
    await ada.sees("Test mode: the message was kept")
    await mail.get_by_label("Server", exact=True).fill("127.0.0.1")
    await mail.get_by_label("Port", exact=True).fill("1")
    await mail.get_by_label("Codes come from").fill("codes@tea.example")
    await mail.get_by_role("button", name="Save").click()
    await ada.sees("Saved. It holds on every worker.")
    await mail.get_by_role("button", name="Send a test").click()
    await ada.sees("The server could not be reached.")
    await fine(ada.page, "4-channels")
    await mail.get_by_label("Server", exact=True).fill("")
    await mail.get_by_role("button", name="Save").click()
    await ada.sees("Saved. It holds on every worker.")


async def the_town_is_built(ada: Operator) -> None:
    await fine(ada.page, "5-demo")
    await ada.press("Build the town")
    await expect(ada.page.get_by_text("The town stands.")).to_be_visible(timeout=30_000)
    await ada.press("Give me keys")
    await ada.sees("the passwords are shown this once")
    await fine(ada.page, "5-demo-stands")
    lin = await ada.page.locator("dd.mono").first.inner_text()
    name, _, password = lin.partition(" · ")
    assert ada.context.browser is not None
    visitor = await Person.arrive(ada.context.browser, ada.base, bypass_csp=True)
    await visitor.agree()
    await visitor.go("#/sign-in")
    await visitor.fill("Username", name)
    await visitor.fill("Password", password)
    await visitor.press("Sign in")
    await visitor.sees("一家人")
    await visitor.sees("Hill walk")
    await fine(visitor.page, "7-town")
    await visitor.page.get_by_text("春山茶会 Spring Hill Tea").first.click()
    await visitor.sees("那就这么定了，老地方，三点。")
    await fine(visitor.page, "7-town-tea")
    await visitor.leave()


async def the_guest_comes_in(house: Desk, invite: str) -> None:
    """The link fills in the invitation; from it to the first word is counted, not judged."""
    begun = time.monotonic()
    guest = await Person.arrive(house.browser, house.base, viewport=PHONE)
    await guest.page.goto(invite)
    await guest.press("I agree")
    await guest.page.get_by_text("E-mail", exact=True).first.click()
    assert await guest.page.get_by_label("Invitation code").input_value() != ""
    assert invite.rpartition("/")[2] not in guest.page.url
    await guest.press("Continue")
    await guest.consent()
    await guest.fill("E-mail", "first@guest.example")
    await guest.press("Send the code")
    await guest.fill("Code", await guest.code_for("first@guest.example"))
    await guest.press("Check the code")
    await guest.fill("Username", "first.guest")
    await guest.press("Make the account")
    await guest.page.get_by_role("heading", name="No chats yet").wait_for()
    await guest.page.get_by_role("button", name="New chat").first.click()
    await guest.fill("Find a person", "@lin.xiaoyu:tea.example")
    await guest.page.get_by_role("button", name="@lin.xiaoyu:tea.example").click()
    await guest.say("你好！")
    await guest.hears("你好！")
    print(f"time to the first chat: {ACTS} acts, {time.monotonic() - begun:.1f} s")
    await guest.leave()


async def the_other_pages(ada: Operator) -> None:
    for place in ("Live", "Adapters", "House"):
        await ada.place(place)
        await fine(ada.page, f"8-{place.lower()}")
