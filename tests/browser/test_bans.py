"""A ban on the screen, with every step up to it, and a number that stays out under new keys."""

import asyncio
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator
from tests.browser.people import PASSWORD, PATIENCE_MS, PHONE, Person, two_in_a_chat
from tests.browser.test_cases import opened, report, stands, take
from tests.browser.test_upgrades import LEFT_OUT, act, reads
from tests.cases.desk import step

pytestmark = [pytest.mark.timeout(420)]

NUMBER, OTHER = "+447700900417", "+447700900418"
FACTS = "It offers tea for sale among friends, after three orders to stop."
BARRED = "This number, address or sign-in belonged to an account that was banned for good"
CASES = """fetch("/api/v1/cases", { headers: { Authorization:
    "Bearer " + JSON.parse(localStorage["teahouse.session"]).accessToken } })
    .then((told) => told.json())"""


async def as_person(person: Person, method: str, path: str, body: Any = None) -> Any:
    """Make a request of a person's that must succeed."""
    answer = await person.context.request.fetch(
        f"{person.base}{path}", method=method, headers=await person.token(), data=body
    )
    assert answer.ok, f"{method} {path}: {await answer.text()}"
    return await answer.json()


async def with_number(person: Person, number: str, user: str, but: str = "") -> str:
    """Take every step of making an account by phone; return the code that it took."""
    await person.agree()
    await person.press("Make an account")
    await person.page.get_by_text("Phone number", exact=True).click()
    await person.page.get_by_text("International", exact=True).click()
    await person.press("Continue")
    await person.consent()
    await person.fill("Phone number", number)
    await person.press("Send the code")
    code = await person.code_for(number, but)
    await person.fill("Code", code)
    await person.press("Check the code")
    await person.fill("Username", user)
    await person.fill("Password (not required)", PASSWORD)
    await person.press("Make the account")
    return code


class Story:
    """A house in which Ben, who has a number, offers tea for sale to Ann."""

    def __init__(self, desk: Desk, ann: Person, ben: Person, room: str) -> None:
        self.desk = desk
        self.ann = ann
        self.ben = ben
        self.room = room
        self.code = ""

    async def reported(self, text: str) -> str:
        """Have Ben say something that Ann reports; return the case."""
        place = f"/_matrix/client/v3/rooms/{self.room}"
        body = {"msgtype": "m.text", "body": text}
        said = await as_person(self.ben, "PUT", f"{place}/send/m.room.message/{text[-1]}", body)
        body = {"reason": "Advertising", "org.teahouse.category": "spam"}
        path = f"{place}/report/{said['event_id']}"
        await as_person(self.ann, "POST", path, body)
        queue = await self.desk.ask(self.ann.page, "GET", "/cases?state=reported")
        return str(queue["cases"][0]["case_id"])

    async def obeyed(self, case_id: str) -> None:
        """Order Ben to delete, which he does: a violation that stands."""
        for name in ("verify", "order"):
            await self.desk.ask(self.ann.page, "POST", f"/cases/{case_id}/acts", step(name))
        await as_person(self.ben, "POST", f"/api/v1/cases/{case_id}/comply")

    async def until(self, state: str) -> None:
        """Wait until a case of Ben's stands so."""
        await self.ben.until(f'{CASES}.then((t) => t.cases.some((c) => c.state === "{state}"))')

    async def speaks(self) -> int:
        """Have Ben try to say something, and return the status."""
        place = f"{self.ben.base}/_matrix/client/v3/rooms/{self.room}/send/m.room.message/x"
        body = {"msgtype": "m.text", "body": "Still here"}
        request = self.ben.context.request
        return (await request.put(place, headers=await self.ben.token(), data=body)).status

    async def back(self, number: str, user: str) -> Person:
        """Have somebody try to sign up with a number in a browser of their own."""
        person = await self.desk.sit(bypass_csp=True, viewport=PHONE)
        but = self.code if number == NUMBER else ""
        code = await with_number(person, number, user, but)
        self.code = code if number == NUMBER else self.code
        return person

    async def refused(self, user: str) -> None:
        """Try to sign up with Ben's number, which is barred."""
        person = await self.back(NUMBER, user)
        await person.sees(BARRED)
        assert await complaints(person.page) == []
        assert await person.page.evaluate("localStorage.getItem('teahouse.session')") is None


async def begun(desk: Desk) -> Story:
    """Have two people sign up and talk."""
    ann = await (await desk.sit(bypass_csp=True)).sign_up("Ann")
    ben = await desk.sit(bypass_csp=True)
    code = await with_number(ben, NUMBER, "ben")
    await ben.page.get_by_role("heading", name="No chats yet").wait_for()
    story = Story(desk, ann, ben, await two_in_a_chat(ann, ben))
    story.code = code
    return story


async def order_that_is_not_met(story: Story) -> str:
    """Have an operator order Ben to delete, and the deadline go by; return the case's address."""
    desk, ben = story.desk, story.ben
    await ben.say("Tea for sale")
    await report(story.ann)
    first = await desk.enter("moderator", bypass_csp=True)
    await opened(first, await ben.user_id())
    await take(first, "Verify", FACTS)
    await take(first, "Order to delete")
    address = first.page.url.partition("#")[2]
    await ben.go("#/chats")
    await ben.page.get_by_role("link", name="Look at it").click()
    await stands(ben, "Ordered to delete")
    await first.leave()
    desk.operators.remove(first)
    await desk.let_pass(ben.page, timedelta(days=3))
    await story.until("unmet")
    return address


