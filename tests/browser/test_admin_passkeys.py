"""Operators with a passkey as their second factor, and with recovery codes."""

import re

from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import PASSWORD, Desk, Operator
from tests.browser.test_passkeys import authenticator


async def sit_at_name(desk: Desk) -> Operator:
    """Open a browser for an operator at a name: an address can have no passkeys."""
    named = desk.base.replace("127.0.0.1", "localhost")
    operator = await Operator.arrive(desk.browser, named, bypass_csp=True)
    assert isinstance(operator, Operator)
    desk.operators.append(operator)
    return operator


async def sign_out(operator: Operator) -> None:
    await operator.press("Sign out")
    await operator.fill("Operator's name", operator.name)
    await operator.fill("Password", PASSWORD)


async def in_console(operator: Operator) -> None:
    await operator.page.get_by_role("heading", name="Gate", level=1).wait_for()


async def test_a_passkey_and_recovery_codes_let_an_operator_in(desk: Desk) -> None:
    operator = await sit_at_name(desk)
    page = operator.page
    await authenticator(operator)
    operator.name = f"key{desk.server.port}"
    link = await desk.invite(page, "registrar")
    await page.goto(link.replace("127.0.0.1", "localhost"))
    await operator.fill("Operator's name", operator.name)
    await operator.fill("Password", PASSWORD)
    await operator.fill("The same password again", PASSWORD)
    await operator.press("Continue")
    await operator.sees("Add a passkey here, or scan this")
    assert await complaints(page) == [], "either"
    await operator.press("Use a passkey")
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(8)
    first = await codes.first.inner_text()
    assert re.fullmatch(r"([a-z0-9]{4} ?){4}", first)
    assert await complaints(page) == [], "codes"
    await operator.press("I have kept them")
    await in_console(operator)
    held = await page.evaluate("sessionStorage.getItem('teahouse.operator')")
    assert first.replace(" ", "") not in held
    await sign_out(operator)
    await page.get_by_text("Passkey", exact=True).click()
    await operator.press("Sign in")
    await in_console(operator)
    await operator.place("Your sign-in")
    await operator.sees("No authenticator is connected")
    await operator.fill("Password", "not the password")
    await page.get_by_role("button", name=re.compile("^Remove ")).click()
    await operator.sees("The name, the password or the code is not right.")
    await operator.fill("Password", PASSWORD)
    await page.get_by_role("button", name=re.compile("^Remove ")).click()
    await operator.sees("Without this you could not come in.")
    await operator.fill("Password", PASSWORD)
    await operator.press("Make new codes")
    await operator.sees("They are shown this once.")
    await operator.sees("8 are left.")
    assert await complaints(page) == [], "security"
    second = await codes.first.inner_text()
    await sign_out(operator)
    await page.get_by_text("Recovery code", exact=True).click()
    await operator.fill("Recovery code", first)  # replaced
    await operator.press("Sign in")
    await operator.sees("The name, the password or the code is not right.")
    await operator.fill("Recovery code", second)
    await operator.press("Sign in")
    await page.get_by_role("heading", name="Your sign-in", level=1).wait_for()


async def test_an_owner_requires_passkeys_only_when_nobody_is_shut_out(desk: Desk) -> None:
    owner = await desk.enter("owner")  # with an authenticator
    await owner.place("Your sign-in")
    await owner.press("Require passkeys")
    await owner.sees("Some operators have no passkey yet")
    await owner.place("Audit")
    rows = owner.page.get_by_role("row")
    await expect(rows.filter(has_text="Rule for operators set")).to_have_count(0)
