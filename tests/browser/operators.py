"""Operators at the console: set up by a link, and what they do, in the words on the screen."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Page
from pyotp.totp import TOTP

from tests.browser.people import Person
from tests.engines.house import Server

PASSWORD = "the lid of the gaiwan"
PLACE = "/api/v1/operator"
CLOCK = "/api/v1/test/clock"
HALF_MINUTE = timedelta(seconds=30)
SUSPENSION: dict[str, Any] = {
    "state": "suspended",
    "region": "cn-mainland",
    "account_class": "personal",
    "reason": {
        "zh": "正在更换加密密钥，期间暂停大陆地区的新注册。",
        "en": "Encryption keys are being changed; new sign-ups pause in mainland China.",
    },
    "legal_basis": [{"law": "《网络安全法》", "article": "第二十一条", "order": "网安 2026-7"}],
    "technical_necessity": "Re-keying the unique index; one door alone would leave duplicates.",
    "contact": "gate@tea.example",
}


@dataclass
class Operator(Person):
    """A person at the console."""

    secret: str = ""

    async def fill_code(self, code: str) -> None:
        await self.fill("Code of your authenticator", code)

    async def place(self, name: str) -> None:
        """Follow a link of the console's navigation."""
        places = self.page.get_by_role("navigation")
        await places.get_by_role("link", name=name, exact=True).click()
        await self.page.get_by_role("heading", name=name, exact=True, level=1).wait_for()

    async def hold(self, token: str, operator: dict[str, Any], expires_at: str) -> None:
        """Be signed in already, in this tab."""
        kept = {"token": token, "operator": operator, "expires_at": expires_at}
        await self.go("admin")
        await self.page.evaluate(
            "kept => sessionStorage.setItem('teahouse.operator', JSON.stringify(kept))", kept
        )
        await self.go("admin")
        await self.page.get_by_role("heading", level=1).wait_for()


@dataclass
class Desk:
    """A house with its first owner, and the browsers of its operators."""

    server: Server
    browser: Browser
    link: str
    token: str = ""
    operators: list[Operator] = field(default_factory=list)
    made: int = 0
    secret: str = ""
    later: timedelta = timedelta()  # than it is

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def sit(self, **options: Any) -> Operator:
        """Open a browser for an operator."""
        operator = await Operator.arrive(self.browser, self.base, **options)
        assert isinstance(operator, Operator)
        self.operators.append(operator)
        return operator

    async def leave(self) -> None:
        """Close the browsers that were opened since the last time."""
        left, self.operators = self.operators, []
        for operator in left:
            await operator.leave()

    async def ask(self, page: Page, method: str, path: str, body: Any = None) -> Any:
        """Speak to the operators' API as the first owner."""
        answer = await page.context.request.fetch(
            f"{self.base}{PLACE}{path}",
            method=method,
            headers={"Authorization": f"Bearer {self.token}"},
            data=body,
        )
        assert answer.ok, await answer.text()
        text = await answer.text()
        return await answer.json() if text else {}

    async def invite(self, page: Page, role: str) -> str:
        """Return a new operator's set-up link."""
        return str((await self.ask(page, "POST", "/operators", {"role": role}))["url"])

    async def enter(self, role: str, **options: Any) -> Operator:
        """Sit down as a new operator of a role, set up and signed in."""
        operator = await self.sit(**options)
        self.made += 1
        token = (await self.invite(operator.page, role)).partition("#")[2]
        operator.name = f"{role}{self.made}"
        body = {"token": token, "name": operator.name, "password": PASSWORD}
        begun = await self.ask(operator.page, "POST", "/setup/begin", body)
        operator.secret = begun["secret"]
        body = {"token": token, "code": self.code(operator.secret)}
        opened = await self.ask(operator.page, "POST", "/setup/finish", body)
        await operator.hold(opened["token"], opened["operator"], opened["expires_at"])
        return operator

    def code(self, secret: str) -> str:
        """Return what an authenticator shows by the house's clock."""
        return code(secret, self.later // HALF_MINUTE)

    async def let_pass(self, page: Page, time: timedelta) -> None:
        """Move the house's clock on, and sign the first owner in again."""
        self.later += time
        now = (datetime.now(UTC) + self.later).isoformat()
        moved = await page.context.request.put(f"{self.base}{CLOCK}", data={"now": now})
        assert moved.ok, await moved.text()
        body = {"name": "ada", "password": PASSWORD, "code": self.code(self.secret)}
        self.token = (await self.ask(page, "POST", "/sessions", body))["token"]

    async def open_all(self, page: Page) -> None:
        """End every policy."""
        for policy in (await self.ask(page, "GET", "/gate/policies"))["policies"]:
            path = f"/gate/policies/{policy['policy_id']}/end"
            await self.ask(page, "POST", path, {"reason": "the test is over"})


def code(secret: str, later: int = 0) -> str:
    """What the authenticator shows, ``later`` half minutes from now."""
    return TOTP(secret).at(datetime.now(UTC) + later * HALF_MINUTE)


async def set_up(operator: Operator, link: str, name: str) -> None:
    """Go through a set-up link on the screen."""
    operator.name = name
    await operator.page.goto(link)
    await operator.fill("Operator's name", name)
    await operator.fill("Password", PASSWORD)
    await operator.fill("The same password again", PASSWORD)
    await operator.press("Continue")
    shown = await operator.page.get_by_label("Secret", exact=True).inner_text()
    operator.secret = re.sub(r"\s", "", shown)
    await operator.fill_code(code(operator.secret))
    await operator.press("Finish and come in")
    await operator.press("I have kept them")
    arrived = operator.page.get_by_role("heading", name=re.compile("^(Gate|Set up the house)$"))
    await arrived.first.wait_for()
    if await arrived.first.inner_text() != "Gate":  # the house's first owner may do it later
        await operator.press("Later")
    await operator.page.get_by_role("heading", name="Gate", level=1).wait_for()


async def held_token(operator: Operator) -> str:
    return str(
        await operator.page.evaluate(
            "JSON.parse(sessionStorage.getItem('teahouse.operator')).token"
        )
    )
