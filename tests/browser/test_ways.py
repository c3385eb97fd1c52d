"""Somebody who was brought in takes the account; an official account changes its name by a review."""

from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator, code
from tests.browser.people import PASSWORD, PHONE, Person

FILE = """username,display_name,phone,email
brought1,An,,brought1@a.example
brought2,Bo,,brought2@a.example
"""


async def link_for(person: Person, contact: str) -> str:
    """Return where the newest message to a contact leads."""
    while True:
        path = f"{person.base}/api/v1/test/codes"
        answer = await person.context.request.get(path, params={"to": contact})
        links = (await answer.json())["links"]
        if links:
            return str(links[-1]).partition("/#/")[2]


async def test_people_are_brought_in_and_told(desk: Desk) -> None:
    operator = await desk.enter("owner")
    await desk.open_all(operator.page)
    await operator.place("Imports")
    await operator.fill("Or paste its contents", FILE)
    await operator.fill("Name of this import", "Autumn")
    await operator.press("Dry run")
    await operator.sees("2 of 2 rows can be brought in.")
    await operator.sees("Test mode: nothing leaves")
    assert await complaints(operator.page) == []
    await operator.press("Bring in 2 accounts")
    await operator.sees("2 told, 0 still to be told, 0 could not be told")
    first = await Person.arrive(desk.browser, desk.base, viewport=PHONE)
    await first.agree()
    await first.go(f"#/{await link_for(first, 'brought1@a.example')}")
    await first.sees("@brought1:")
    assert await complaints(first.page) == []
    await first.fill("New password", PASSWORD)
    await first.press("Take it")
    await first.page.get_by_role("heading", name="No chats yet").wait_for()
    await first.leave()
    second = await Person.arrive(desk.browser, desk.base, locale="zh-CN")
    await second.go()
    await second.press("同意")
    place = await link_for(second, "brought2@a.example")
    await second.go(f"#/{place}")
    await second.press("不要此账号")
    await second.sees("账号和其中的全部内容会立即删除")
    assert await complaints(second.page) == []
    await second.press("不要此账号")
    await second.sees("账号已删除")
    await second.go(f"#/{place}")
    await second.sees("此链接已失效")
    await second.leave()
    await operator.place("Gate")
    await operator.place("Imports")
    await operator.sees("1 took their account, 1 declined")


async def registered(operator: Operator, desk: Desk) -> Person:
    """Register an official account by the pages, and have it approved."""
    person = await Person.arrive(desk.browser, desk.base, viewport=PHONE)
    await person.agree()
    await person.press("Make an account")
    await person.page.get_by_text("An official account", exact=True).click()
    await person.page.get_by_text("E-mail", exact=True).click()
    await person.press("Continue")
    await person.press("I agree")
    await person.fill("E-mail", "paper@a.example")
    await person.press("Send the code")
    await person.fill("Code", await person.code_for("paper@a.example"))
    await person.press("Check the code")
    await person.fill("Name of the account", "The Daily Leaf")
    await person.fill("Registered name of the subject", "Leaf Ltd")
    await person.fill("Licence or register number", "01234567")
    await person.fill("Issued by", "Companies House")
    await person.press("Continue")
    await person.fill("Username", "leaf")
    await person.press("Make the account")
    await person.sees("Everything is in and is being reviewed")
    waits = (await desk.ask(operator.page, "GET", "/approvals"))["requests"]
    ids = [one["request_id"] for one in waits if one["account_class"] == "official"]
    yes = {"request_ids": ids, "decision": "approve", "template": "checked"}
    await desk.ask(operator.page, "POST", "/approvals/decisions", yes)
    await person.page.reload()
    await person.press("Finish signing up")
    await person.fill("Username", "leaf")
    await person.press("Make the account")
    await person.page.get_by_role("heading", name="No chats yet").wait_for()
    return person


async def test_an_official_account_is_renamed_by_a_review(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    await desk.open_all(operator.page)
    person = await registered(operator, desk)
    await person.go("#/me/official")
    await person.press("Propose a change")
    await person.fill("Name of the account", "The Evening Leaf")
    assert await complaints(person.page) == []
    await person.press("Send for review")
    await person.sees("It is being reviewed.")
    await expect(person.page.get_by_text("The Daily Leaf")).to_be_visible()
    await operator.place("Approvals")
    changes = operator.page.get_by_role("region", name="Changes of official accounts")
    await changes.get_by_role("button", name="Look at").click()
    await operator.press("Compare (audited)")
    await operator.fill(
        "Your authenticator's code once more, to read what is sensitive", code(operator.secret, 1)
    )
    await operator.press("Continue")
    await operator.sees("The Daily Leaf")
    await operator.sees("The Evening Leaf")
    assert await complaints(operator.page) == []
    await changes.get_by_role("button", name="Decide").click()
    await operator.sees("No change is here.")
    await person.page.reload()
    await person.sees("Your last change was approved and is in force.")
    await expect(person.page.get_by_text("The Evening Leaf")).to_be_visible()
    await person.leave()
