"""Operators read why somebody waits, set what each stage may do, and see who came by an invitation."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE, Person


async def sign_up(person: Person, desk: Desk, mail: str, name: str, **start: Any) -> int:
    """Register by e-mail through the API; return what became of it."""
    request, place = person.context.request, f"{desk.base}/api/v1/registrations"
    asked = {"door": "email", "service_region": "intl"} | start
    begun = await (await request.post(place, data=asked)).json()
    path = f"{place}/{begun['registration_id']}"
    answer = {"policy_version": begun["policy_version"], "lang": "en"}
    await request.post(f"{path}/consent", data=answer)
    await request.post(f"{path}/contact", data={"kind": "email", "value": mail})
    await request.post(f"{path}/code", data={"code": await person.code_for(mail)})
    return (await request.post(f"{path}/finish", data={"username": name})).status


async def test_why_somebody_waits_is_read_in_words(desk: Desk) -> None:
    operator = await desk.enter("moderator", viewport=PHONE)
    page = operator.page
    await desk.open_all(page)
    listed = {"what": "odd.example", "action": "hold", "reason": "A person looks."}
    await desk.ask(page, "POST", "/screening/domains", listed)
    rule = "/screening/rules/lists"
    await desk.ask(page, "PUT", rule, {"mode": "on", "amount": 0})
    try:
        assert await sign_up(operator, desk, "odd@odd.example", "oddone") == 403
        await operator.place("Approvals")
        await operator.sees("It is on a list of the operators: a person looks first.")
        assert await complaints(page) == []
        await operator.press("中文")
        await operator.sees("在运营者的名单上：先由人查看。")
    finally:
        await desk.ask(page, "PUT", rule, {"mode": "watch", "amount": 0})
        await desk.ask(page, "DELETE", "/screening/domains/odd.example")


@pytest.mark.parametrize("phone", [False, True])
async def test_limits_are_previewed_and_put_in_force(desk: Desk, phone: bool) -> None:
    operator = await desk.enter("registrar", **({"viewport": PHONE} if phone else {}))
    page = operator.page
    before = await desk.ask(page, "GET", "/standing/rules")
    try:
        await operator.place("Stages")
        field = page.get_by_label("Searches for people · New", exact=True)
        await expect(field).to_have_value("30")
        await field.fill("12")
        await page.get_by_label("Rooms joined · Member", exact=True).fill("200")
        await operator.press("See whom it reaches")
        await operator.sees("Searches for people · New: 30 → 12")
        await operator.sees("Rooms joined · Member: no limit → 200")
        await operator.sees("Newcomers who become members at once: 0.")
        assert await complaints(page) == []
        await operator.press("Put in force")
        await operator.sees("It is in force.")
        rules = await desk.ask(page, "GET", "/standing/rules")
        assert rules["limits"]["newcomer"]["searches"] == 12
        assert rules["limits"]["newcomer"]["upload_bytes"] == 104_857_600
        assert rules["limits"]["member"] == {"joins": 200}
        await page.get_by_label("Every new account", exact=True).fill("5")
        await operator.press("中文")
        await operator.press("查看影响")
        await operator.sees("全部新账号：0 → 5")
    finally:
        await desk.ask(page, "PUT", "/standing/rules", before)


async def test_who_came_by_an_invitation_is_listed(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    page = operator.page
    await desk.open_all(page)
    body = {"label": "Guests", "uses": 3, "expires_at": "2027-10-01T00:00:00Z"}
    token = (await desk.ask(page, "POST", "/gate/invites", body))["token"]
    assert await sign_up(operator, desk, "g@a.example", "theguest", invite_token=token) == 201
    await operator.place("Invites")
    await operator.sees("1, 2 left")
    await operator.press("Who came by Guests")
    link = page.locator("table a.mono")
    await link.wait_for()
    assert await complaints(page) == []
    await link.click()
    await page.get_by_role("heading", name="@theguest:", level=1).wait_for()
    await operator.place("Invites")
    await operator.press("Take back Guests")
    await operator.press("Take back")
    await operator.sees("Taken back")
