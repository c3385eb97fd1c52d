"""A minor asks somebody to be their guardian, who agrees, and says what the minor may [R-066]."""

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PASSWORD, PHONE, Person


async def proved(parent: Person) -> None:
    """Show that it is oneself, in the card of a ward."""
    card = parent.page.get_by_role("article")
    await card.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    await card.get_by_role("button", name="Continue", exact=True).click()


async def test_r_066_a_guardian_answers_for_a_minor(arrive: Arrive) -> None:
    parent = await (await arrive(bypass_csp=True)).sign_up("Ann")
    child = await (await arrive(viewport=PHONE, bypass_csp=True)).sign_up("Tom")
    await child.go("#/me/family")
    await child.sees("Nobody has told your age.")
    await child.page.get_by_text("Ask somebody to be your guardian").first.click()
    await child.fill("Your guardian's name here", await parent.user_id())
    await child.press("Ask somebody to be your guardian")
    await child.sees("asked, not answered yet")
    assert await complaints(child.page) == []
    await parent.go("#/me/family")
    await parent.sees("Asks you to be their guardian.")
    await parent.press("Agree")
    await parent.page.get_by_label("The child's month of birth").fill("2013-03")
    await proved(parent)
    await parent.press("Allow: Be invited by strangers")
    await proved(parent)
    await parent.button("Forbid: Be invited by strangers").wait_for()
    await parent.press("Night and spending")
    await parent.page.get_by_label("Night begins").fill("21:00")
    await parent.page.get_by_label("Night ends").fill("07:00")
    assert await complaints(parent.page) == []
    await proved(parent)
    await parent.sees("from 21:00 until 07:00")
    await child.page.reload()
    await child.sees("from 21:00 until 07:00")
    await child.page.get_by_text("What this lets you do").click()
    await child.sees("A rule of this house")
    assert await complaints(child.page) == []
