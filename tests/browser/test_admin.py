"""The operators' console: the gate through the wizard, roles, accounts, audit."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.looking import complaints
from tests.browser.operators import PASSWORD, SUSPENSION, Desk, Operator, code, held_token, set_up
from tests.browser.people import Person

REASON_ZH = "正在更换加密密钥，期间暂停注册。"
REASON_EN = "Encryption keys are being changed; sign-up pauses meanwhile."
NECESSITY = "Re-keying the unique index needs it; one door alone would let duplicates in."


def cell(page: Page, region: str, kind: str, door: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{region}, {kind}, {door}: "))


async def choose(operator: Operator, group: str, name: str, *more: str) -> None:
    """Choose one or more of a dimension of the scope."""
    within = operator.page.get_by_role("group", name=group, exact=True)
    if more or name.startswith("Every"):
        await within.get_by_role("button", name=re.compile("More than one")).click()
    for one in (name, *more):
        await within.get_by_text(one, exact=True).click()


async def suspend_mainland(operator: Operator) -> None:
    """Go through the wizard: personal and official, at every door."""
    await operator.press("Change the gate")
    await choose(operator, "Region", "Mainland China")
    await choose(operator, "Account class", "Personal", "Official")
    await choose(operator, "Door", "Every door, also those still to come")
    await operator.press("Continue")
    await operator.page.get_by_text("Suspended", exact=True).click()
    await operator.sees("Would something narrower do?")
    await operator.page.get_by_label("Keep a waiting list").check()
    await operator.press("Continue")
    await operator.press("See whom it reaches")
    await operator.sees("Say why, in Chinese.")
    await operator.fill("Reason, in Chinese", REASON_ZH)
    await operator.fill("Reason, in English", REASON_EN)
    await operator.fill("Law", "relevant laws and regulations")
    await operator.fill("Article", "1")
    await operator.fill("Technical necessity", NECESSITY)
    await operator.sees("This names no law.")  # while it is being written
    await operator.fill("Law", "Cybersecurity Law")
    await operator.fill("Article", "Article 21")
    await operator.press("See whom it reaches")


async def test_the_first_owner_comes_in_by_the_link(desk: Desk) -> None:
    """The desk's owner went through the set-up on the screen; a second one does, too."""
    owner = await desk.sit()
    link = await desk.invite(owner.page, "owner")
    await set_up(owner, link, f"owner{desk.server.port}")
    assert link.partition("#")[2] not in owner.page.url
    assert await owner.page.evaluate("localStorage.length") == 0
    assert await owner.page.evaluate("Object.keys(sessionStorage)") == ["teahouse.operator"]
    assert await owner.context.cookies() == []
    await owner.press("Sign out")
    await owner.fill("Operator's name", owner.name)
    await owner.fill("Password", PASSWORD)
    await owner.fill_code(code(owner.secret))  # it was used at the set-up
    await owner.press("Sign in")
    await owner.sees("A code works once")
    await owner.fill_code(code(owner.secret, later=1))
    await owner.press("Sign in")
    await owner.page.get_by_role("heading", name="Gate", level=1).wait_for()
    await owner.page.reload()
    await owner.page.get_by_role("heading", name="Gate", level=1).wait_for()
    again = await desk.sit()
    await again.page.goto(link)
    await again.fill("Operator's name", "somebody")
    await again.fill("Password", PASSWORD)
    await again.fill("The same password again", PASSWORD)
    await again.press("Continue")
    await again.sees("This link was used")


