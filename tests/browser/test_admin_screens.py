"""Pictures of every screen of the console: `make screens`."""

import re
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.operators import SUSPENSION, Desk, Operator
from tests.browser.people import Person
from tests.browser.test_screens import LOOKS, take

INVITE = {"label": "春茶会 / Spring guests", "uses": 12, "region": "*", "account_class": "personal"}


async def speak(operator: Operator, look: str) -> None:
    """Switch the console to the look's language."""
    if look.split("-")[1] == "zh" and await operator.button("中文").count():
        await operator.press("中文")


async def furnish(desk: Desk, page: Page) -> str:
    """Make a gate worth looking at; return the id of an account to look at."""
    await desk.open_all(page)
    for kind in ("personal", "official"):
        await desk.ask(page, "POST", "/gate/policies", {**SUSPENSION, "account_class": kind})
    paced = {"state": "paced", "region": "eu", "account_class": "*", "pace_per_minute": 30}
    await desk.ask(page, "POST", "/gate/policies", {**paced, "door": "email"})
    invited = {
        **SUSPENSION,
        "state": "invite_only",
        "region": "intl",
        "account_class": "enterprise",
    }
    await desk.ask(page, "POST", "/gate/policies", invited)
    await desk.ask(page, "POST", "/gate/invites", {**INVITE, "expires_at": "2027-10-01T00:00:00Z"})
    found = (await desk.ask(page, "GET", "/accounts?search=guest"))["accounts"]
    if not found:
        wang = await Person.arrive(desk.browser, desk.base)
        await wang.sign_up("Wang")
        await wang.context.close()
        found = (await desk.ask(page, "GET", "/accounts?search=guest"))["accounts"]
    return str(found[0]["account_id"])


async def wizard(operator: Operator, look: str) -> None:
    """Take each step of the wizard, filled in."""
    page, zh = operator.page, look.split("-")[1] == "zh"
    await page.goto("about:blank")
    await operator.go("admin#/gate/change/intl/personal/phone")
    await page.get_by_role("group").nth(1).get_by_role("button").click()
    await page.get_by_text("公众号" if zh else "Official", exact=True).first.click()
    await take(page, look, "admin-wizard-1-scope")
    await operator.press("继续" if zh else "Continue")
    await page.get_by_text("暂停" if zh else "Suspended", exact=True).click()
    await take(page, look, "admin-wizard-2-measure")
    await operator.press("继续" if zh else "Continue")
    await page.get_by_label(re.compile("Reason, in Chinese|理由（中文）")).fill(
        SUSPENSION["reason"]["zh"]
    )
    await page.get_by_label(re.compile("Reason, in English|理由（英文）")).fill(
        SUSPENSION["reason"]["en"]
    )
    law = page.get_by_label(re.compile("^(Law|法律名称)$"))
    await law.fill("relevant laws and regulations")
    await page.get_by_label(re.compile("^(Article|条款)$")).fill("1")
    await page.get_by_label(re.compile("^(Technical necessity|技术必要性)")).fill(
        SUSPENSION["technical_necessity"]
    )
    await page.wait_for_timeout(900)
    await take(page, look, "admin-wizard-3-words")
    await law.fill("《网络安全法》")
    await operator.press("看影响谁" if zh else "See whom it reaches")
    await take(page, look, "admin-wizard-4-preview")


@pytest.mark.parametrize("look", LOOKS)
async def test_screens_of_the_console(desk: Desk, look: str) -> None:
    options: dict[str, Any] = LOOKS[look]
    guest = await desk.sit(**options)
    await guest.go("admin")
    await take(guest.page, look, "admin-sign-in")
    await guest.page.goto(await desk.invite(guest.page, "registrar"))
    await take(guest.page, look, "admin-set-up")
    fields = guest.page.locator("input")
    for nth, text in enumerate(
        (f"lin{desk.made}", "the lid of the gaiwan", "the lid of the gaiwan")
    ):
        await fields.nth(nth).fill(text)
    await guest.page.locator("button[type=submit]").click()
    await guest.page.locator("img").wait_for()
    await take(guest.page, look, "admin-set-up-factor")
    owner = await desk.enter("owner", **options)
    account_id = await furnish(desk, owner.page)
    await speak(owner, look)
    places = {
        "gate": "gate", "history": "history", "notices": "notices", "requests": "requests", "invites": "invites", "operators": "operators",
        "account": f"accounts/{account_id}", "audit": "audit", "live": "live",
        "adapters": "adapters", "imports": "imports", "regimes": "regimes", "house": "house", "house-set-up": "setup",
    }  # fmt: skip
    for name, place in places.items():
        await owner.go(f"admin#/{place}")
        await take(owner.page, look, f"admin-{name}")
    await owner.go("admin#/gate")
    await owner.page.locator("td button.suspended").first.click()
    await take(owner.page, look, "admin-gate-cell")
    await owner.go("admin#/accounts")
    await owner.page.locator("input").fill("guest")
    await owner.page.locator("button[type=submit]").click()
    await take(owner.page, look, "admin-accounts")
    await wizard(owner, look)
    auditor = await desk.enter("auditor", **options)
    await take(auditor.page, look, "admin-gate-auditor")
    await desk.open_all(owner.page)
