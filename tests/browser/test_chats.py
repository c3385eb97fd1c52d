"""Somebody keeps a chat at the top, silences one, and follows one that has moved."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person, two_in_a_chat
from tests.browser.scene import post, say


async def test_chats_are_kept_at_the_top_silenced_and_followed(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    direct = await two_in_a_chat(ada, ben)
    plan = {"name": "The market", "preset": "public_chat", "invite": [await ben.user_id()]}
    market = (await post(ada, "/createRoom", plan))["room_id"]
    await post(ben, f"/rooms/{market}/join", {})
    rows = ada.page.locator(".list li")
    await expect(rows.first).to_contain_text("The market")

    await ada.page.evaluate("room => { location.hash = `#/chats/${room}/info` }", direct)
    await ada.button("Keep at the top").press("Enter")
    await expect(rows.first).to_contain_text("Ben")
    await expect(rows.first).to_contain_text("kept at the top")
    await ada.button("Mute").press("Enter")
    await ada.sees("Muted: only what names you notifies you.")
    await edited_from_the_line(ada)
    await ada.page.evaluate("room => { location.hash = `#/chats/${room}/info` }", market)
    await say(ben, direct, "Are you there?", "1")
    await expect(rows.first).to_contain_text("something new")
    await expect(rows.first).to_contain_text("muted")
    await expect(rows.first).not_to_contain_text("unread")
    await ada.page.reload()
    await expect(rows.first).to_contain_text("something new")
    await ada.page.evaluate("room => { location.hash = `#/chats/${room}/info` }", direct)
    await ada.button("Notify me again").press("Enter")
    await ada.button("No longer at the top").press("Enter")
    await expect(ada.button("Keep at the top")).to_be_visible()
    await expect(ada.page.locator(".list")).not_to_contain_text("muted")

    await ben.page.evaluate("room => { location.hash = `#/chats/${room}` }", market)
    await ben.composer().wait_for()
    await post(ada, f"/rooms/{market}/upgrade", {"new_version": "12"})
    await ben.sees("This chat goes on in a new one.")
    await expect(ben.composer()).to_have_count(0)
    await ben.button("Go there").press("Enter")
    await ben.composer().wait_for()
    await expect(ben.room_row("The market")).to_have_count(1)
    await ben.page.get_by_role("link", name="What was said before is in the old chat.").click()
    await ben.sees("This chat goes on in a new one.")


async def edited_from_the_line(ada: Person) -> None:
    """Take the last words back into the line by the arrow, and change them; look at the keys."""
    await ada.say("Oolong at tree")
    await ada.hears("Oolong at tree")
    await ada.composer().press("ArrowUp")
    await expect(ada.composer()).to_have_value("Oolong at tree")
    await ada.composer().fill("Oolong at three")
    await ada.composer().press("Enter")
    await ada.hears("Oolong at three")
    await expect(ada.composer()).to_have_value("")
    await ada.composer().press("?")
    await expect(ada.composer()).to_have_value("?")
    await ada.composer().fill("")
    await ada.message("Oolong at three").press("?")
    await expect(ada.page.get_by_role("dialog", name="Keys")).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("dialog")).to_have_count(0)
    await expect(ada.message("Oolong at three")).to_be_visible()
