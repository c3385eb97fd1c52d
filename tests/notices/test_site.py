"""The static site: whole, the same as what the house says, and readable when the house is gone."""

import functools
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import signed, verify_history
from tests.gate.house import WELL_KNOWN, open_house
from tests.notices.test_history import Facts, facts_of, public_key

FILES = {
    "index.html", "history.html", "status.json", "history.json", "feed.atom", "keys.json",
    "security.txt",
}  # fmt: skip


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A plain file server over the folder; it knows nothing of the house."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_site_says_the_same_with_everything_else_stopped(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path, served: str
) -> None:
    folder = tmp_path / "site"
    settings = {"status_dir": str(folder), "operator_contact": "desk@tea.example"}
    async with open_house(database, log, clock, tmp_path, **settings) as house:
        await house.runner.run_due()
        assert {path.name for path in folder.iterdir()} == FILES | {".versions", ".well-known"}
        before = (folder / "status.json").read_bytes()
        policy = await house.shut(region="cn-mainland")
        await house.log.catch_up()
        clock.move(timedelta(seconds=3))
        await house.runner.run_due()
        assert (folder / "status.json").read_bytes() != before
        written = (folder / ".versions" / "current").readlink()
        clock.move(timedelta(seconds=3))
        await house.runner.run_due()
        assert (folder / ".versions" / "current").readlink() == written  # nothing new to say
        clock.move(timedelta(hours=1))
        await house.runner.run_due()
        assert (folder / ".versions" / "current").readlink() != written
        assert len(list((folder / ".versions").iterdir())) == 2
        _, told = await house.call("GET", WELL_KNOWN)
        public = await public_key(house)
    async with httpx.AsyncClient(base_url=served) as client:
        status = (await client.get("/status.json")).json()
        assert status["notices"] == told["notices"]
        assert [one["id"] for one in status["notices"]] == [policy.policy_id]
        assert signed("status", status, public)
        assert verify_history((await client.get("/history.json")).json(), [public]).intact
        assert (await client.get(WELL_KNOWN)).json() == status
        assert "Contact: mailto:desk@tea.example" in (await client.get("/security.txt")).text
        keys = json.loads((await client.get("/.well-known/teahouse-keys.json")).text)
        assert [key["public"] for key in keys["keys"]] == [public]
        index = (await client.get("/")).text
        assert Facts(index).notices == [facts_of(told["notices"][0], lang) for lang in ("zh", "en")]
        for page in (index, (await client.get("/history.html")).text):
            assert "<script" not in page
            assert "src=" not in page
            assert "prefers-color-scheme:dark" in page


async def test_a_folder_that_was_emptied_is_filled_again(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "site"
    async with open_house(database, log, clock, tmp_path, status_dir=str(folder)) as house:
        await house.runner.run_due()
        (folder / "index.html").unlink()
        clock.move(timedelta(seconds=3))
        await house.runner.run_due()
        assert "注册状态" in (folder / "index.html").read_text("utf-8")
        assert not (folder / "security.txt").exists()
