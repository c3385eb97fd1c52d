"""What waits for a work, on the screen; and the status site with everything else stopped."""

import asyncio
import functools
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from tests.browser.looking import complaints
from tests.browser.operators import SUSPENSION, Desk
from tests.browser.people import DESKTOP, PHONE
from tests.engines.house import environment
from tests.gate.house import open_house

SCRIPT = 'echo progress 3/10; while [ ! -e "$0" ]; do sleep 0.05; done; echo progress 10/10'
RESUMED = """fetch("/api/v1/registration-history?limit=50").then((told) => told.json())
    .then(({ entries }) => entries.some((one) => one.change === "resumed"))"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest_asyncio.fixture
async def work(first_desk: Desk, tmp_path: Path) -> AsyncIterator[Path]:
    """A script that runs as a work until a file is there, and then is done."""
    done = tmp_path / "done"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "teahouse", "work", "run", "--title", "新的存储格式 / New format",
        "--data-dir", str(first_desk.server.data), "--", "sh", "-c", SCRIPT, str(done),
        env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    while not (await process.stdout.readline()).startswith(b"progress"):
        assert process.returncode is None
    yield done
    done.touch()
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_a_measure_waits_for_a_work_and_two_people_may_overrule(
    desk: Desk, work: Path
) -> None:
    owner = await desk.enter("owner", bypass_csp=True)
    await owner.go("admin#/gate/change/cn-mainland/personal/phone")
    await owner.press("Continue")
    await owner.page.get_by_text("Suspended", exact=True).click()
    await owner.page.get_by_label("Opens", exact=True).select_option(
        "When verified: 新的存储格式 / New format"
    )
    assert await complaints(owner.page) == []
    await owner.press("Continue")
    await owner.fill("Reason, in Chinese", SUSPENSION["reason"]["zh"])
    await owner.fill("Reason, in English", SUSPENSION["reason"]["en"])
    await owner.fill("Law", "《网络安全法》")
    await owner.fill("Article", "第二十一条")
    await owner.fill("Technical necessity", SUSPENSION["technical_necessity"])
    await owner.press("See whom it reaches")
    told = owner.page.get_by_role("region", name="What people will read")
    await expect(told.get_by_text(SUSPENSION["reason"]["zh"])).to_be_visible()
    await expect(told.get_by_text(SUSPENSION["reason"]["en"])).to_be_visible()
    await expect(told.get_by_text("相关专项行动")).to_be_visible()
    await expect(told.get_by_text("Related campaign")).to_be_visible()
    assert await complaints(owner.page) == []
    await owner.press("Put 1 policy in force")
    await owner.page.get_by_role("heading", name="Gate", exact=True).wait_for()
    card = owner.page.get_by_role("article")
    await expect(card).to_contain_text("Running · 3/10 · then 60 a minute")
    await card.get_by_role("button", name="Open before it is verified").click()
    await owner.page.get_by_label("Reason").fill("It hangs; the old format is safe.")
    await owner.press("Propose it")
    await expect(card).to_contain_text("Somebody else has to confirm it.")
    assert await complaints(owner.page) == []
    registrar = await desk.enter("registrar")
    await registrar.go("admin#/gate")
    await registrar.press("Confirm as the second person")
    await registrar.page.get_by_label("Reason").fill("I looked at it too, and it is.")
    await registrar.page.get_by_role("article").get_by_role("button").first.click()
    await expect(registrar.page.get_by_role("article")).to_have_count(0)
    await registrar.place("Notices")
    table = registrar.page.get_by_role("region", name="Public history")
    await expect(table).to_contain_text("chain and signatures are right")
    await expect(table).to_contain_text("Opened by two")


async def test_a_verified_work_opens_by_itself_and_webhooks_are_kept(
    desk: Desk, work: Path
) -> None:
    owner = await desk.enter("owner", bypass_csp=True, viewport=PHONE)
    works = (await desk.ask(owner.page, "GET", "/works"))["works"]
    bound = {"resume_on": works[0]["work_id"], "resume_pace_per_minute": 60}
    await desk.ask(owner.page, "POST", "/gate/policies", {**SUSPENSION, **bound})
    await owner.go("admin#/notices")
    await expect(owner.page.get_by_role("region", name="Works")).to_contain_text("Running")
    hooks = owner.page.get_by_role("region", name="Webhooks")
    await owner.fill("Address", "http://example.org/")
    await owner.press("Add")
    await expect(hooks.get_by_role("alert")).to_contain_text("public https://")
    await owner.fill("Address", "https://example.org/hook")
    await owner.press("Add")
    await expect(hooks).to_contain_text("On")
    assert await complaints(owner.page) == []
    work.touch()
    await expect(owner.page.get_by_role("region", name="Works")).to_contain_text("Verified")
    await owner.until(RESUMED)
    await owner.page.get_by_role("button", name="Check again").click()
    await expect(owner.page.get_by_role("region", name="Public history")).to_contain_text(
        "Work verified"
    )
    await owner.page.get_by_role("button", name="Remove https://example.org/hook").click()
    await owner.press("Remove")
    await expect(hooks).to_contain_text("none")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_site_is_read_with_everything_else_stopped(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path, served: str, chromium: Browser
) -> None:
    settings = {"status_dir": str(tmp_path / "site"), "operator_contact": "desk@tea.example"}
    async with open_house(database, log, clock, tmp_path, **settings) as house:
        policy = await house.shut(region="cn-mainland")
        clock.move(timedelta(minutes=90))
        await house.gate.policies.end("op", policy.policy_id, "It is done.")
        await house.shut(region="eu", door="phone")
        await house.log.catch_up()
        await house.runner.run_due()
    for scheme, viewport in (("light", DESKTOP), ("dark", PHONE)):
        context = await chromium.new_context(
            color_scheme=scheme, viewport=viewport, java_script_enabled=True, bypass_csp=True
        )
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        await page.goto(served)
        assert all(url.startswith(served) for url in asked)
        for lang, words in (("zh", "暂停注册"), ("en", "Suspended")):
            await expect(page.locator(f"#{lang}").get_by_role("heading", level=2)).to_have_text(
                words
            )
        assert await complaints(page) == []
        await page.screenshot(path=tmp_path / f"site-{scheme}.png", full_page=True)
        await page.locator("#en").get_by_role("link", name="History of registration").click()
        await expect(page.locator("#en")).to_contain_text("90")
        assert await complaints(page) == []
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide
        await page.screenshot(path=tmp_path / f"history-{scheme}.png", full_page=True)
        await context.close()
