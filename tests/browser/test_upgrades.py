"""The security upgrade at the console, by hand: one plans and leads it, two end it, all can check it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator
from tests.browser.people import PHONE
from tests.engines.house import run

pytestmark = [pytest.mark.timeout(180)]

PATIENCE_MS = 60_000  # a run waits for workers, hands and clocks of its own
REGISTER = "/_matrix/client/v3/register"
REASON = "Keys are due each year."
WHY = "A change of keys, as is done from time to time"  # all that everybody reads of it
# What the key of the house's own words has signed is believed for weeks, and so the key rests.
LEFT_OUT = ("Key of links and tickets", "Password digests", "Session digests", "Key that signs")


@pytest.fixture(scope="module")
async def keyed(chromium: Browser) -> AsyncIterator[Desk]:
    """A house whose old keys rest for no time, with a few people in it."""
    async with desk_of(chromium, upgrade_soft_days="0") as desk:
        async with httpx.AsyncClient(base_url=desk.base) as client:
            for nth in range(3):
                body = {
                    "username": f"guest{nth}", "password": "correct horse",
                    "auth": {"type": "m.login.dummy"},
                }  # fmt: skip
                assert (await client.post(REGISTER, json=body)).status_code == 200
        yield desk


@pytest.fixture
async def desk(keyed: Desk) -> AsyncIterator[Desk]:
    yield keyed
    await keyed.leave()


def where(operator: Operator) -> Locator:
    return operator.page.get_by_role("region", name="Where it is")


async def reads(operator: Operator, text: str) -> None:
    """Wait until the run says so."""
    says = where(operator).locator("p[role=status]")
    await expect(says).to_contain_text(text, timeout=PATIENCE_MS)


async def act(operator: Operator, name: str, why: str) -> None:
    """Press an act of a run, say why, and confirm it."""
    await operator.press(name)
    form = operator.page.get_by_role("form", name=name)
    await form.get_by_label("Reason").fill(why)
    await form.get_by_role("button", name=name).click()
    await expect(form).to_have_count(0)


async def plan(operator: Operator, reason: str, found_by: str = "") -> None:
    """Plan a run at a row a second of what does not rest for weeks; look at what it would do."""
    classes = operator.page.get_by_role("group", name="What is made anew")
    for name in LEFT_OUT:
        await classes.get_by_role("checkbox", name=name).uncheck()
    if found_by:
        await operator.page.get_by_role("radio", name=found_by).check()
    await operator.fill("Reason", reason)
    await operator.page.get_by_label("Rows a second, at most").fill("1")
    await operator.press("See what it would do")
    await operator.sees("Registration stays open, and nothing people do is interrupted: 0 seconds.")


async def test_one_leads_an_upgrade_two_end_it_and_a_stranger_checks_its_report(
    desk: Desk, tmp_path: Path
) -> None:
    owner = await desk.enter("owner", bypass_csp=True)
    await owner.go("admin#/upgrades/plan")
    await plan(owner, REASON, "Also by what looks the same")
    assert await complaints(owner.page) == []
    await owner.press("Begin the upgrade")
    await act(owner, "Pause", "Lunch.")
    await reads(owner, "Paused at")
    await expect(where(owner).get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    await act(owner, "Go on", "Back again.")
    await owner.press("Rate: at most 1/s")
    await owner.page.get_by_label("Rows a second, at most").fill("")
    await owner.press("Set the rate")
    await expect(owner.button("Rate: by itself")).to_be_visible()
    await reads(owner, "Two operators retire the old keys.")
    merged = owner.page.get_by_role("region", name="Merge report")
    await expect(merged).to_contain_text("So far nobody looks the same", timeout=PATIENCE_MS)
    progress = owner.page.get_by_role("region", name="Progress")
    for one in await progress.get_by_role("progressbar").all():
        assert await one.get_attribute("value") == await one.get_attribute("max")
    assert await complaints(owner.page) == []

    second = await desk.enter("owner", bypass_csp=True, viewport=PHONE)
    address = owner.page.url.partition("#")[2]
    await second.go(f"admin#{address}")
    for name, says in (
        ("Retire the old keys", "after that two operators may destroy them"),
        ("Destroy the old keys", "It is done."),
    ):
        await act(owner, name, "It is verified.")
        await expect(where(owner)).to_contain_text("Another operator has to agree.")
        await expect(owner.button(name)).to_have_count(0)
        await expect(where(second)).to_contain_text(f"{owner.name} asked for “{name}”")
        await act(second, f"Agree as the second person: {name}", "I looked, too.")
        await reads(second, says)
        await reads(owner, says)
    assert await complaints(second.page) == []

    async with owner.page.expect_download() as downloaded:
        await owner.page.get_by_role("link", name="Download the file").click()
    file = tmp_path / "report.json"
    await (await downloaded.value).save_as(file)
    async with httpx.AsyncClient(base_url=desk.base) as client:
        keys = tmp_path / "keys.json"
        keys.write_text((await client.get("/.well-known/teahouse-keys.json")).text)
    code, said, _ = await run("upgrade", "verify-report", str(file), "--key", str(keys))
    assert (code, "right" in said) == (0, True), said
    file.write_text(file.read_text().replace(WHY, f"{WHY}."))
    code, said, _ = await run("upgrade", "verify-report", str(file), "--key", str(keys))
    assert (code, "NOT RIGHT" in said) == (1, True), said

    async with owner.context.expect_page() as opened:
        await owner.page.get_by_role("link", name="Read it").click()
    page = await opened.value
    await expect(page.locator("main")).to_contain_text(WHY)
    await expect(page.locator("main")).not_to_contain_text(REASON)
    await expect(page.locator("main")).to_contain_text("The upgrade is complete")
    assert await complaints(page) == []


async def test_an_upgrade_is_given_up_and_says_so(desk: Desk) -> None:
    owner = await desk.enter("owner", viewport=PHONE, bypass_csp=True)
    owner.page.set_default_timeout(PATIENCE_MS)
    await owner.go("admin#/upgrades/plan")
    await plan(owner, "Begun by mistake.")
    await owner.press("Keep it as a plan")
    await reads(owner, "It has not begun.")
    await act(owner, "Begin", "Now.")
    await expect(owner.button("Pause")).to_be_visible()
    await act(owner, "Abort", "It was a mistake.")
    await reads(owner, "It was ended before it was done.")
    await expect(where(owner)).to_contain_text("Aborted")
    assert await complaints(owner.page) == []


async def test_a_leak_is_counted_told_of_and_closed(desk: Desk) -> None:
    owner = await desk.enter("owner", bypass_csp=True)
    await owner.place("Leaks")
    await owner.press("Open it and count")
    await owner.sees("This is needed.")
    await owner.fill("Case", "A lost disk")
    await owner.page.get_by_label("Data could be read from").fill("2026-01-01T00:00")
    await owner.page.get_by_label("until", exact=True).fill("2036-01-01T00:00")
    await owner.press("Open it and count")
    case = owner.page.get_by_role("region", name="A lost disk")
    status = case.get_by_role("status")
    await expect(status).to_contain_text("Nobody has been told yet.", timeout=PATIENCE_MS)
    await owner.press("Show the accounts")
    affected = owner.page.get_by_role("region", name="Who is affected")
    await expect(affected.get_by_role("row").nth(1)).to_be_visible()
    notice = owner.page.get_by_role("region", name="As it will be read")
    await expect(notice).to_contain_text("It still lacks")
    assert await complaints(owner.page) == []
    words = owner.page.get_by_role("form", name="What the notices say")
    for area in await words.get_by_role("textbox").all():
        await area.fill("Somebody took a disk.")
    await words.get_by_role("button").click()
    await expect(notice).not_to_contain_text("It still lacks")
    await owner.press("The authority was told")
    await owner.press("The authority was told")
    await expect(case).to_contain_text("told ")
    await owner.press("Tell the people")
    await owner.press("Tell the people")
    await expect(status).to_contain_text("People have been told.", timeout=PATIENCE_MS)
    async with owner.context.expect_page() as opened:
        await case.get_by_role("link", name="The page everybody can read").click()
    page = await opened.value
    await expect(page.locator("main")).to_contain_text("Somebody took a disk.")
    assert await complaints(page) == []
    await owner.press("Ask to read contacts")
    await expect(affected).to_contain_text("A second operator has to agree.")
    second = await desk.enter("owner")
    await second.go(f"admin#{owner.page.url.partition('#')[2]}")
    await second.press("Agree as the second person")
    await expect(second.page.get_by_role("region", name="Who is affected")).to_contain_text(
        "Contacts can be read until"
    )
    await owner.press("Close the case")
    await owner.press("Close the case")
    await expect(status).to_contain_text("Closed.")


async def test_the_key_of_notices_is_changed_and_the_old_one_revoked(desk: Desk) -> None:
    registrar = await desk.enter("registrar")
    await registrar.go("admin#/notices")
    await registrar.sees("Only owners change or revoke keys.")
    owner = await desk.enter("owner", viewport=PHONE, bypass_csp=True)
    await owner.go("admin#/notices")
    keys = owner.page.get_by_role("region", name="Keys that sign")
    old = await keys.locator("code").first.inner_text()
    await owner.press("Change the key")
    await owner.press("Change the key")
    await expect(keys.get_by_role("status")).to_contain_text("signs now.")
    await expect(keys.locator("code").nth(1)).to_have_text(old)
    await owner.press(f"Revoke the key {old}")
    form = keys.get_by_role("form", name=f"Revoke the key {old}")
    await form.get_by_role("button", name="Revoke").click()
    await expect(form).to_contain_text("Say why.")
    assert await complaints(owner.page) == []
    await form.get_by_label("Reason").fill("A back-up was lost.")
    await form.get_by_role("button", name="Revoke").click()
    await expect(keys.get_by_role("row").nth(2)).to_contain_text("Revoked: not believed since")
    await expect(owner.button(f"Revoke the key {old}")).to_have_count(0)
    await owner.go("admin#/notices")
    history = owner.page.get_by_role("region", name="Public history")
    await expect(history).to_contain_text("chain and signatures are right")
    await expect(history).to_contain_text("Key revoked")
