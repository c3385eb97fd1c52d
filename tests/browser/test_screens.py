"""Pictures of every screen, for people to look at: `make screens`."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser import tour
from tests.browser.conftest import ROOT
from tests.browser.test_tour import CONSOLE, WAYS
from tests.browser.town import furnished

FOLDER = ROOT / "docs" / "screens"
KEPT = ("phone-zh-dark", "desktop-en-light")


async def take(page: Page, path: Path) -> None:
    """Keep what is on the screen, small enough for the repository."""
    picture = Image.open(io.BytesIO(await page.screenshot(animations="disabled")))
    picture.convert("RGB").save(path.with_suffix(".webp"), quality=80, method=6)


@pytest.mark.parametrize("look", KEPT)
async def test_screens(chromium: Browser, look: str) -> None:
    folder = FOLDER / look
    folder.mkdir(parents=True, exist_ok=True)

    async def see(page: Page, name: str) -> None:
        await take(page, folder / name)

    async with furnished() as town:
        for leg in WAYS[look]:
            start = "admin" if leg in CONSOLE else ""
            one = await tour.walker(chromium, town, look, see, start)
            await leg(one)
            await one.person.leave()
