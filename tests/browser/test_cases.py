"""Cases on the screen: decided with reasons, contested, appealed and taken back."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator
from tests.browser.people import PATIENCE_MS, Person, two_in_a_chat

pytestmark = [pytest.mark.timeout(300)]

RULE = "spam.advertising"
HIDDEN = "Hidden while it is looked at"


def row_about(operator: Operator, who: str) -> Locator:
    return operator.page.get_by_role("row").filter(has_text=who)


async def opened(operator: Operator, who: str) -> None:
    """Open the case about somebody from the queue, by keys."""
    await operator.place("Cases")
    await row_about(operator, who).get_by_role("link").press("Enter")
    await operator.page.get_by_role("heading", name="A case", level=1).wait_for()


async def take(operator: Operator, step: str, facts: str = "") -> None:
    """Take a step of the procedure, with its reasons; those of before stand there already."""
    await operator.press(step)
    form = operator.page.get_by_role("form", name=step)
    if facts:
        await form.get_by_label("Rule", exact=True).select_option(RULE)
        await form.get_by_role("button", name=step).click()
        await expect(form).to_contain_text("There is no decision without this.")
        await form.get_by_label("Facts").fill(facts)
    await form.get_by_role("button", name=step).click()
    await expect(form).to_have_count(0)


async def stands(person: Person, state: str) -> None:
    """Wait until the case on the screen says where it stands."""
    status = person.page.locator("h2[role=status]")
    await expect(status).to_have_text(state, timeout=PATIENCE_MS)


async def objects(person: Person, act: str, words: str) -> None:
    """Say something to a decision."""
    await person.press(act)
    form = person.page.get_by_role("form", name=act)
    await form.get_by_role("button", name=act).click()
    await expect(form).to_contain_text("Say why, in words.")
    await form.get_by_label("What you have to say").fill(words)
    await form.get_by_role("button", name=act).click()
    await expect(form).to_have_count(0)


async def report(ann: Person) -> None:
    """Report what somebody offers."""
    theirs = ann.message("Tea for sale")
    await theirs.get_by_role("button", name="More for this message").press("Enter")
    await theirs.get_by_role("button", name="Report", exact=True).press("Enter")
    await theirs.get_by_label("What kind of thing is it?").select_option("spam")
    await theirs.get_by_role("button", name="Report", exact=True).press("Enter")
    await expect(theirs.get_by_role("link", name="My reports")).to_be_visible()


async def decide(first: Operator) -> None:
    """Look at the evidence, verify, and order to delete."""
    evidence = first.page.get_by_role("region", name="Evidence")
    await expect(evidence).to_contain_text("Tea for sale")
    await expect(first.button("Order to delete")).to_be_disabled()
    await expect(first.page.get_by_text("Not without a verification before.")).to_be_visible()
    await first.page.keyboard.press("v")
    await expect(first.page.get_by_role("form", name="Verify")).to_be_visible()
    await first.page.keyboard.press("Escape")
    await take(first, "Verify", "It offers tea for sale among friends.")
    assert await complaints(first.page) == []
    await take(first, "Order to delete")
    await stands(first, "Ordered to delete")


async def look_and_contest(ben: Person) -> None:
    """Go from the banner to the case, read why, and say that it is wrong."""
    await ben.go("#/chats")
    await ben.page.get_by_role("link", name="Look at it").click()
    await stands(ben, "Ordered to delete")
    reasons = ben.page.get_by_role("region", name="Why")
    await expect(reasons).to_contain_text("It offers tea for sale among friends.")
    assert await complaints(ben.page) == []
    await objects(ben, "Say that this is wrong", "She had asked me for it.")
    await stands(ben, "Contested")


async def take_back(third: Operator) -> None:
    """Take an appeal, and what was decided back."""
    await third.place("Cases")
    await third.page.get_by_role("link", name="Appeals", exact=True).click()
    await row_about(third, "Look at what she wrote before.").get_by_role("link").click()
    await third.press("Take the appeal")
    await third.press("Take the decision back")
    form = third.page.get_by_role("form", name="Take the decision back")
    await form.get_by_label("Reason").fill("She had asked for it.")
    await form.get_by_role("button", name="Take the decision back").click()
    await stands(third, "Taken back on appeal")
    assert await complaints(third.page) == []


async def test_r_064_r_085_a_decision_is_contested_appealed_and_taken_back(desk: Desk) -> None:
    ann, ben = [await (await desk.sit(bypass_csp=True)).sign_up(name) for name in ("Ann", "Ben")]
    await two_in_a_chat(ann, ben)
    await ben.say("Tea for sale")
    await report(ann)
    first, second, third = [await desk.enter("moderator", bypass_csp=True) for _ in range(3)]
    await opened(first, await ben.user_id())
    await decide(first)
    await look_and_contest(ben)
    for person, words in ((ann, HIDDEN), (ben, "Your message is hidden while it is looked at.")):
        await person.go("#/chats")
        await person.room_row("Ben" if person is ann else "Ann").first.click()
        await person.hears(words)

    await first.page.reload()
    await expect(first.button("Confirm the order")).to_be_disabled()
    await first.sees("You have decided in this case: another operator confirms.")
    address = first.page.url.partition("#")[2]
    await second.go(f"admin#{address}")
    await take(second, "Confirm the order")
    own = f"#/me/{address.removeprefix('/')}"
    await ben.go(own)
    await ben.press("Delete now")
    await ben.page.get_by_role("form").get_by_role("button", name="Delete now").click()
    await stands(ben, "Deleted as ordered")
    await objects(ben, "Appeal", "Look at what she wrote before.")
    await ben.sees("It waits for another operator")

    await first.page.reload()
    await first.sees("An appeal is decided by an operator who has not.")
    await expect(first.button("Take the appeal")).to_have_count(0)
    await take_back(third)

    await ben.go(own)
    await stands(ben, "Taken back on appeal")
    await expect(ben.page.get_by_role("region", name="Your appeal")).to_contain_text(
        "She had asked"
    )
    for person, other in ((ann, "Ben"), (ben, "Ann")):
        await person.go("#/chats")
        await person.room_row(other).first.click()
        await person.hears("Tea for sale")
