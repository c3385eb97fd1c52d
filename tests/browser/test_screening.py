"""Under pressure a device works by itself; a contact is corrected in place; operators see it all."""

import pytest
from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE, Person

RULES = {"proof": 10, "prefix_starts": 60}


async def begin(person: Person) -> None:
    await person.agree()
    await person.press("Make an account")
    await person.page.get_by_text("E-mail", exact=True).click()
    await person.press("Continue")


async def press_the_doors(desk: Desk, person: Person, bits: int) -> None:
    """Make the house ask everybody for work."""
    await desk.open_all(person.page)
    for rule, amount in (("prefix_starts", 1), ("proof", bits)):
        body = {"mode": "on" if rule == "proof" else "watch", "amount": amount}
        await desk.ask(person.page, "PUT", f"/screening/rules/{rule}", body)
    start = {"door": "email", "service_region": "intl"}
    await person.context.request.post(f"{desk.base}/api/v1/registrations", data=start)


async def calm(desk: Desk, person: Person) -> None:
    for rule, amount in RULES.items():
        body = {"mode": "watch", "amount": amount}
        await desk.ask(person.page, "PUT", f"/screening/rules/{rule}", body)


async def test_the_device_works_and_the_person_goes_on(desk: Desk) -> None:
    person = await Person.arrive(desk.browser, desk.base)
    await press_the_doors(desk, person, 6)
    try:
        await begin(person)
        await person.page.get_by_role("heading", name="What the account needs").wait_for()
        asked = [status for status, url in person.answers if url.endswith("/registrations")]
        assert asked == [403, 201]
    finally:
        await calm(desk, person)
    await person.leave()


async def test_whoever_would_rather_not_stands_in_line(desk: Desk) -> None:
    person = await Person.arrive(desk.browser, desk.base, viewport=PHONE, bypass_csp=True)
    await press_the_doors(desk, person, 16)
    try:
        await begin(person)
        await person.page.get_by_role("progressbar").wait_for()
        assert await complaints(person.page) == []
        await person.press("Wait in line")
        await person.sees("You are in line.")
        await expect(person.page.get_by_text("seconds left")).to_be_visible()
        assert await complaints(person.page) == []
    finally:
        await calm(desk, person)
    await person.leave()


async def test_a_contact_is_corrected_in_place(desk: Desk) -> None:
    person = await Person.arrive(desk.browser, desk.base)
    await begin(person)
    await person.consent()
    await person.fill("E-mail", "corrected@wrong.example")
    await person.press("Send the code")
    await person.press("Use another address")
    await expect(person.page.get_by_label("E-mail")).to_have_value("corrected@wrong.example")
    await person.fill("E-mail", "corrected@right.example")
    await person.press("Send the code")
    await person.fill("Code", await person.code_for("corrected@right.example"))
    await person.press("Check the code")
    await person.page.get_by_label("Username").wait_for()
    await person.leave()


@pytest.mark.parametrize("phone", [False, True])
async def test_operators_see_and_set_the_rules(desk: Desk, phone: bool) -> None:
    shape = {"viewport": PHONE} if phone else {}
    operator = await desk.enter("registrar", bypass_csp=True, **shape)
    await desk.ask(
        operator.page, "PUT", "/screening/rules/disposable_mail", {"mode": "watch", "amount": 0}
    )
    await operator.place("Rules")
    card = operator.page.locator("form", has_text="Throw-away mail")
    await card.get_by_label("Mode").select_option("off")
    await card.get_by_role("button", name="Set", exact=True).click()
    await expect(card.get_by_role("button", name="Set", exact=True)).to_be_disabled()
    await card.get_by_role("button", name="Look at the last day").click()
    await expect(card.get_by_role("status")).to_contain_text("it would have met")
    await operator.fill("Domain", "bulk.example")
    await operator.fill("Reason", "Bulk sign-ups")
    await operator.press("Add to the list")
    await operator.page.get_by_text("bulk.example", exact=True).wait_for()
    assert await complaints(operator.page) == []
    await operator.press("Take bulk.example off the list")
    await operator.sees("Nothing is listed.")
    await card.get_by_label("Mode").select_option("watch")
    await card.get_by_role("button", name="Set", exact=True).click()
    await operator.press("中文")
    await operator.sees("突发")
    await operator.leave()
