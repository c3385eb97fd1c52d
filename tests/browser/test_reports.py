"""What somebody reports from the screen, and where they read what came of it."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import two_in_a_chat


async def test_a_message_and_a_person_are_reported_by_keys(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    room = await two_in_a_chat(ada, ben)
    await ben.say("buy this now")
    theirs = ada.message("buy this now")
    await theirs.get_by_role("button", name="More for this message").press("Enter")
    await theirs.get_by_role("button", name="Report", exact=True).press("Enter")
    await expect(theirs.get_by_label("What is the matter?")).to_be_focused()
    await ada.page.keyboard.type("advertising")
    await ada.page.keyboard.press("Enter")
    await expect(theirs.get_by_role("link", name="My reports")).to_be_visible()
    await theirs.get_by_role("button", name="Close").press("Enter")

    await ada.page.evaluate("to => (location.hash = to)", f"#/chats/{room}/info")
    await ada.page.get_by_role("link", name="About Ben").press("Enter")
    panel = ada.page.get_by_role("region", name="Member")
    await expect(panel).to_contain_text(await ben.user_id())
    await panel.get_by_role("button", name="Report", exact=True).press("Enter")
    await ada.page.keyboard.type("again and again")
    await ada.page.keyboard.press("Enter")
    await panel.get_by_role("link", name="My reports").press("Enter")
    found = ada.page.get_by_role("main").get_by_role("listitem")
    await expect(found).to_contain_text(["again and again", "advertising"])

    own = ben.message("buy this now")
    await own.get_by_role("button", name="More for this message").press("Enter")
    await expect(own.get_by_role("button", name="Delete for everyone")).to_be_visible()
    await expect(own.get_by_role("button", name="Report", exact=True)).to_have_count(0)
