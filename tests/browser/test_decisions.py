"""What an authority decided in writing is noted on the screen, and stands there to be chosen for a shut-down."""

from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE


async def test_r_096_a_decision_is_noted_where_a_shut_down_looks_for_it(desk: Desk) -> None:
    owner = await desk.enter("owner", viewport=PHONE)
    await owner.place("Inspection findings")
    card = owner.page.get_by_role("region", name="Decisions of authorities")
    form = owner.page.get_by_role("form", name="Note a decision")
    note = form.get_by_role("button", name="Note it", exact=True)
    await card.get_by_text("No decision is noted.").wait_for()
    await expect(note).to_be_disabled()
    told = {"Authority": "An administration", "Its number": "2026-9", "Where the paper is": "Box 9"}
    for label, text in told.items():
        await form.get_by_label(label, exact=True).fill(text)
    await form.get_by_label("Decided on", exact=True).fill("2026-03-01")
    await form.get_by_role("checkbox").check()
    await note.click()
    await card.get_by_text("Noted: An administration 2026-9").wait_for()
    assert await complaints(owner.page) == []
    (ruling,) = (await desk.ask(owner.page, "GET", "/findings/rulings"))["rulings"]
    assert (ruling["programme"], ruling["shuts_down"]) == ("illegality", True)

    for label, text in told.items():
        await form.get_by_label(label, exact=True).fill(text)
    await form.get_by_label("Decided on", exact=True).fill("2026-03-02")
    await note.click()
    await form.get_by_role("alert").wait_for()
    await expect(form.get_by_label("Where the paper is", exact=True)).to_have_value("Box 9")
    assert len((await desk.ask(owner.page, "GET", "/findings/rulings"))["rulings"]) == 1