async def restricted_and_suspended(story: Story, second: Operator) -> None:
    """Take the two steps that an order not met leads to, of which Ben sees each."""
    ben = story.ben
    assert await story.speaks() == 200
    await take(second, "Restrict to reading")
    await stands(second, "Restricted to reading")
    assert await story.speaks() == 403
    await take(second, "Suspend the account")
    await stands(second, "Account suspended")
    await ben.go("#/chats")  # and is led to why
    await ben.sees("Your account is suspended by a case.")
    await ben.page.get_by_role("heading", name="My cases").wait_for()


async def banned(story: Story, second: Operator, pending: str) -> None:
    """Have two operators ban Ben, which is refused until his record says enough."""
    await second.press("Ban for good")
    form = second.page.get_by_role("form", name="Ban for good")
    await form.get_by_role("button", name="Ban for good").click()
    await expect(form).to_contain_text("Violations that stand: 2 of 3. Orders not met: 1 of 1.")
    await form.get_by_role("button", name="Cancel").click()
    await story.obeyed(pending)
    await take(second, "Ban for good")
    await expect(second.page.get_by_text("A permanent ban was asked for by")).to_be_visible()
    await stands(second, "Account suspended")
    await expect(second.button("Ban for good")).to_be_disabled()
    third = await story.desk.enter("moderator", bypass_csp=True)
    await third.go(f"admin#{second.page.url.partition('#')[2]}")
    await take(third, "Ban for good")
    await stands(third, "Banned for good")
    assert await complaints(third.page) == []


async def takes_it_all_away(ben: Person, address: str) -> None:
    """Read why, and take a copy of everything while banned."""
    await ben.go(f"#/me/{address.removeprefix('/')}")
    await stands(ben, "Banned for good")
    await ben.sees("You can take your data until")
    await expect(ben.page.get_by_role("region", name="Why")).to_contain_text(FACTS)
    assert await complaints(ben.page) == []
    await ben.page.get_by_role("link", name="Take a copy of my data").click()
    await ben.press("Download my data")
    await ben.fill("Password", PASSWORD)
    await ben.press("Go on")
    asked = ben.page.get_by_text("it is being made").or_(
        ben.page.get_by_text("you can download it")
    )
    await asked.wait_for()
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await ben.button("Download").is_visible():
            await ben.go("#/me/privacy")
            await asked.wait_for()
    async with ben.page.expect_download() as coming:
        await ben.press("Download")
    with zipfile.ZipFile(await (await coming.value).path()) as copy:
        told = b"".join(copy.read(name) for name in copy.namelist())
    assert b"Tea for sale" in told, "what is hidden from others is in the copy"


async def deletes_the_account(ben: Person) -> None:
    """Leave: the number is nobody's any more."""
    await ben.go("#/me/delete")
    await ben.fill("Password", PASSWORD)
    await ben.page.get_by_label("I want to delete this account").check()
    await ben.press("Delete the account")
    await ben.sees("A place to talk")


async def new_keys(desk: Desk) -> None:
    """Have two owners take an upgrade of every field and index from its plan to its end."""
    one, other = [await desk.enter("owner") for _ in range(2)]
    await one.go("admin#/upgrades/plan")
    classes = one.page.get_by_role("group", name="What is made anew")
    for name in LEFT_OUT:
        await classes.get_by_role("checkbox", name=name).uncheck()
    await one.fill("Reason", "Keys are due each year.")
    await one.press("See what it would do")
    await one.press("Begin the upgrade")
    await reads(one, "Two operators retire the old keys.")
    await other.go(f"admin#{one.page.url.partition('#')[2]}")
    for name, says in (
        ("Retire the old keys", "after that two operators may destroy them"),
        ("Destroy the old keys", "It is done."),
    ):
        await act(one, name, "It is verified.")
        await act(other, f"Agree as the second person: {name}", "I looked, too.")
        await reads(other, says)
        await reads(one, says)


async def test_r_065_u_13_a_banned_number_stays_out_under_new_keys(chromium: Browser) -> None:
    async with desk_of(chromium, upgrade_soft_days="0", deletion_grace_days="0") as desk:
        story = await begun(desk)
        for nth in range(2):
            await story.obeyed(await story.reported(f"Cups for sale {nth}"))
        address = await order_that_is_not_met(story)
        pending = await story.reported("Cups for sale 2")
        second = await desk.enter("moderator", bypass_csp=True)
        await second.go(f"admin#{address}")
        await restricted_and_suspended(story, second)
        await banned(story, second, pending)
        await takes_it_all_away(story.ben, address)
        await deletes_the_account(story.ben)
        await story.refused("benagain")
        await desk.let_pass(second.page, timedelta(hours=2))  # codes of before are forgotten
        await new_keys(desk)
        await story.refused("benoncemore")
        cat = await story.back(OTHER, "cat")
        await cat.page.get_by_role("heading", name="No chats yet").wait_for()
        await desk.leave()
