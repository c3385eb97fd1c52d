"""A real server with the built web client, and Chromium."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.operators import Desk, held_token, set_up
from tests.browser.people import Person
from tests.engines.house import Server

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")

Arrive = Callable[..., Awaitable[Person]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screens", action="store_true", help="take pictures of every screen into docs/screens"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pictures are taken only when asked for, and then nothing else is done."""
    wanted = config.getoption("--screens", default=False)
    for item in items:
        if "tests/browser" not in item.path.as_posix():
            continue
        item.add_marker(pytest.mark.browser)
        if item.path.name.endswith("screens.py") != bool(wanted):
            item.add_marker(pytest.mark.skip(reason="--screens chooses between tests and pictures"))


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[Server]:
    """One server for all browsers."""
    if not (ROOT / "web" / "dist" / "index.html").is_file():
        pytest.fail("the web client has not been built: `make web`")
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    server = await Server.start(folder, "--server-name", "tea.example", test_mode="1")
    yield server
    await server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def base(house: Server) -> str:
    return f"http://127.0.0.1:{house.port}"


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield browser
        await browser.close()


@pytest.fixture
async def arrive(chromium: Browser, base: str) -> AsyncIterator[Arrive]:
    """Opens browsers for people, and closes them after the test."""
    people: list[Person] = []

    async def open_one(**options: Any) -> Person:
        person = await Person.arrive(chromium, base, **options)
        people.append(person)
        return person

    yield open_one
    for person in people:
        await person.leave()


@asynccontextmanager
async def desk_of(chromium: Browser, **settings: str) -> AsyncIterator[Desk]:
    """A house of the operators' own, whose first owner came in by the printed link."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    server = await Server.start(folder, "--server-name", "tea.example", test_mode="1", **settings)
    desk = Desk(server, chromium, (await server.says("/admin/setup#")).strip())
    owner = await desk.sit()
    await set_up(owner, desk.link[desk.link.index("http") :], "ada")
    desk.token, desk.secret = await held_token(owner), owner.secret
    await desk.ask(owner.page, "POST", "/setup/done", {})
    await desk.leave()
    yield desk
    await server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def first_desk(chromium: Browser) -> AsyncIterator[Desk]:
    """The house in which operators' tests are."""
    async with desk_of(chromium) as desk:
        yield desk


@pytest.fixture
async def desk(first_desk: Desk) -> AsyncIterator[Desk]:
    """The operators' house with its gate open; browsers opened in the test are closed after it."""
    headers = {"Authorization": f"Bearer {first_desk.token}"}
    async with httpx.AsyncClient(base_url=first_desk.base, headers=headers) as client:
        told = await client.get("/api/v1/operator/gate/policies")
        for policy in told.json()["policies"]:  # what the test before has left in force
            path = f"/api/v1/operator/gate/policies/{policy['policy_id']}/end"
            ended = await client.post(path, json={"reason": "the next test begins"})
            assert ended.status_code == 200, ended.text
    yield first_desk
    await first_desk.leave()
