"""An inspector is let in from the screen by two, reads registers and nothing else, and each look is seen."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Operator
from tests.browser.people import PHONE

REGISTERS = ("Audit log", "Findings", "The gate", "Rules", "Thresholds", "Security upgrades",
             "Leaks", "Back-ups", "Incidents", "App listings", "Legal holds", "Assessments")  # fmt: skip


async def ask_for_a_visit(owner: Operator, inspector: str) -> None:
    """Ask to let an inspector read every register for a day."""
    await owner.place("Visits")
    await owner.page.get_by_label("Inspector", exact=True).select_option(label=inspector)
    await owner.fill("Authority", "An administration")
    await owner.fill("Paper by which they come", "2026-9")
    until = datetime.now(UTC) + timedelta(days=1)
    closes = owner.page.get_by_label("Until", exact=True)
    await closes.fill(until.strftime("%Y-%m-%dT%H:%M"))
    for name in REGISTERS:
        await owner.page.get_by_role("checkbox", name=name, exact=True).check()
    await owner.press("Ask")
    await owner.sees("Somebody else has to agree to it.")


def refused(inspector: Operator) -> list[str]:
    return [url for status, url in inspector.answers if status == 403]


async def test_r_082_an_inspector_sees_what_they_may_read_and_no_page_refuses_them(
    chromium: Browser,
) -> None:
    async with desk_of(chromium) as desk:
        owner = await desk.enter("owner")
        second = await desk.enter("auditor", viewport=PHONE)
        ivy = await desk.enter("inspector")
        places = ivy.page.get_by_role("navigation").get_by_role("link")
        await ivy.sees("No visit is arranged for you.")
        await expect(places).to_have_count(1)

        await ask_for_a_visit(owner, ivy.name)
        assert await complaints(owner.page) == []
        await second.place("Visits")
        await second.press("Agree")
        await second.page.get_by_text("Open", exact=True).wait_for()
        assert await complaints(second.page) == []

        await ivy.go("admin")
        await ivy.page.get_by_role("region", name="Rules").wait_for()
        assert await complaints(ivy.page) == []
        names = await places.all_inner_texts()
        assert "Incidents" in names
        assert "Accounts" not in names
        for name in names:
            await ivy.place(name.strip())
            assert refused(ivy) == [], name
            assert await complaints(ivy.page) == []
        await ivy.place("Visits")
        await ivy.press("/standing/rules")
        await ivy.page.get_by_role("region", name="/standing/rules").wait_for()
        async with ivy.page.expect_download() as taken:
            await (
                ivy.page.get_by_role("region", name="Back-ups")
                .get_by_role("button", name="Take the register away")
                .click()
            )
        assert (await taken.value).suggested_filename == "backups.json"
        assert refused(ivy) == []

        await owner.press("What was looked at")
        await owner.sees("/standing/rules")
        await owner.sees("An inspector took a register away")
        assert await complaints(owner.page) == []
        await owner.press("End it now")
        await owner.page.get_by_text("Over", exact=True).wait_for()
        await ivy.go("admin")
        await ivy.page.get_by_text("Over", exact=True).wait_for()
        await expect(places).to_have_count(1)
