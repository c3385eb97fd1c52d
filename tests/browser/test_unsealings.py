"""A minor's record is opened by two at the console, and the family sees that it was [L-M34]."""

import pytest
from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator
from tests.browser.people import PHONE, Person
from tests.browser.test_minors import proved

pytestmark = [pytest.mark.timeout(300)]

SHUT = "This is a minor."
LOOKS = "Looks at this data by who runs the house"


async def family(desk: Desk) -> tuple[Person, Person]:
    """Return a guardian, and a child of thirteen."""
    ann = await (await desk.sit(bypass_csp=True)).sign_up("Ann")
    tom = await (await desk.sit(viewport=PHONE, bypass_csp=True)).sign_up("Tom")
    await tom.go("#/me/family")
    await tom.page.get_by_text("Ask somebody to be your guardian").first.click()
    await tom.fill("Your guardian's name here", await ann.user_id())
    await tom.press("Ask somebody to be your guardian")
    await tom.sees("asked, not answered yet")
    await ann.go("#/me/family")
    await ann.press("Agree")
    await ann.page.get_by_label("The child's month of birth").fill("2013-06")
    await proved(ann)
    await ann.button("Night and spending").wait_for()
    return ann, tom


async def answered(operator: Operator, act: str, why: str) -> None:
    """Take a step with its reason."""
    await operator.press(act)
    form = operator.page.get_by_role("form", name=act)
    await form.get_by_label("Reason").fill(why)
    await form.get_by_role("button", name=act).click()
    await expect(form).to_have_count(0)


async def test_l_m34_a_record_is_opened_by_two_and_the_family_sees_it(desk: Desk) -> None:
    ann, tom = await family(desk)
    first, second = [await desk.enter("moderator", bypass_csp=True) for _ in range(2)]
    search = f"/accounts?search={(await tom.user_id()).partition(':')[0][1:]}"
    (found,) = (await desk.ask(first.page, "GET", search))["accounts"]
    account = f"admin#/accounts/{found['account_id']}"
    await first.go(account)
    await first.sees(SHUT)
    assert await complaints(first.page) == []
    await first.page.get_by_role("link", name="Ask to look").click()
    form = first.page.get_by_role("form", name="Ask to look at this record")
    await form.get_by_label("What for").select_option("danger")
    await expect(form.get_by_role("checkbox")).to_have_count(1)
    await form.get_by_label("What for").select_option("case")
    await expect(form.get_by_role("checkbox")).to_have_count(0)
    await form.get_by_label("Reason").fill("A report says that somebody waits for him at school.")
    await form.get_by_role("button", name="Ask", exact=True).click()
    await first.sees("Waits for a second person")
    await expect(first.button("Agree")).to_have_count(0)
    assert await complaints(first.page) == []
    await second.place("Minors' records")
    await answered(second, "Agree", "The report says so.")
    await second.sees("Nobody has looked.")
    assert await complaints(second.page) == []
    await first.go(account)
    await expect(first.page.get_by_text(SHUT)).to_have_count(0)
    await (
        first.page.get_by_role("region", name="Sessions")
        .or_(first.page.get_by_role("heading", level=1))
        .first.wait_for()
    )
    for person in (tom, ann):
        await person.go("#/me/family")
        await person.page.get_by_text(LOOKS).click()
        await person.sees("Two persons agreed.")
        await person.sees("A report or a case")
        assert await complaints(person.page) == []
    await second.go(f"admin#/unsealings/{found['account_id']}")
    await second.sees("Looks")
    await expect(second.page.get_by_text("Nobody has looked.")).to_have_count(0)
