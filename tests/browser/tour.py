"""The way through every page of the app and of the console, in either language, at any size.

``test_tour`` looks for faults at each stop; ``test_screens`` takes a picture there.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Locator, Page

from tests.browser.looking import settled, texts, watching
from tests.browser.operators import SUSPENSION
from tests.browser.people import DESKTOP, PHONE, Person
from tests.browser.town import Town
from tests.house.source import ROOT

WEB = ROOT / "web" / "src"
LOOKS: dict[str, dict[str, Any]] = {
    "phone-zh-dark": {"viewport": PHONE, "locale": "zh-CN", "color_scheme": "dark"},
    "desktop-en-light": {"viewport": DESKTOP, "locale": "en-GB", "color_scheme": "light"},
    "desktop-zh-dark": {"viewport": DESKTOP, "locale": "zh-CN", "color_scheme": "dark"},
    "phone-en-light": {"viewport": PHONE, "locale": "en-GB", "color_scheme": "light"},
}
OPEN = {
    "first-run": "", "about": "about", "policy": "policy", "status": "registration",
    "public": "public", "public-room": "public/{square}", "requests": "requests",
    "decisions": "decisions", "annual-reports": "annual-reports",
}  # fmt: skip
AGREED = {
    "welcome": "welcome", "sign-in": "sign-in", "recover": "recover", "undo": "undo/x",
    "provider": "provider/x", "waitlist": "waitlist/intl/official", "place": "place/{place}",
    "authorize-first": "authorize/x", "account-first": "account/devices",
    "turn": "turn/{turn}", "pair": "pair", "arrival": "arrival/x", "sign-up-link": "sign-up/back/x",
}  # fmt: skip
LIN = {
    "chats": "chats", "conversation": "chats/{pair}", "group": "chats/{tea}",
    "group-details": "chats/{tea}/info", "thread": "chats/{tea}/thread/{root}",
    "new-poll": "chats/{tea}/poll", "person": "chats/{tea}/person/{person}", "official-chat": "chats/{notes}", "succeeded": "chats/{old}", "chat-gone": "chats/!none",
    "new-chat": "chats/new", "new-group": "chats/new-group", "new-space": "chats/new-space", "space": "chats/{space}", "contacts": "contacts", "me": "me",
    "profile": "me/profile", "look": "me/look", "notifications": "me/notifications", "password": "me/password", "delete": "me/delete",
    "authorize": "authorize/{app}", "authorize-over": "authorize/x", "link": "link",
    "passkeys": "me/passkeys", "official": "me/official", "vouches": "me/vouches", "me-pair": "me/pair",
}  # fmt: skip
EVE = {
    "chats-news": "chats", "tasks": "me/tasks", "security": "me/security", "family": "me/family",
    "family-asked": "me/family/{asked}", "privacy": "me/privacy", "lists": "me/lists",
    "devices": "me/devices", "reset": "me/reset", "presence": "me/presence", "reports": "me/reports",
    "own-cases": "me/cases", "own-case": "me/cases/{ordered}", "own-appeal": "me/cases/{appealed}",
}  # fmt: skip
CONSOLE = {
    "gate": "gate", "live": "live", "history": "history", "notices": "notices",
    "approvals": "approvals", "invites": "invites", "rules": "rules", "waitlist": "waitlist",
    "accounts": "accounts", "account": "accounts/{account}", "requests": "requests", "stages": "stages", "recoveries": "recoveries",
    "request": "requests/{request}", "imports": "imports", "regimes": "regimes",
    "operators": "operators", "adapters": "adapters", "house": "house", "audit": "audit",
    "audit-of": "audit/{account}", "security": "security", "set-up-house": "setup",
    "breaches": "breaches", "breach": "breaches/{case}",
    "incidents": "incidents/list", "incident": "incidents/{incident}", "flaws": "incidents/flaws",
    "incident-figures": "incidents/figures",
    "findings": "findings", "finding": "findings/{finding}", "thresholds": "thresholds",
    "assessments": "assessments", "assessment": "assessments/{assessment}", "reports": "reports",
    "visits": "visits", "rulings": "rulings", "listings": "listings", "holds": "holds",
    "detectors": "detectors", "storage": "storage", "minors": "minors", "minor": "minors/{account}", "refunds": "refunds", "refund": "refunds/{refund}", "unsealings": "unsealings", "unsealing": "unsealings/{ward}", "ward-account": "accounts/{ward}", "complaints": "complaints", "complaint": "complaints/{complaint}",
    "orders": "orders", "order": "orders/{order}", "campaigns": "campaigns", "registers": "registers", "providings": "registers/providings", "labels": "registers/labels", "transfers": "registers/transfers", "algorithms": "registers/algorithms", "disclosures": "disclosures",
    "upgrades": "upgrades", "upgrade-plan": "upgrades/plan", "upgrade-run": "upgrades/{run}",
    "upgrade-ended": "upgrades/{ended}",
    "cases": "cases/queue", "case-appeals": "cases/appeals", "case-sanctions": "cases/sanctions",
    "case-sign-offs": "cases/sign-offs", "case-rules": "cases/rules",
    "case-reviewers": "cases/reviewers", "case": "cases/{reported}",
    "case-camera": "cases/{camera}", "case-ordered": "cases/{ordered}", "case-appealed": "cases/{appealed}",
}  # fmt: skip
KEYED = (
    "gate",
    "approvals",
    "rules",
    "imports",
    "house",
    "upgrade-plan",
    "upgrade-run",
    "breach",
    "case",
)
WIZARD = "gate/change/cn-mainland/official/email"
SEPARATE = {  # pages of the server's own
    "policy-page": "policy", "policy-history-page": "policy/history",
    "upgrade-reports-page": "upgrade-reports", "upgrade-report-page": "upgrade-reports/{ended}",
    "status-page": "registration-status", "apps-page": "apps",
}  # fmt: skip

LEAD = """where => new Promise((go) => {
  if (location.hash === where) go();
  addEventListener("hashchange", () => go(), { once: true });
  location.hash = where;
})"""

See = Callable[[Page, str], Awaitable[None]]
Leg = Callable[["Walker"], Awaitable[None]]


@dataclass
class Walker:
    """Somebody who goes through pages in one look, and ``sees`` each."""

    town: Town
    person: Person
    lang: str
    see: See
    prefix: str = ""
    words: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def page(self) -> Page:
        return self.person.page

    def button(self, key: str, **values: str) -> Locator:
        return self.page.get_by_role("button", name=self.word(key, **values), exact=True).first

    def word(self, key: str, **values: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda hole: values[hole[1]], self.words[key])

    async def press(self, key: str, **values: str) -> None:
        await self.button(key, **values).click()

    async def choose(self, *keys: str) -> None:
        """Take a choice of each group, by its words."""
        for key in keys:
            await self.page.get_by_text(self.words[key], exact=True).first.click()

    async def fill(self, key: str, text: str) -> None:
        await self.page.get_by_label(self.words[key], exact=True).first.fill(text)

    async def to(self, place: str) -> None:
        """Go somewhere inside the app, as a link does."""
        where = f"#/{place.format(**self.town.places)}"
        await self.page.evaluate(LEAD, where)

    async def stop(self, name: str) -> None:
        """Look at what is on the screen, once it has come to rest."""
        await settled(self.page)
        await self.see(self.page, self.prefix + name)

    async def go_through(self, stops: dict[str, str]) -> None:
        for name, place in stops.items():
            await self.to(place)
            await self.stop(name)


async def walker(browser: Browser, town: Town, look: str, see: See, start: str) -> Walker:
    """Open a browser in a look at ``start``; it is closed by ``person.leave``."""
    options = {**LOOKS[look], "reduced_motion": "reduce", "timezone_id": "Asia/Shanghai"}
    lang = look.split("-")[1]
    person = await Person.arrive(browser, town.base, **options)
    await person.context.add_init_script(watching())
    await person.page.goto(f"{town.base}/{start}")
    words = texts(lang) | texts(lang, "admin.")
    return Walker(town, person, lang, see, words=words)


async def keep(page: Page, store: str, **kept: str) -> None:
    """Put into the browser what an earlier visit would have left, and load the page afresh."""
    script = f"kept => Object.entries(kept).forEach(([key, value]) => {store}.setItem(key, value))"
    await page.evaluate(script, kept)
    await page.reload()


async def before_the_answer(one: Walker) -> None:
    """Everything that is open to all, before anything was agreed to."""
    await one.go_through(OPEN)
    for name, place in SEPARATE.items():
        where = place.format(**one.town.places)
        await one.page.goto(f"{one.town.base}/{where}?lang={one.lang}")
        await one.stop(name)


async def without_an_account(one: Walker) -> None:
    """The ways in, and every step of signing up."""
    await keep(one.page, "localStorage", **{"teahouse.consent": "1", "teahouse.lang": one.lang})
    await one.go_through(AGREED)
    for where, name in one.town.waits.items():
        await one.to("welcome")
        script = "kept => localStorage.setItem('sign_up.waiting', kept)"
        await one.page.evaluate(script, f"{name} {where}")
        await one.to("sign-up")
        await one.stop(f"sign-up-{where}")
    await one.page.evaluate("localStorage.removeItem('sign_up.waiting')")
    await sign_up_closed(one)
    await sign_up_official(one)
    await sign_up(one)


async def begin(one: Walker, *choices: str) -> None:
    await one.to("welcome")
    await one.to("sign-up")
    await one.choose(*choices)


async def sign_up_closed(one: Walker) -> None:
    await begin(one, "contact.phone", "region.cn")
    await one.stop("sign-up")
    await one.press("act.continue")
    await one.page.get_by_role("article").wait_for()
    await one.stop("sign-up-closed")


async def prove(one: Walker, kind: str) -> None:
    """Give a contact and its code, stopping at neither."""
    contact = one.town.contact(kind)
    await one.fill(f"contact.{kind}", contact)
    await one.press("contact.send_code")
    await one.button("code.verify").wait_for()
    await one.fill("code.label", await one.town.code_for(contact))
    await one.press("code.verify")


async def sign_up_official(one: Walker) -> None:
    await begin(one, "class.official", "contact.email", "region.cn")
    await one.press("act.continue")
    await one.button("consent.accept").wait_for()
    await one.stop("sign-up-consent-official")
    await one.press("consent.accept")
    await prove(one, "email")
    await one.page.get_by_label(one.words["official.name"]).wait_for()
    await one.stop("sign-up-official")


async def sign_up(one: Walker) -> None:
    """From the first question to the first screen inside."""
    await begin(one, "class.personal", "contact.phone", "region.intl")
    await one.press("act.continue")
    await one.choose("guardians.younger")
    await one.stop("sign-up-consent")
    await one.choose("guardians.older")
    await one.press("consent.accept")
    await one.button("contact.send_code").wait_for()
    await one.stop("sign-up-contact")
    await prove(one, "phone")
    await one.page.get_by_label(one.words["name.username"]).wait_for()
    await one.stop("sign-up-name")
    await one.fill("name.username", f"guest.{one.town.contacts}")
    await one.press("sign_up.finish")
    await one.page.get_by_role("heading", name=one.words["rooms.none"]).wait_for()
    await one.stop("chats-empty")


async def come_in(one: Walker, session: dict[str, str]) -> None:
    """Be signed in already."""
    kept = {"teahouse.consent": "1", "teahouse.lang": one.lang}
    await keep(one.page, "localStorage", **kept, **{"teahouse.session": json.dumps(session)})


async def inside(one: Walker) -> None:
    """What is seen by Lin, who has chats, and by Eve, whose account has been looked after."""
    for session, stops in ((one.town.lin, LIN), (one.town.eve, EVE)):
        await come_in(one, session)
        waiting = f"/api/v1/registrations/{one.town.waits['guardian']}/guardian"
        one.town.places["asked"] = (await one.town.did("POST", waiting))["code"]
        await one.to("chats")
        await one.page.get_by_role("heading", level=1).first.wait_for()
        await one.go_through(stops)
        if stops is LIN:
            await searching(one)
            await labelling(one)
            await reporting(one)
    await one.to("me/family")
    await one.page.get_by_text(one.words["phoneholders.title"]).click()
    await one.stop("family-holder")
    await one.to("chats")
    await one.page.keyboard.press("Control+k")
    await one.stop("switcher")
    await one.page.keyboard.press("Escape")
    await one.page.keyboard.press("?")
    await one.page.get_by_role("dialog").wait_for()
    await one.stop("keys")


async def searching(one: Walker) -> None:
    """Find people, chats and messages, nothing at all, and a message in its place."""
    await one.to("chats")
    await one.fill("search.field", "没有这样的话")
    await one.page.get_by_text(one.words["search.nothing"]).last.wait_for()
    await one.stop("search-nothing")
    await one.fill("search.field", "cha")
    await one.page.locator("button[data-found]").first.wait_for()
    await one.stop("search-names")
    await one.fill("search.field", "茶")
    await one.page.locator("a[data-found]").first.wait_for()
    await one.stop("search")
    await one.page.locator("a[data-found]").last.click()
    await one.page.locator("[data-sought]").wait_for()
    await one.stop("search-found")
    await one.page.get_by_role("button", name=one.words["around.newest"]).click()


async def labelling(one: Walker) -> None:
    """Choose from which age on a chat is meant to be seen, and meet what may harm minors."""
    await one.to("chats/{space}/info")
    await one.press("ratings.title")
    await one.page.get_by_role("radio").first.wait_for()
    await one.stop("group-label")
    await one.to("chats")
    await one.fill("search.field", "Night")
    await one.page.locator("button[data-found]", has_text="Night tea").click()
    await one.button("ratings.all_the_same").wait_for()
    await one.stop("search-warned")
    await one.press("act.cancel")


async def reporting(one: Walker) -> None:
    """Hold something against what somebody else said."""
    await one.to("chats/{pair}")
    theirs = one.page.locator("[role=log] article:not(.mine)").last
    await theirs.focus()
    await theirs.get_by_role("button", name=one.words["message.more"]).click()
    await one.stop("message-acts")
    await theirs.get_by_role("button", name=one.words["report.title"], exact=True).click()
    await one.stop("report-message")


async def at_the_door_of_the_console(one: Walker) -> None:
    one.prefix = "admin-"
    await one.stop("sign-in")
    link = (await one.town.operates("POST", "/operators", {"role": "registrar"}))["url"]
    await one.page.goto(link)
    await one.stop("set-up")
    fields = one.page.locator("input")
    for nth, text in enumerate((f"lin{one.town.contacts}", *["the lid of the gaiwan"] * 2)):
        await fields.nth(nth).fill(text)
    await one.press("act.continue")
    await one.page.locator("img").first.wait_for()
    await one.stop("set-up-factor")


async def sit_down(one: Walker) -> None:
    """Be at the console, signed in already as the first owner."""
    one.prefix = "admin-"
    await one.page.goto(f"{one.town.base}/admin")
    await keep(one.page, "sessionStorage", **{"teahouse.operator": json.dumps(one.town.operator)})


async def by_keyboard(one: Walker) -> None:
    """Pages of every kind: forms, lists, a chat, tables and the grid of the gate."""
    await one.go_through(chosen(OPEN, "first-run", "requests"))
    await keep(one.page, "localStorage", **{"teahouse.consent": "1", "teahouse.lang": one.lang})
    await one.go_through(chosen(AGREED, "welcome", "sign-in", "recover", "waitlist"))
    await begin(one, "contact.phone", "region.intl")
    await one.stop("sign-up")
    await come_in(one, one.town.lin)
    await one.go_through(chosen(LIN, "conversation", "group-details", "new-group", "delete"))
    await come_in(one, one.town.eve)
    await one.go_through(chosen(EVE, "security", "family", "privacy", "devices"))
    await sit_down(one)
    await one.go_through(chosen(CONSOLE, *KEYED))
    await one.to(WIZARD)
    await one.stop("wizard-1-scope")


def chosen(stops: dict[str, str], *names: str) -> dict[str, str]:
    return {name: stops[name] for name in names}


async def in_the_console(one: Walker) -> None:
    """Every page of the console, and what opens on them."""
    await sit_down(one)
    await one.go_through(CONSOLE)
    await opened(one)
    await wizard(one)
    await set_up_house(one)


async def opened(one: Walker) -> None:
    """What opens when something is pressed."""
    await one.to("gate")
    await one.page.locator("td button.suspended").first.click()
    await one.stop("gate-cell")
    await one.to("approvals")
    await one.page.locator("td button").first.click()
    await one.stop("approvals-detail")
    await one.to("waitlist")
    await one.page.locator("td button").first.click()
    await one.press("admin.wait.look")
    await one.stop("waitlist-line")
    await one.to("cases/{reported}")
    await one.press("case.act.verify")
    await one.page.locator("main form select").first.wait_for()
    await one.press("case.act.verify")
    await one.stop("case-step")
    await one.to("cases/queue")
    await one.press("admin.cases.open")
    await one.stop("case-open")
    await one.to("accounts")
    await one.page.locator("main input").fill("e")
    await one.press("admin.accounts.search")
    await one.stop("accounts-found")
    await one.to("minors")
    await one.fill("admin.ratings.target", one.town.places["tea"])
    await one.press("admin.ratings.look")
    await one.page.locator("main textarea").first.wait_for()
    await one.stop("minors-rating")
    await one.to("invites")
    await one.fill("admin.invites.label", "春茶会 / Spring guests")
    await one.press("admin.invites.make")
    await one.page.locator("img.qr").wait_for()
    await one.stop("invites-made")


async def wizard(one: Walker) -> None:
    """The four steps of changing the gate: what is missing is told, then all is filled in."""
    await one.to("gate/change")
    await one.press("act.continue")
    await one.stop("wizard-0-missing")
    await one.to("gate")
    await one.to(WIZARD)
    await one.page.locator("main form").wait_for()
    await one.page.get_by_role("group").nth(1).get_by_role("button").click()
    await one.choose("admin.class.developer")
    await one.stop("wizard-1-scope")
    await one.press("act.continue")
    await one.choose("admin.state.suspended")
    await one.stop("wizard-2-measure")
    await one.press("act.continue")
    reason = SUSPENSION["reason"]
    await one.page.locator("textarea").nth(0).fill(reason["zh"])
    await one.page.locator("textarea").nth(1).fill(reason["en"])
    await one.fill("admin.plan.law", "《网络安全法》")
    await one.fill("admin.plan.article", "第二十一条")
    await one.fill("gate.necessity", SUSPENSION["technical_necessity"])
    await one.stop("wizard-3-words")
    await one.press("admin.plan.see")
    await one.page.get_by_role("region").first.wait_for()
    await one.stop("wizard-4-preview")


async def set_up_house(one: Walker) -> None:
    """The six steps of setting the house up."""
    await one.to("setup")
    steps = one.page.locator("main ol button")
    await steps.first.wait_for()
    for nth, name in enumerate(("house", "profile", "gate", "channels", "demo", "finish")):
        await steps.nth(nth).click()
        await one.stop(f"set-up-{nth + 1}-{name}")


def toured() -> tuple[set[str], set[str]]:
    """Return the places that the tour goes to, in the app and in the console."""
    app = {*OPEN.values(), *AGREED.values(), *LIN.values(), *EVE.values(), "sign-up"}
    return app, {*CONSOLE.values(), WIZARD}


def links(text: str) -> Iterator[str]:
    """Yield the places to which a source leads by name, as far as they are names."""
    for found in re.finditer(r"#/([a-z][a-z-]*(?:/[a-z][a-z-]*)?)", text):
        yield found[1]
    for found in re.finditer(r"""(?:goTo\(\[|linkTo\()"([a-z-]+)"(?:, "([a-z-]+)")?""", text):
        yield "/".join(part for part in found.groups() if part)


def routes(app: str, home: str, settings: str, frame: str) -> tuple[set[str], set[str]]:
    """Return the places that the two routers know."""
    people = set(re.findall(r'place === "([a-z-]+)"', app + home))
    people |= {f"chats/{one}" for one in re.findall(r'"chats" && second === "([a-z-]+)"', home)}
    people |= {
        f"me/{one}" for one in re.findall(r'^    ([a-z]+): \["[a-z]+\.', settings, re.MULTILINE)
    }
    console = set(re.findall(r'(?:place|parts\[0\]) === "([a-z]+)"', frame))
    console |= set(re.findall(r'^ +\["([a-z]+)", "admin\.', frame, re.MULTILINE))
    console |= {f"gate/{one}" for one in re.findall(r'parts\[1\] === "([a-z]+)"', frame)}
    return people, console


def unknown(known: set[str], places: set[str]) -> set[str]:
    """Return those places that the tour does not go to, nor anywhere below."""
    return {one for one in places if not any(f"{stop}/".startswith(f"{one}/") for stop in known)}
