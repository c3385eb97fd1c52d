"""Webhooks, against a real server on this machine."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import signed
from teahouse.notices.model.hooks import FAILURES_MAX
from tests.gate.house import House, everything, open_house
from tests.notices.test_history import public_key

HOOKS = "/api/v1/operator/notices/hooks"


class Receiver:
    """A server that keeps what it is told, and answers as it is asked to."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if outer.status == 200:
                    outer.told.append(json.loads(body))
                self.send_response(outer.status)
                self.send_header("location", "http://127.0.0.1:1/")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


@pytest_asyncio.fixture
async def hooked(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path, receiver: Receiver
) -> AsyncIterator[House]:
    settings = {"webhooks_inside": receiver.place}
    async with open_house(database, log, clock, tmp_path, **settings) as house:
        yield house


async def step(house: House, **move: int) -> None:
    house.clock.move(timedelta(**move))
    await house.log.catch_up()
    await house.runner.run_due()


async def test_a_webhook_is_told_every_change_in_order_signed(
    hooked: House, receiver: Receiver
) -> None:
    house, url = hooked, f"http://{receiver.place}/status?token=x"
    await house.shut(region="eu")
    assert (await house.call("POST", HOOKS, {"url": url}, token="op-auditor"))[0] == 403
    status, hook = await house.call("POST", HOOKS, {"url": url}, token="op-registrar")
    assert (status, hook["state"], hook["delivered_seq"]) == (201, "active", 2)
    policy = await house.shut(region="intl")
    await step(house, seconds=3)
    receiver.status = 500
    await house.gate.policies.end("op", policy.policy_id, "done")
    await step(house, seconds=3)
    assert [one["entry"]["seq"] for one in receiver.told] == [3]
    _, listed = await house.call("GET", HOOKS, token="op-auditor")
    assert [(h["failures"], h["last_result"]) for h in listed["hooks"]] == [(1, "500")]
    receiver.status = 200
    await step(house, seconds=5)  # not yet: it waits longer after each failure
    assert len(receiver.told) == 1
    await step(house, seconds=6)
    assert [one["entry"]["change"] for one in receiver.told] == ["set", "ended"]
    public = await public_key(house)
    for one in receiver.told:
        assert signed("webhook", one, public)
        assert signed("entry", one["entry"], public)
        assert not signed("webhook", {**one, "sent_at": "2021-01-01T00:00:00Z"}, public)
    one = f"{HOOKS}/{hook['hook_id']}"
    assert (await house.call("DELETE", one, token="op-owner"))[0] == 200
    assert (await house.call("DELETE", one, token="op-owner"))[0] == 404
    await house.shut(region="intl")
    await step(house, seconds=10)
    assert len(receiver.told) == 2


async def test_one_that_never_answers_is_given_up_and_can_be_tried_again(
    hooked: House, receiver: Receiver, wiper: asyncpg.Connection
) -> None:
    house, receiver.status = hooked, 302  # a redirect is not followed: it is no taking
    body = {"url": f"http://{receiver.place}/"}
    _, hook = await house.call("POST", HOOKS, body, token="op-owner")
    await house.shut()
    for _ in range(FAILURES_MAX + 1):
        await step(house, hours=1, seconds=1)
    (row,) = await everything(wiper, "notices_hooks")
    assert (row["state"], row["failures"], row["last_result"]) == ("disabled", 12, "302")
    assert "notices.hook_disabled" in {r["act"] for r in await everything(wiper, "audit_entries")}
    receiver.status = 200
    await step(house, hours=1)
    assert receiver.told == []
    one = f"{HOOKS}/{hook['hook_id']}/enable"
    assert (await house.call("POST", one, token="op-owner"))[0] == 200
    assert (await house.call("POST", one, token="op-owner"))[0] == 404
    await step(house, seconds=3)
    assert [told["entry"]["change"] for told in receiver.told] == ["key", "set"]


async def test_where_a_webhook_may_not_point(house: House, receiver: Receiver) -> None:
    for url in (
        f"http://{receiver.place}/",  # inside, and not named by the configuration
        "http://example.org/",
        "https://example.org:8443/",
        "https://name:word@example.org/",
        "https:///x",
        "https://example.org/#part",
        "https://exämple.org/",
        "https://example.org/ x",
        "ftp://example.org/",
        "https://[::1",
        "x" * 3000,
    ):
        status, said = await house.call("POST", HOOKS, {"url": url}, token="op-owner")
        assert (status, said["code"]) == (422, "notices.bad_hook"), url
    # An address inside is refused when it is connected to, whatever its name.
    body = {"url": "https://127.0.0.1/"}
    assert (await house.call("POST", HOOKS, body, token="op-owner"))[0] == 201
    await house.shut()
    await step(house, seconds=3)
    _, listed = await house.call("GET", HOOKS, token="op-auditor")
    assert [one["last_result"] for one in listed["hooks"]] == ["egress.refused"]
    assert receiver.told == []
