"""Whoever keeps a chat says from which age on it is meant to be seen, and is believed [L-M24]."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PHONE
from tests.browser.scene import post


async def test_l_m24_a_label_is_chosen_and_what_may_harm_is_warned_of(arrive: Arrive) -> None:
    author = await (await arrive(bypass_csp=True)).sign_up("Ann")
    reader = await (await arrive(viewport=PHONE, bypass_csp=True)).sign_up("Ben")
    plan = {"name": "Dark fairy tales", "preset": "public_chat", "visibility": "public"}
    room = (await post(author, "/createRoom", plan))["room_id"]
    await author.page.evaluate("room => { location.hash = `#/chats/${room}/info` }", room)
    await author.sees("Label: For everybody")
    await author.press("From which age on")
    await author.page.get_by_text("From 16 years", exact=True).click()
    assert await complaints(author.page) == []
    await author.page.get_by_role("checkbox").check()
    await author.press("Save")
    await author.sees("Label: From 16 years · May harm minors")
    await reader.go("#/chats")
    await reader.fill("Search people, chats, messages", "Dark")
    found = reader.page.locator("button[data-found]").first
    await expect(found).to_contain_text("From 16 years · May harm minors")
    await found.click()
    await reader.sees("may harm the mind or the body of minors")
    assert await complaints(reader.page) == []
    await reader.press("Cancel")
    await expect(reader.page.get_by_text("may harm the mind or the body")).to_have_count(0)
    await found.click()
    await reader.press("Show it all the same")
    await reader.composer().wait_for()
    guest = await (await arrive(bypass_csp=True)).sign_up("Eve")
    await post(author, f"/rooms/{room}/invite", {"user_id": await guest.user_id()})
    await guest.press("Accept")
    await guest.sees("may harm the mind or the body of minors")
    assert await complaints(guest.page) == []
    await guest.press("Show it all the same")
    await guest.composer().wait_for()
