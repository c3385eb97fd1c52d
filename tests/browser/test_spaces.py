"""A space is made, filled, and walked by somebody who was asked in."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive


async def test_a_space_is_made_filled_and_joined_from(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await ada.page.get_by_role("button", name="New space").press("Enter")
    await ada.fill("Name of the space", "Tea friends")
    await ada.page.keyboard.press("Enter")
    await ada.sees("There are no chats in this space yet.")
    space = str(await ada.page.evaluate("location.hash"))
    await ada.page.get_by_role("button", name="New chat here").press("Enter")
    await ada.page.keyboard.type("Oolong")
    await ada.page.keyboard.press("Enter")
    await ada.composer().wait_for()
    await ada.say("welcome to the oolong")

    await ada.page.evaluate("to => (location.hash = to)", f"{space}/info")
    await ada.press("Invite people")
    await ada.pick(ben)
    await ben.sees("Ada invites you to this space")
    await ben.press("Accept")
    await ben.page.get_by_role("button", name="Join Oolong").press("Enter")
    await ben.hears("welcome to the oolong")
    await ben.page.get_by_role("link", name="Tea friends").press("Enter")
    await expect(ben.page.get_by_role("main")).to_contain_text("You are in")
    await expect(ben.page.get_by_role("button", name="New chat here")).to_have_count(0)

    await ada.page.evaluate("to => (location.hash = to)", space)
    await ada.page.get_by_role("button", name="Take Oolong out of the space").press("Enter")
    await ada.sees("There are no chats in this space yet.")
    await ada.page.get_by_role("button", name="Put a chat in").press("Enter")
    await ada.page.get_by_role("main").get_by_role("button", name="Oolong").press("Enter")
    await expect(ada.page.get_by_role("main").get_by_role("link", name="Oolong")).to_be_visible()
