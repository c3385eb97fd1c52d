"""A chat is led by keyboard alone, and nothing is cut off on the narrowest phone."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import two_in_a_chat
from tests.browser.scene import furnish

MY_PLACES = (
    "#/chats", "#/chats/new", "#/chats/new-group", "#/contacts", "#/me", "#/me/profile",
    "#/me/devices", "#/me/look", "#/me/privacy", "#/me/password", "#/me/delete",
    "#/me/security", "#/me/family", "#/me/tasks",
)  # fmt: skip


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
    await keys.press("Shift+Tab")  # a poll
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
