"""A minor asks somebody to be their guardian, who agrees, and says what the minor may [R-066]."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PASSWORD, PHONE, Person
from tests.browser.scene import post

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def proved(parent: Person) -> None:
    """Show that it is oneself, in the card of a ward."""
    card = parent.page.get_by_role("article")
    await card.get_by_role("textbox", name="Password", exact=True).fill(PASSWORD)
    await card.get_by_role("button", name="Continue", exact=True).click()


async def in_a_square(person: Person) -> None:
    """Open a chat that everybody can enter."""
    plan = {"name": "The square", "preset": "public_chat"}
    square = (await post(person, "/createRoom", plan))["room_id"]
    await person.page.evaluate("room => { location.hash = `#/chats/${room}` }", square)
    await person.composer().wait_for()


async def test_r_066_l_m43_l_m38_a_guardian_answers_for_a_minor(arrive: Arrive) -> None:
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
    await parent.press("Night and spending")  # the same time twice: the test runs at any hour
    for field in ("Night begins", "Night ends"):
        await parent.page.get_by_label(field).fill("12:00")
    await proved(parent)
    await expect(parent.page.get_by_text("from 21:00 until 07:00")).to_have_count(0)
    await child.page.get_by_text("What this lets you do").click()
    await child.sees("A rule of this house")
    await child.sees("Nothing is limited, so nothing is counted.")
    assert await complaints(child.page) == []
    await parent.press("Set days and hours")
    for day in DAYS:
        group = parent.page.get_by_role("group", name=day)
        await group.get_by_role("textbox", name="Minutes", exact=True).fill("7")
    assert await complaints(parent.page) == []
    await proved(parent)
    await parent.sees("7 min left today, of 7 min")
    await child.page.reload()
    await child.sees("7 min left for today.")
    await parent.press("Give more today")
    await proved(parent)
    await parent.sees("37 min left today, of 37 min")
    await child.page.reload()
    await child.sees("30 min of it was given for today")
    assert await complaints(child.page) == []
    await parent.press("Set up to which label")
    await parent.page.get_by_text("From 8 years", exact=True).click()
    assert await complaints(parent.page) == []
    await proved(parent)
    await parent.sees("A guardian set the most: From 8 years")
    await child.page.reload()
    await child.sees("May be seen: From 8 years")
    await a_minor_is_asked_first(child)


async def a_minor_is_asked_first(child: Person) -> None:
    """Whoever is about to tell everybody where they are to be found is asked once [L-M38]."""
    await in_a_square(child)
    await child.say("It rains today.")
    await child.hears("It rains today.")
    await child.say("Call +44 7911 123456")
    await child.sees("Your message tells a telephone number.")
    assert await complaints(child.page) == []
    await child.press("Change it")
    await expect(child.composer()).to_have_value("Call +44 7911 123456")
    await expect(child.message("Call +44")).to_have_count(0)
    await child.composer().press("Enter")
    await child.press("Send all the same")
    await child.hears("Call +44 7911 123456")


async def test_l_m38_whose_age_nobody_told_is_not_asked(arrive: Arrive) -> None:
    person = await (await arrive()).sign_up("Eve")
    await in_a_square(person)
    await person.say("Call +44 7911 123456")
    await person.hears("Call +44 7911 123456")
