"""A child shows a code, a guardian answers at their own screen, and the child goes on."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PASSWORD, PHONE, Person


async def waiting(child: Person, name: str) -> str:
    """Sign up as a child; return the code for the guardian."""
    await child.agree()
    await child.press("Make an account")
    await child.page.get_by_text("E-mail", exact=True).click()
    await child.press("Continue")
    ages = child.page.get_by_role("group", name="Are you 14 or older?").get_by_role("radio")
    assert [await ages.nth(one).is_checked() for one in range(2)] == [False, False]
    await child.press("I agree")
    await expect(child.page.get_by_label("E-mail", exact=True)).to_have_count(0)  # not answered
    await child.page.get_by_text("Under 14", exact=True).click()
    await child.sees("a parent or guardian is asked to agree")
    await child.press("I agree")
    await child.fill("E-mail", f"{name}@a.example")
    await child.press("Send the code")
    await child.fill("Code", await child.code_for(f"{name}@a.example"))
    await child.press("Check the code")
    await child.fill("Username", name)
    await child.press("Make the account")
    return await child.page.get_by_label("Code", exact=True).inner_text()


async def test_a_guardian_agrees_and_later_withdraws(arrive: Arrive) -> None:
    parent = await (await arrive(bypass_csp=True)).sign_up("Ann")
    child = await arrive(viewport=PHONE, bypass_csp=True)
    code = await waiting(child, "kid")
    assert await complaints(child.page) == []
    await parent.go(f"#/me/family/{code.replace('-', '').lower()}")
    await parent.sees("A child asks for your consent")
    await parent.press("Agree")
    await parent.page.get_by_label("The child's month of birth").fill("2017-03")
    assert await complaints(parent.page) == []
    await parent.fill("Password", PASSWORD)
    await parent.press("Agree")
    await parent.sees("You have agreed.")
    await child.fill("Username", "kid")  # the page went on by itself
    await child.press("Make the account")
    await child.page.get_by_role("heading", name="No chats yet").wait_for()
    await parent.go("#/me/family")
    await parent.press("Withdraw from @kid:tea.example")
    await parent.fill("Password", PASSWORD)
    await parent.press("Withdraw")
    await parent.sees("You have withdrawn.")
    await parent.press("Take it back")
    await parent.button("Withdraw from @kid:tea.example").wait_for()


async def test_a_guardian_declines_in_words(arrive: Arrive) -> None:
    parent = await (await arrive()).sign_up("Ann")
    child = await arrive()
    code = await waiting(child, "kid2")
    await parent.go("#/me/family")
    await parent.fill("Code on the child's screen", "WRONGONE")
    await parent.press("Continue")
    await parent.sees("That code is not known")
    await parent.fill("Code on the child's screen", code)
    await parent.press("Continue")
    await parent.press("Decline")
    await parent.fill("Tell the child why", "Let us talk at home first.")
    await parent.press("Decline")
    await parent.sees("The child has been told.")
    await child.sees("Let us talk at home first.")
