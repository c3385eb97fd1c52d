"""A person at a browser: what they do, in the words on the screen (English)."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

PASSWORD = "a kettle of spring water"
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)  # five seconds unless it is said, on a slow machine too few
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

_serial = itertools.count(1)


@dataclass
class Person:
    """One browser with nothing in it, and who sits there."""

    base: str
    context: BrowserContext
    page: Page
    name: str = ""
    troubles: list[str] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    async def arrive(cls, browser: Browser, base: str, **options: Any) -> "Person":
        """Open a browser in English on a desktop, unless ``options`` say otherwise.

        Without a service worker, past which no answer could be made up by a test.
        """
        usual = {"locale": "en-GB", "viewport": DESKTOP, "timezone_id": "UTC"}
        context = await browser.new_context(**{**usual, "service_workers": "block", **options})
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        person = cls(base, context, page)
        page.on("pageerror", lambda error: person.troubles.append(str(error)))
        page.on("console", lambda said: person._heard(said.type, said.text))
        page.on("response", lambda got: person.answers.append((got.status, got.url)))
        return person

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.troubles.append(text)

    async def leave(self) -> None:
        """Close the browser. The page must have thrown nothing, the content policy held."""
        await self.context.close()
        assert not self.troubles, self.troubles

    async def go(self, place: str = "") -> None:
        """Load the app afresh at ``place``."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.base}/{place}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def press(self, name: str) -> None:
        await self.button(name).click()

    async def fill(self, label: str, text: str) -> None:
        await (
            self.page.get_by_role("textbox", name=label, exact=True)
            .or_(self.page.get_by_role("searchbox", name=label, exact=True))
            .fill(text)
        )

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)

    async def until(self, promise: str) -> None:
        """Wait until what is promised is true; `wait_for_function` takes a promise for a yes."""
        pause = "await new Promise((go) => setTimeout(go, 50))"
        look = f"async () => {{ while (!(await {promise})) {pause}; }}"
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await self.page.evaluate(look)

    async def agree(self) -> None:
        """Come in and agree that this browser keeps what it needs."""
        await self.go()
        await self.press("I agree")

    async def code_for(self, contact: str, but: str = "") -> str:
        """The newest code that was sent to ``contact``, once it is another than the last."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while True:
                answer = await self.context.request.get(
                    f"{self.base}/api/v1/test/codes", params={"to": contact}
                )
                latest = (await answer.json()).get("latest")
                if latest and latest != but:
                    return str(latest)

    async def consent(self) -> None:
        """Be grown up, and agree to what an account needs."""
        await self.page.get_by_text("14 or older", exact=True).click()
        await self.press("I agree")

    async def sign_up(self, name: str) -> "Person":
        """Make an account by e-mail and land in the chats."""
        await self.agree()
        await self.press("Make an account")
        await self.fill_in(name)
        await self.page.get_by_role("heading", name="No chats yet").wait_for()
        return self

    async def fill_in(self, name: str) -> None:
        """Take the steps of making an account by e-mail."""
        self.name = name
        number = next(_serial)
        user, contact = f"guest{number}", f"guest{number}@a.example"
        await self.page.get_by_text("E-mail", exact=True).click()
        await self.press("Continue")
        await self.consent()
        await self.fill("E-mail", contact)
        await self.press("Send the code")
        await self.page.get_by_label("Code", exact=True).wait_for()
        await self.fill("Code", await self.code_for(contact))
        await self.press("Check the code")
        await self.fill("Username", user)
        await self.fill("Display name", name)
        await self.fill("Password (not required)", PASSWORD)
        await self.press("Make the account")

    async def token(self) -> dict[str, str]:
        """Return the headers that speak for this person."""
        kept = await self.page.evaluate("JSON.parse(localStorage.getItem('teahouse.session'))")
        return {"Authorization": f"Bearer {kept['accessToken']}"}

    async def user_id(self) -> str:
        kept = await self.page.evaluate("JSON.parse(localStorage.getItem('teahouse.session'))")
        return str(kept["userId"])

    async def find(self, other: "Person") -> None:
        """Start a chat with somebody found by their whole username, as strangers are."""
        await self.page.get_by_role("button", name="New chat").first.click()
        await self.pick(other)
        await self.composer().wait_for()

    async def pick(self, other: "Person") -> None:
        """Search for somebody and choose them."""
        user_id = await other.user_id()
        await self.fill("Find a person", user_id)
        await self.page.get_by_role("button", name=user_id).click()

    def composer(self) -> Locator:
        return self.page.get_by_placeholder("Write a message")

    async def say(self, text: str) -> None:
        await self.composer().fill(text)
        await self.composer().press("Enter")

    def message(self, text: str) -> Locator:
        return self.page.get_by_role("log").locator("article", has_text=text)

    async def hears(self, text: str) -> None:
        await expect(self.message(text)).to_have_count(1, timeout=PATIENCE_MS)

    def room_row(self, name: str) -> Locator:
        return self.page.locator(".list a", has_text=name)


async def two_in_a_chat(ada: Person, ben: Person) -> str:
    """Let ``ada`` find ``ben``, and ``ben`` accept; return the room's id."""
    await ada.find(ben)
    await ben.press("Accept")
    await ben.composer().wait_for()
    return str(await ada.page.evaluate("decodeURIComponent(location.hash.split('/')[2])"))
