"""People who were brought in are told once, by whichever worker, and take their account or decline."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.imports.model import CLAIM_LIFE, LINK_LIFE, TELL_AT_ONCE, TELL_WAIT, TEXTS_WAIT
from teahouse.infra.db.pool import Database
from teahouse.infra.senders.model import CodeMessage, NotSent
from tests.living import Living, Owner, living

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HEADING = "username,display_name,phone,email\n"
TWO = HEADING + "ann,安,+447911123456,\nbob,,+447911123457,bob@tea.example\n"
MANY = HEADING + "".join(f"p{n},,,p{n}@tea.example\n" for n in range(2 * TELL_AT_ONCE + 5))
PHONES = HEADING + "".join(f"p{n},,+4479111234{n:02},\n" for n in range(4))
PASSWORD = {"password": "a kettle of spring water", "lang": "en"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def brought(owner: Owner, text: str) -> str:
    begun = await owner.did("POST", "/imports", {"csv": text, "label": "Autumn"})
    return f"/imports/{begun['import_id']}"


async def counts(owner: Owner, path: str) -> tuple[int, ...]:
    about = (await owner.did("GET", path))["about"]
    names = ("made", "to_tell", "told", "not_told", "arrived", "declined")
    return tuple(about[name] for name in names)


def links(house: Living, to: str) -> list[str]:
    outbox = house.house.people.accounts.codes.senders.outbox
    assert outbox is not None, "it is test mode"
    return outbox.links(to)


def arrival(house: Living, to: str) -> str:
    (link,) = links(house, to)
    place, token = link.partition("/#/arrival/")[::2]
    assert (place, bool(token)) == (house.house.config.base_url, True)
    return f"/api/v1/arrivals/{token}"


async def said(house: Living, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = await house.client.request(method, path, json=body)
    return answer.status_code, answer.json() if answer.content else None


async def test_a_dry_run_tells_how_many_messages_and_what_sends_them(house: Living) -> None:
    owner = await house.owner()
    report = await owner.did("POST", "/imports/check", {"csv": TWO + "Bad Name,,,b@tea.example\n"})
    assert report["messages"] == [
        {"contact_kind": "email", "adapter": "test", "count": 1},
        {"contact_kind": "phone", "adapter": "test", "count": 1},
    ]
    house.house.people.accounts.codes.senders.mail = None
    report = await owner.did("POST", "/imports/check", {"csv": TWO + "cy,,,cy@tea.example\n"})
    assert report["messages"] == [
        {"contact_kind": "phone", "adapter": "test", "count": 2},
        {"contact_kind": "none", "adapter": "none", "count": 1},
    ]
    path = await brought(owner, HEADING + "cy,,,cy@tea.example\n")
    await house.run_jobs()
    assert await counts(owner, path) == (1, 0, 0, 1, 0, 0)


async def test_one_takes_the_account_and_another_declines(
    house: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner = await house.owner()
    path = await brought(owner, TWO)
    await house.run_jobs()
    assert await counts(owner, path) == (2, 0, 2, 0, 0, 0)
    assert links(house, "+447911123457") == []  # who has an address is told there
    mine = arrival(house, "+447911123456")
    status, found = await said(house, "GET", mine)
    assert (status, found["user_id"]) == (200, "@ann:s")
    body = PASSWORD | {"policy_version": found["policy_version"]}
    assert (await said(house, "POST", mine, body | {"password": ""}))[0] == 400
    assert (await said(house, "POST", mine, body | {"policy_version": "old"}))[0] == 409
    status, taken = await said(house, "POST", mine, body)
    assert (status, taken["user_id"]) == (201, "@ann:s")
    account = await house.house.people.accounts.account("@ann:s")
    receipts = await house.house.people.consent.receipts(account.account_id)
    assert {one.basis for one in receipts} == {"notice", "administrator"}
    for method in ("GET", "DELETE"):
        assert (await said(house, method, mine))[1]["code"] == "imports.no_arrival"
    his = arrival(house, "bob@tea.example")
    bent = his[:-1] + ("0" if his[-1] != "0" else "1")
    assert (await said(house, "DELETE", bent))[0] == 404
    assert (await said(house, "DELETE", his))[0] == 200
    assert (await said(house, "DELETE", his))[0] == 404
    assert await counts(owner, path) == (1, 0, 2, 0, 1, 1)
    assert (await house.house.people.accounts.account("@bob:s")).state.value == "deactivated"
    assert await wiper.fetchval("select count(*) from imports_rows where told = 'told'") == 2


async def test_a_link_is_for_an_account_that_nobody_uses_and_for_two_weeks(
    house: Living, clock: FixedClock
) -> None:
    owner = await house.owner()
    await brought(owner, TWO)
    await house.run_jobs()
    mine, his = arrival(house, "+447911123456"), arrival(house, "bob@tea.example")
    asked = {"kind": "phone", "value": "+447911123456"}
    await house.client.post("/api/v1/sessions/code", json=asked)
    code = await house.code(asked["value"])
    opened = await house.client.post("/api/v1/sessions", json=asked | {"code": code})
    assert opened.json()["user_id"] == "@ann:s"
    assert (await said(house, "GET", mine))[0] == 404
    clock.move(LINK_LIFE - timedelta(seconds=1))
    assert (await said(house, "GET", his))[0] == 200
    clock.move(timedelta(seconds=1))
    assert (await said(house, "GET", his))[0] == 404


async def test_three_workers_tell_everybody_once(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with AsyncExitStack() as stack:
        houses = [await stack.enter_async_context(living(dsn, tmp_path, clock)) for _ in range(3)]
        owner = await houses[0].owner()
        path = await brought(owner, MANY)
        for _ in range(8):
            await asyncio.gather(*(house.run_jobs() for house in houses))
            clock.move(TELL_WAIT)
        people = 2 * TELL_AT_ONCE + 5
        assert await counts(owner, path) == (people, 0, people, 0, 0, 0)
        told = Counter(
            to
            for house in houses
            for to in (f"p{n}@tea.example" for n in range(people))
            for _ in links(house, to)
        )
        assert (len(told), set(told.values())) == (people, {1})


async def test_half_of_the_text_messages_are_left_for_codes(
    house: Living, clock: FixedClock
) -> None:
    owner = await house.owner()
    await house.house.doors.screening.desk.set_rule("op", "sms_hour", "on", 4)
    path = await brought(owner, PHONES)
    await house.run_jobs()
    assert await counts(owner, path) == (4, 2, 2, 0, 0, 0)
    clock.move(TEXTS_WAIT)
    await house.run_jobs()
    assert (await counts(owner, path))[1:3] == (2, 2)
    clock.move(timedelta(hours=1))
    await house.run_jobs()
    assert await counts(owner, path) == (4, 0, 4, 0, 0, 0)


class Away:
    """A mail server that is away at first."""

    def __init__(self) -> None:
        self.tries = 0
        self.sent: list[str] = []

    async def send(self, message: CodeMessage) -> None:
        self.tries += 1
        if self.tries == 1:
            raise NotSent
        self.sent.append(message.to)


async def test_a_server_that_is_away_is_asked_again_and_who_was_lost_is_not_told_twice(
    house: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner = await house.owner()
    senders = house.house.people.accounts.codes.senders
    away = senders.mail = Away()
    path = await brought(owner, HEADING + "bob,,,bob@tea.example\ncy,,,cy@tea.example\n")
    await house.run_jobs()
    assert await counts(owner, path) == (2, 2, 0, 0, 0, 0)
    # a worker dies with a message in its hands
    await wiper.execute(
        "update imports_rows set told = 'sending', told_at = $1 where number = 1", NOW
    )
    clock.move(timedelta(minutes=1))
    await house.run_jobs()
    assert (away.sent, (await counts(owner, path))[1:3]) == (["cy@tea.example"], (1, 1))
    clock.move(CLAIM_LIFE + timedelta(seconds=1))
    await house.run_jobs()
    assert (away.sent, await counts(owner, path)) == (["cy@tea.example"], (2, 0, 1, 1, 0, 0))
