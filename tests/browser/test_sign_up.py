"""Signing up: the gate's notice before any question about the person, the steps, the refusals."""

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import Arrive
from tests.browser.operators import SUSPENSION, Desk
from tests.browser.people import Person


async def arrived(desk: Desk, **options: str) -> Person:
    return await Person.arrive(desk.browser, desk.base, **options)


async def begin(person: Person, region: str, door: str = "Phone number") -> None:
    await person.agree()
    await person.press("Make an account")
    await person.page.get_by_text(door, exact=True).click()
    await person.page.get_by_text(region, exact=True).click()
    await person.press("Continue")


@pytest.fixture
async def suspended(desk: Desk) -> Desk:
    """A house whose gate is closed for people in mainland China."""
    operator = await desk.sit()
    await desk.open_all(operator.page)
    await desk.ask(operator.page, "POST", "/gate/policies", SUSPENSION)
    return desk


async def test_a_closed_gate_says_why_before_it_asks_anything(suspended: Desk) -> None:
    person = await arrived(suspended)
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    person.page.on("request", note)
    await begin(person, "Mainland China")
    await person.sees("New accounts are not open now")
    await person.sees(SUSPENSION["reason"]["en"])
    for words in (
        "《网络安全法》, 第二十一条, 网安 2026-7",
        "What still works",
        SUSPENSION["contact"],
    ):
        await person.sees(words)
    asked = [one for one in sent if "/api/v1/registrations" in one.url]
    assert len(asked) == 1
    assert asked[0].post_data_json == {
        "account_class": "personal", "door": "phone", "service_region": "cn-mainland",
    }  # fmt: skip
    await person.press("中文")
    await person.sees(SUSPENSION["reason"]["zh"])
    await person.go("#/registration")
    await person.sees(SUSPENSION["reason"]["zh"])
    await person.leave()


async def test_a_mainland_number_meets_the_notice_by_any_region(suspended: Desk) -> None:
    person = await arrived(suspended)
    await begin(person, "International")
    await person.consent()
    await person.fill("Phone number", "+8613800138000")
    await person.press("Send the code")
    await person.sees(SUSPENSION["reason"]["en"])
    await person.press("Choose differently")
    await person.press("Continue")
    await person.consent()
    await person.fill("Phone number", "+447700900123")
    await person.press("Send the code")
    await person.fill("Code", await person.code_for("+447700900123"))
    await person.press("Check the code")
    await person.fill("Username", "harbour")
    await person.press("Make the account")
    await person.page.get_by_role("heading", name="No chats yet").wait_for()
    await person.leave()


async def test_a_wrong_code_and_a_taken_name_can_be_put_right(arrive: Arrive) -> None:
    first = await (await arrive()).sign_up("Ada")
    taken = (await first.user_id())[1:].split(":")[0]
    person = await arrive()
    await begin(person, "International", "E-mail")
    await person.consent()
    await person.fill("E-mail", "second@a.example")
    await person.press("Send the code")
    right = await person.code_for("second@a.example")
    await person.fill("Code", "000000" if right != "000000" else "000001")
    await person.press("Check the code")
    await person.sees("This code is wrong or has expired")
    await person.fill("Code", right)
    await person.press("Check the code")
    await person.fill("Username", taken)
    await person.press("Make the account")
    await person.sees("This name is taken")
    await person.fill("Username", "secondguest")
    await person.press("Make the account")
    await person.page.get_by_role("heading", name="No chats yet").wait_for()


async def test_a_code_that_cannot_be_sent_again_says_why(arrive: Arrive) -> None:
    person = await arrive()
    await begin(person, "International", "E-mail")
    await person.consent()
    await person.fill("E-mail", "twice@a.example")

    async def hurry(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(status=200, json={**await answer.json(), "resend_after_seconds": 0})

    async def refuse(route: Route) -> None:
        await route.fulfill(status=429, json={"code": "accounts.too_many_codes"})

    await person.page.route("**/contact", hurry)
    await person.press("Send the code")
    await person.page.route("**/contact", refuse)
    await person.press("Send another code")
    await person.sees("A code was sent a moment ago")


async def test_a_gate_that_closes_on_the_way_shows_its_notice(desk: Desk) -> None:
    operator = await desk.sit()
    await desk.open_all(operator.page)
    person = await arrived(desk)
    await begin(person, "Mainland China")
    await person.consent()
    await person.fill("Phone number", "+8613800138001")
    await person.press("Send the code")
    code = await person.code_for("+8613800138001")
    await desk.ask(operator.page, "POST", "/gate/policies", SUSPENSION)
    await person.fill("Code", code)
    await person.press("Check the code")
    await person.fill("Username", "midway")
    await person.press("Make the account")
    await person.sees(SUSPENSION["reason"]["en"])
    await person.leave()


async def test_a_locked_person_is_told_so_and_goes_on_when_let_go(desk: Desk) -> None:
    operator = await desk.sit()
    await desk.open_all(operator.page)
    person = await (await arrived(desk)).sign_up("Ada")
    found = await desk.ask(operator.page, "GET", f"/accounts?search={await person.user_id()}")
    account = f"/accounts/{found['accounts'][0]['account_id']}"
    await desk.ask(operator.page, "POST", f"{account}/lock", {"reason": "a test"})
    await person.go("#/chats")
    await person.sees("This account is locked. Ask the operator why")
    await desk.ask(operator.page, "POST", f"{account}/unlock", {"reason": "the test is over"})
    await person.go("#/chats")
    await person.page.get_by_role("heading", name="No chats yet").wait_for()
    await person.leave()


async def test_an_official_account_says_who_speaks_and_is_reviewed(desk: Desk) -> None:
    operator = await desk.sit()
    await desk.open_all(operator.page)
    person = await arrived(desk)
    await person.agree()
    await person.press("Make an account")
    await person.page.get_by_text("An official account", exact=True).click()
    await person.page.get_by_text("E-mail", exact=True).click()
    await person.press("Continue")
    await person.press("I agree")
    await person.fill("E-mail", "office@a.example")
    await person.press("Send the code")
    await person.fill("Code", await person.code_for("office@a.example"))
    await person.press("Check the code")
    await person.fill("Name of the account", "Harbour Tea News")
    await person.fill("Registered name of the subject", "Harbour Tea Ltd")
    await person.fill("Licence or register number", "HT-1")
    await person.fill("Issued by", "Companies House")
    await person.press("Continue")
    await person.fill("Username", "harbourtea")
    await person.press("Make the account")
    await person.sees("Everything is in and is being reviewed")
    waiting = (await desk.ask(operator.page, "GET", "/approvals"))["requests"]
    ids = [one["request_id"] for one in waiting]
    verdict = {"request_ids": ids, "decision": "approve", "template": "checked"}
    await desk.ask(operator.page, "POST", "/approvals/decisions", verdict)
    await person.page.reload()
    await person.press("Finish signing up")
    await person.fill("Username", "harbourtea")
    await person.press("Make the account")
    await expect(person.page.get_by_role("heading", name="No chats yet")).to_be_visible()
    await person.leave()
