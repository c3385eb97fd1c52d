"""Every page, in both languages, on a phone and a desk, light and dark: nothing on it is wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser import tour
from tests.browser.conftest import Arrive
from tests.browser.looking import barred, misread, pressed_for, unreached, watching
from tests.browser.tour import WEB
from tests.browser.town import Town, furnished

# Where axe looks, and which part of the way a look goes.
BY_AXE = ("phone-zh-dark", "desktop-en-light")
APP: tuple[tour.Leg, ...] = (tour.before_the_answer, tour.without_an_account, tour.inside)
CONSOLE: tuple[tour.Leg, ...] = (tour.at_the_door_of_the_console, tour.in_the_console)
WAYS = {
    "phone-zh-dark": APP + CONSOLE,
    "desktop-en-light": APP + CONSOLE,
    "phone-en-light": APP,
    "desktop-zh-dark": CONSOLE,
}
# A box that is ticked for the person's own sake, and one that is ticked because she said yes.
TICKED = {"password", "privacy"}


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    async with furnished() as opened:
        yield opened


async def faults_of(page: Page, name: str, look: str) -> list[str]:
    """Return what is wrong with the page that is on the screen."""
    found = await misread(page)
    if "/admin" not in page.url:
        asked = await pressed_for(page)
        found += [one for one in asked if "pre_ticked" not in one or name not in TICKED]
    if look in BY_AXE:
        found += await barred(page)
    return [f"{name}: {one}" for one in found]


async def walked(chromium: Browser, town: Town, look: str, leg: tour.Leg) -> list[str]:
    """Go one leg of the way in a browser of its own; return what is wrong on it."""
    faults: list[str] = []

    async def see(page: Page, name: str) -> None:
        faults.extend(await faults_of(page, name, look))

    one = await tour.walker(chromium, town, look, see, "admin" if leg in CONSOLE else "")
    await leg(one)
    for status, url in one.person.answers:
        if status >= 500 or not url.startswith((town.base, "data:", "blob:")):
            faults.append(f"{leg.__name__}: {status} {url}")
    troubles = [f"{leg.__name__}: {said}" for said in one.person.troubles]
    one.person.troubles.clear()
    await one.person.leave()
    return faults + troubles


@pytest.mark.parametrize("look", WAYS)
async def test_nothing_is_wrong_with_any_page(chromium: Browser, town: Town, look: str) -> None:
    async with asyncio.TaskGroup() as together:
        walks = [together.create_task(walked(chromium, town, look, leg)) for leg in WAYS[look]]
    faults = [fault for walk in walks for fault in walk.result()]
    assert not faults, "\n".join(faults)


async def test_the_tab_key_goes_round_pages_of_every_kind(chromium: Browser, town: Town) -> None:
    """Alone: beside other walks, focus is lost now and then."""
    faults: list[str] = []

    async def see(page: Page, name: str) -> None:
        faults.extend(f"{name}: {one}" for one in await unreached(page))

    one = await tour.walker(chromium, town, "desktop-en-light", see, "")
    await tour.by_keyboard(one)
    await one.person.leave()
    assert not faults, "\n".join(faults)


def source(*names: str) -> str:
    return "\n".join((WEB / name).read_text("utf-8") for name in names)


def test_the_tour_goes_to_every_place_there_is() -> None:
    app, home = source("app/App.svelte"), source("app/Home.svelte")
    settings = source("settings/view/SettingsPage.svelte")
    frame = source("admin/view/Frame.svelte", "admin/state/places.ts")
    to_people, to_operators = tour.toured()
    people, console = tour.routes(app, home, settings, frame)
    led_by_console: set[str] = set()
    assert {"sign-up", "chats/new", "me/tasks"} <= people
    assert {"setup", "gate/change", "regimes"} <= console
    for path in [*WEB.rglob("*.svelte"), *WEB.rglob("*.ts")]:
        if not path.name.endswith(".test.ts"):
            of_console = (WEB / "admin") in path.parents
            (led_by_console if of_console else people).update(tour.links(path.read_text("utf-8")))
    assert tour.unknown(to_people, people) == set()
    assert tour.unknown(to_operators, console) == set()
    assert tour.unknown(to_people | to_operators, led_by_console) == set()
    planted = tour.routes(app + '{:else if place === "oracle"}', home, settings, frame)
    assert tour.unknown(to_people, planted[0]) == {"oracle"}
    assert tour.unknown(to_people, set(tour.links('<a href="#/me/oracle">'))) == {"me/oracle"}


PLANTED = {
    "a text is missing": ("<p>me.title</p>", ""),
    "a hole in a text": ("<p>{count} left</p>", ""),
    "a name for machines": ("<p>prefix_starts</p>", ""),
    "px too wide": ("<div>.</div>", "flex: none; width: 3000px"),
    "spills over": ("<button>Continue</button>", "width: 20px; padding: 0; white-space: nowrap"),
    "axe": ("<img src='/mark.svg'>", ""),
    "consent: non_express": ("<p>By continuing, you agree to everything.</p>", ""),
    "consent: pre_ticked": ("<label><input type='checkbox' checked> Letters</label>", ""),
    "Tab does not reach": ("<button tabindex='-1'>Never</button>", ""),
    "focus is not seen": ("<button>Dark</button>", "outline: none"),
}
PLANT = """([html, css]) => {
  const main = document.querySelector("main");
  main.insertAdjacentHTML("beforeend", html);
  main.lastElementChild.style.cssText = css;
}"""


async def test_each_fault_is_seen_when_it_is_planted(arrive: Arrive) -> None:
    person = await arrive(reduced_motion="reduce")
    await person.context.add_init_script(watching())
    for fault, planted in PLANTED.items():
        await person.go("#/about")
        await person.sees("Answer again")
        await person.page.evaluate(PLANT, list(planted))
        page = person.page
        found = [
            *await misread(page), *await pressed_for(page), *await barred(page),
            *await unreached(page),
        ]  # fmt: skip
        assert any(fault in one for one in found), (fault, found)
