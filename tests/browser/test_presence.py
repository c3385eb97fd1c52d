"""Who is there is seen by those they talk with, unless they would rather not be seen."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import two_in_a_chat


async def test_one_is_seen_to_be_there_until_one_hides(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    heading = ada.page.get_by_role("region", name="Conversation: Ben").locator("header")
    await expect(heading.get_by_role("paragraph")).to_have_text("Here now")
    await expect(ada.room_row("Ben")).to_contain_text("Here now")
    await ben.page.evaluate("location.hash = '#/me/presence'")
    await ben.page.get_by_label("Always shown as offline").check()
    await expect(heading.get_by_role("paragraph")).to_contain_text("Active 1 minute ago")
    await expect(ada.room_row("Ben")).not_to_contain_text("Here now")
    await ben.page.reload()
    await expect(ben.page.get_by_label("Always shown as offline")).to_be_checked()
    await ben.page.evaluate("location.hash = '#/chats'")
    await expect(ben.room_row("Ada")).to_contain_text("Here now")
    await expect(heading.get_by_role("paragraph")).to_contain_text("Active 1 minute ago")
