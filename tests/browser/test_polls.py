"""A question is put to the room, voted on, thought over, and closed, with the keyboard alone."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import two_in_a_chat


async def test_a_poll_is_made_voted_on_changed_and_ended(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.page.get_by_role("link", name="New poll").press("Enter")
    await ada.fill("Question", "Which tea?")
    await ada.fill("Answer 1", "Green")
    await ada.press("Send the poll")
    await ada.sees("At least two answers are needed.")
    await ada.fill("Answer 2", "Black")
    await ada.page.keyboard.press("Enter")

    asked = ben.message("Which tea?")
    await asked.get_by_role("button", name="Green").press("Enter")
    await expect(asked.get_by_role("button", name="Green, 1 vote")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(ada.message("Which tea?")).to_contain_text("1 person has voted")
    await expect(ada.message("Which tea?").get_by_role("button", name="Green, 1")).to_have_count(0)
    await asked.get_by_role("button", name="Black").press("Enter")
    await expect(asked.get_by_role("button", name="Black, 1 vote")).to_be_visible()
    await expect(asked.get_by_role("button", name="Green, 0 votes")).to_be_visible()

    mine = ada.message("Which tea?")
    await mine.get_by_role("button", name="Black").press("Enter")
    await expect(asked.get_by_role("button", name="Black, 2 votes")).to_be_visible()
    await mine.get_by_role("button", name="End the poll").press("Enter")
    await mine.get_by_role("button", name="End the poll").press("Enter")
    await expect(asked).to_contain_text("The poll has ended.")
    await expect(asked.get_by_role("button", name="Green, 0 votes")).to_have_attribute(
        "aria-disabled", "true"
    )
    await ben.page.reload()
    await expect(ben.message("Which tea?")).to_contain_text("2 people have voted")
    line = ben.page.get_by_role("log").get_by_role("link", name="Ada ended the poll “Which tea?”.")
    await expect(line).to_contain_text("Most votes: Black (2 of 2).")
    await expect(ada.page.get_by_role("log")).to_contain_text("You ended the poll “Which tea?”.")
    await line.press("Enter")
    await expect(ben.message("Which tea?")).to_be_focused()