async def test_suspending_by_scope_and_ending_it(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    page = operator.page
    await expect(cell(page, "Mainland China", "Personal", "Phone number")).to_contain_text("Open")
    await suspend_mainland(operator)
    affected = page.get_by_role("region", name="Affected", exact=True)
    await expect(affected).to_contain_text("Mainland China · Personal")
    await expect(affected).to_contain_text("Mainland China · Official")
    await expect(affected.get_by_role("listitem")).to_have_count(2)
    untouched = page.get_by_role("region", name="Not affected")
    await expect(untouched).to_contain_text("Everyone who has an account.")
    await expect(untouched.get_by_role("listitem")).to_have_count(10)
    await operator.press("Put 2 policies in force")
    for kind in ("Personal", "Official"):
        await expect(cell(page, "Mainland China", kind, "E-mail")).to_contain_text("Suspended")
    await expect(cell(page, "International", "Personal", "E-mail")).to_contain_text("Open")
    await the_notice_meets_people(desk)
    first = page.get_by_role("article").first
    await expect(first).to_contain_text("People may leave a contact and wait")
    await first.get_by_role("button", name="End", exact=True).click()
    await first.get_by_role("button", name="End", exact=True).click()
    await operator.sees("Say why.")
    await operator.fill("Reason", "The order was withdrawn for this class")
    await first.get_by_role("button", name="End", exact=True).click()
    await expect(page.get_by_role("article")).to_have_count(1)
    await operator.press("Undo this")
    await operator.fill("Reason", "The upgrade is verified")
    await operator.press("Undo this")
    await operator.sees("1 policy has ended.")
    await expect(cell(page, "Mainland China", "Official", "E-mail")).to_contain_text("Open")
    await operator.place("History")
    await operator.sees("The upgrade is verified")
    await operator.place("Audit")
    rows = page.get_by_role("row")
    await expect(rows.filter(has_text="Gate policy set").first).to_be_visible()
    await expect(rows.filter(has_text="The upgrade is verified")).to_have_count(1)
    await operator.press("Verify the chain")
    await operator.sees("The chain is whole")


async def the_notice_meets_people(desk: Desk) -> None:
    """Somebody who would sign up reads why not, before being asked for anything."""
    for locale, agree, words in (
        ("en-GB", "I agree", ("Mainland China", "Continue", REASON_EN)),
        ("zh-CN", "同意", ("中国大陆", "继续", REASON_ZH)),
    ):
        region, go_on, reason = words
        person = await desk.sit(locale=locale)
        await person.go("#/sign-up")
        await person.press(agree)
        await person.go("#/sign-up")
        await person.page.get_by_text(region, exact=True).click()
        await person.press(go_on)
        await person.sees(reason)
        await person.sees("Cybersecurity Law")


async def test_an_auditor_reads_and_changes_nothing(desk: Desk) -> None:
    auditor = await desk.enter("auditor")
    await desk.ask(auditor.page, "POST", "/gate/policies", SUSPENSION)
    page = auditor.page
    await page.reload()
    await auditor.sees("Acts here need the role Owner or Registrar. You are Auditor")
    await expect(auditor.button("Change the gate")).to_be_disabled()
    await expect(auditor.button("End").first).to_be_disabled()
    await auditor.place("Operators")
    await expect(auditor.button("Make a set-up link")).to_be_disabled()
    await auditor.place("Invites")
    await expect(auditor.button("Make an invitation")).to_be_disabled()
    token = await held_token(auditor)
    refused = await page.context.request.post(
        f"{desk.base}/api/v1/operator/gate/policies",
        headers={"Authorization": f"Bearer {token}"},
        data=SUSPENSION,
    )
    assert (refused.status, (await refused.json())["code"]) == (403, "operators.role")
    await desk.open_all(page)
    moderator = await desk.enter("moderator")
    await moderator.place("Operators")
    await moderator.sees("Acts here need the role Owner or Auditor. You are Moderator")


async def test_a_moderator_finds_locks_and_signs_out(desk: Desk) -> None:
    moderator = await desk.enter("moderator")
    ada = await Person.arrive(desk.browser, desk.base)
    await ada.sign_up("Ada")
    user_id = await ada.user_id()
    await moderator.place("Accounts")
    await moderator.fill("Find an account", user_id)
    await moderator.press("Search")
    await moderator.page.get_by_role("link", name=user_id).click()
    await expect(moderator.page.get_by_text("@a.example")).to_be_visible()
    await moderator.page.get_by_role("button", name=re.compile("^Sign out .+")).click()
    row = moderator.page.get_by_role("row")
    await row.get_by_role("button", name="Sign out", exact=True).click()
    await moderator.sees("Nobody is signed in.")
    await moderator.press("Lock")
    await moderator.fill("Reason", "sells tea that is not tea")
    await moderator.press("Lock")
    await expect(moderator.page.get_by_role("link", name="A case", exact=True)).to_be_visible()
    await moderator.press("Unlock")
    await moderator.fill("Reason", "it was tea after all")
    await moderator.press("Unlock")
    await expect(moderator.button("Suspend")).to_be_visible()
    await moderator.page.get_by_role("link", name="What was done with it").click()
    rows = moderator.page.get_by_role("row")
    await expect(rows.filter(has_text="Account unlocked")).to_have_count(1)
    await expect(rows.filter(has_text="sells tea that is not tea")).to_have_count(1)
    await ada.context.close()


async def test_an_owner_invites_and_disables(desk: Desk) -> None:
    owner = await desk.enter("owner")
    await owner.place("Operators")
    await owner.press("Make a set-up link")
    await owner.sees(f"{desk.base}/admin/setup#")
    other = await desk.enter("moderator")
    await owner.page.reload()
    await owner.press(f"Disable {other.name}")
    await owner.press("Disable for good")
    row = owner.page.get_by_role("row").filter(has_text=other.name)
    await expect(row).to_contain_text("Disabled")
    await other.page.get_by_role("link", name="Accounts", exact=True).click()
    await other.sees("Your session is over")  # at the next page, which asks for the news
    await owner.place("Invites")
    await owner.fill("What for", "spring guests")
    await owner.press("Make an invitation")
    await owner.sees("it is shown this once")
    await owner.press("Take back spring guests")
    await owner.press("Take back")
    await owner.sees("Taken back")


async def test_the_grid_and_the_wizard_by_keyboard(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    page, keys = operator.page, operator.page.keyboard
    await cell(page, "Mainland China", "Personal", "Phone number").wait_for()
    for _ in range(20):
        await keys.press("Tab")
        if await page.evaluate("document.activeElement.closest('table') !== null"):
            break
    await expect(cell(page, "Mainland China", "Personal", "Phone number")).to_be_focused()
    await keys.press("ArrowRight")
    await keys.press("ArrowDown")
    await expect(cell(page, "Mainland China", "Official", "E-mail")).to_be_focused()
    await keys.press("Control+End")
    await keys.press("Home")
    await keys.press("PageUp")
    await keys.press("ArrowRight")
    await keys.press("Enter")
    region = page.get_by_role("region", name="What holds for the chosen scope")
    await expect(region).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")  # change this scope
    await operator.sees("This is the narrowest scope there is.")
    await page.get_by_label("Official", exact=True).focus()
    await keys.press("Enter")  # the chosen scope is right as it is
    await operator.sees("From mild to strict")
    await expect(page.get_by_role("heading", name="How far", level=2)).to_be_focused()
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Enter")
    await operator.press("See whom it reaches")
    await operator.sees("1 of ")
    await expect(operator.button("Put 1 policy in force")).to_be_visible()


async def test_quiet_hours_are_chosen_kept_and_taken_away(desk: Desk) -> None:
    owner = await desk.enter("owner", bypass_csp=True)
    await owner.go("admin#/house")
    card = owner.page.get_by_role("region", name="Quiet hours of security upgrades")
    await expect(card).to_contain_text("There are none")
    await owner.button("Add quiet hours").press("Enter")
    await expect(card.get_by_label("From")).to_be_focused()
    await card.get_by_label("Until").fill("18:00")
    await card.get_by_label("Whose day it is").select_option("Asia/Shanghai")
    await card.get_by_role("button", name="Save").click()
    await expect(card).to_contain_text("up to eight stretches")
    await card.get_by_label("Until").fill("23:30")
    await card.get_by_role("button", name="Save").click()
    await expect(card.get_by_role("status")).to_have_text("Saved. It holds on every worker.")
    assert await complaints(owner.page) == []
    await owner.page.reload()
    await expect(card.get_by_label("Until")).to_have_value("23:30")
    await expect(card.get_by_label("Whose day it is")).to_have_value("Asia/Shanghai")
    await owner.button("Remove 18:00–23:30").press("Enter")
    await expect(owner.button("Add quiet hours")).to_be_focused()
    await card.get_by_role("button", name="Save").click()
    await expect(card.get_by_role("status")).to_have_text("Saved. It holds on every worker.")
    await owner.place("Audit")
    await expect(owner.page.get_by_role("row").nth(1)).to_contain_text("Quiet hours")
