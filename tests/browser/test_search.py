"""Finding again by the field above the chats, with the keyboard alone."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import two_in_a_chat


async def test_a_message_is_found_by_keys_and_opens_in_its_place(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("王小明")
    await two_in_a_chat(ada, ben)
    for text in ("圖書館週一休館", "好的", "那去公園吧"):
        await ben.say(text)
    await ada.hears("那去公園吧")
    field = ada.page.get_by_role("textbox", name="Search people, chats, messages")
    await field.click()
    await ada.page.keyboard.type("图书馆")
    found = ada.page.locator("a[data-found]")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark")).to_have_text("圖書館")
    await ada.page.keyboard.press("ArrowDown")
    await expect(found).to_be_focused()
    await ada.page.keyboard.press("Enter")
    sought = ada.page.locator("[data-sought]")
    await expect(sought).to_contain_text("圖書館週一休館")
    await expect(sought).to_be_focused()
    await ada.press("To the newest")
    await expect(ada.composer()).to_be_visible()
    await field.fill("wxm")
    person = ada.page.locator("button[data-found]").first
    await expect(person).to_contain_text("王小明")
    await field.press("ArrowDown")
    await expect(person).to_be_focused()
    await ada.page.keyboard.press("ArrowUp")
    await expect(field).to_be_focused()
    await field.press("Escape")
    await expect(field).to_have_value("")
    await expect(ada.room_row("王小明")).to_be_visible()
