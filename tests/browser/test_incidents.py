"""An incident is noted at the console; its report is drafted, sent in time, and the incident closed."""

from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Operator

PARTS = ("Systems that are concerned", "Where it happened", "Harm that was done, or may be",
         "What was done, and what it helped", "Cause", "What was mended and learnt")  # fmt: skip


async def assess(one: Operator) -> None:
    """Write down what the reports want said."""
    form = one.page.get_by_role("form", name="What is known")
    await form.get_by_text("What reports say").click()
    for part in PARTS:
        await form.get_by_label(part, exact=True).fill(f"About it: {part}")
    await form.get_by_label("What was done", exact=True).fill("We looked at the disk.")
    await one.press("Keep this assessment")
    await one.page.get_by_text("Assessed", exact=True).first.wait_for()


async def tell(one: Operator, clock: str) -> None:
    """Open the draft that a clock asks for, and note that it was sent."""
    await one.press(f"Read the draft: {clock}")
    draft = one.page.get_by_role("region", name="Draft of the report")
    await draft.get_by_label("What was done", exact=True).fill("Sent by the portal.")
    await draft.get_by_role("button", name="It was told").click()
    await expect(draft).to_have_count(0)


async def test_l_c25_an_incident_is_reported_from_the_screen(chromium: Browser) -> None:
    async with desk_of(chromium) as desk:
        one = await desk.enter("registrar")
        await one.place("Incidents")
        await one.fill("What happened", "A wave of attacks")
        await one.page.get_by_label("Kind", exact=True).select_option(label="Attack")
        await one.page.get_by_label("By whose law", exact=True).select_option("cn-mainland")
        await one.press("Note it")
        await one.page.get_by_role("heading", name="A wave of attacks").wait_for()
        await one.sees("nobody is left to be told")

        form = one.page.get_by_role("form", name="What is known")
        await form.get_by_label("Times seen", exact=True).fill("20000")
        await assess(one)
        await one.sees("Larger")
        assert await complaints(one.page) == []
        clock = "Report to the cyberspace administration of the province"
        await tell(one, clock)
        await one.page.get_by_text("Reported", exact=True).first.wait_for()
        step = one.page.get_by_role("form", name="Next step")
        await step.get_by_label("What was done", exact=True).fill("The hole is closed.")
        await one.press("Do it")
        await one.page.get_by_text("Contained", exact=True).first.wait_for()
        await tell(one, "Hand in the report of what was learnt, after the handling has ended")
        await step.get_by_label("What was done", exact=True).fill("It is over.")
        await step.get_by_label("Next step").select_option(label="Close it")
        await one.press("Do it")
        await one.page.get_by_text("Closed", exact=True).first.wait_for()
        assert await complaints(one.page) == []
        await one.page.get_by_role("link", name="All incidents").click()
        await one.page.get_by_role("link", name="Flaws", exact=True).click()
        await one.fill("Flaw", "A length is not checked")
        await one.press("Note a flaw")
        await one.page.get_by_role("heading", name="A length is not checked").wait_for()
        assert await complaints(one.page) == []
        await one.page.get_by_role("link", name="Figures of a year").click()
        await one.sees("Report to the cyberspace administration")
        assert await complaints(one.page) == []
