"""The register of transfers through what operators call, and what then crosses a border."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.egress.ways import Way
from teahouse.processors.model.register import Fit, ProcessorBody
from tests.cases.desk import Judge
from tests.infra.egress.test_egress import Server, answer
from tests.living import Living, living
from tests.processors.test_processors import counted, did, sent, two, used

PLACE = "/transfers"


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[Server]:
    """Somebody who takes SMS."""
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    one.answers["/send"] = answer("200 OK", b"")
    yield one
    listening.close()


@asynccontextmanager
async def mainland(
    dsn: str, place: Path, clock: FixedClock, gateway: Server, **settings: Any
) -> AsyncIterator[Living]:
    """Open a house of the mainland that hands its SMS to somebody."""
    url = f"http://127.0.0.1:{gateway.port}/send"
    more: dict[str, Any] = {"registers_enforce": "on"} | settings
    async with living(dsn, place, clock, sms_url=url, profile="cn-mainland", **more) as home:
        yield home


def wanted(clock: FixedClock, **more: Any) -> dict[str, Any]:
    """Return a transfer as it is proposed."""
    return {
        "transfer_id": "to-sg", "recipient": "sms-one", "country": "SG", "mechanism": "contract",
        "reference": "Standard contract, filed as 2021-9",
        "until": (clock.now().date() + timedelta(days=300)).isoformat(),
        "purposes": ["accounts.phone", "accounts.code"],
    } | more  # fmt: skip


async def at(judge: Judge, path: str, body: Any = None) -> tuple[int, str]:
    """Make a request; return its status, and the code when it was refused."""
    told = await judge.at("POST", PLACE + path, body or {})
    return told.status_code, "" if told.status_code < 300 else told.json()["code"]


async def test_l_38_a_processor_abroad_needs_a_transfer_that_is_in_force(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with mainland(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)
        await used(first, second, clock, country="SG")
        assert await sent(first) == (False, "register"), "a contract alone lets nothing cross"
        (to,) = [
            one
            for one in (await first.at("GET", "/processors")).json()["destinations"]
            if one["way"] == "sms"
        ]
        assert (to["fit"], to["held"]) == ("abroad", True)
        assert await at(first, "", wanted(clock, purposes=["no.such"])) == (422, "transfers.bad")
        assert await at(first, "", wanted(clock)) == (200, "")
        assert await at(first, "", wanted(clock)) == (409, "transfers.known")
        assert await at(first, "/to-sg/agree") == (403, "transfers.same_person")
        assert await at(second, "/to-sg/end", {"reason": "x"}) == (409, "transfers.bad_step")
        assert await sent(first) == (False, "register")
        assert await at(second, "/to-sg/agree") == (200, "")
        assert await sent(first) == (True, "")
        assert await at(first, "/to-sg/end", {"reason": ""}) == (422, "transfers.reason_needed")
        assert await at(first, "/to-sg/end", {"reason": "It moved home."}) == (200, "")
        assert await sent(first) == (False, "register")
        assert await at(first, "/none/agree") == (404, "transfers.not_found")
        assert len(gateway.asked) == 1


async def test_l_38_what_is_at_home_needs_none(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with mainland(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)
        await used(first, second, clock)
        assert await sent(first) == (True, "")


async def test_l_38_who_lacks_a_transfer_is_reckoned_when_a_register_or_the_day_changes(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with mainland(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)
        reckoned: list[str] = []

        def lacks(body: ProcessorBody, _today: date) -> bool:
            reckoned.append(body.processor_id)
            return False

        guarding = home.house.registers.processors.guarding
        guarding.abroad.insert(0, lacks)

        async def fits(found: Fit, times: int) -> None:
            await home.house.log.catch_up()  # what is heard reads the registers again
            await home.house.registers.transfers.all()
            await home.house.registers.processors.all()
            reckoned.clear()
            for _ in range(5):
                assert guarding.fit(Way.SMS, "127.0.0.1") == (found, "sms-one")
            assert reckoned == ["sms-one"] * times

        await used(first, second, clock, country="SG")
        await fits(Fit.ABROAD, 1)
        await fits(Fit.ABROAD, 0)
        await at(first, "", wanted(clock, until=clock.now().date().isoformat()))
        await at(second, "/to-sg/agree")
        await fits(Fit.GOOD, 1)
        await fits(Fit.GOOD, 0)
        clock.move(timedelta(days=1))
        await fits(Fit.ABROAD, 1)
        await did(first, "/sms-one/end", {"reason": "It is over."})
        await fits(Fit.ENDED, 1)


async def test_l_38_people_are_counted_from_new_year_and_limits_told_once(
    dsn: str,
    database: object,
    wiper: asyncpg.Connection,
    tmp_path: Path,
    clock: FixedClock,
    gateway: Server,
) -> None:
    async with mainland(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)
        await used(first, second, clock, country="SG")
        await at(first, "", wanted(clock))
        await at(second, "/to-sg/agree")
        for _ in range(3):
            assert await sent(first) == (True, "")
        await counted(home, first)

        async def told(count: bool = True) -> tuple[int, str, bool]:
            path, how = (f"{PLACE}/count", "POST") if count else (PLACE, "GET")
            answered = await first.at(how, path, {} if count else None)
            assert answered.status_code == 200, answered.text
            whole = answered.json()
            (one,) = whole["transfers"]
            assert one["people"] == whole["people"]
            return whole["people"], whole["asks"], one["enough"]

        assert (await told())[0] == 0, "nobody here has a number, so nobody's crossed"
        ground = "accounts.phone@" + str(version_of(home, "accounts.phone"))
        await having(wiper, ground, 2)
        assert await told() == (2, "exempt", True)
        await having(wiper, ground, 5)
        assert await told() == (3, "exempt", True), "no more people than messages"
        await wiper.execute("delete from vault_subjects where subject_id like 'many-%'")
        assert (await told())[0] == 3, "who left is still abroad"
        handed = {"what": "All of it.", "people": 900_000, "purposes": ["accounts.phone"]}
        await first.at("POST", "/processors/sms-one/handings", handed)
        await having(wiper, ground, 100_000)
        assert await told() == (100_000, "contract", True)
        assert await told() == (100_000, "contract", True)
        entries = (await first.at("GET", "/audit?act=transfers.reached")).json()["entries"]
        assert [(one["target"], one["detail"]["count"]) for one in entries] == [
            ("people.contract", 100_000)
        ]
        clock.move(timedelta(days=200))
        assert (await told(count=False))[0] == 0, "a new year begins with nobody"


def version_of(home: Living, purpose_id: str) -> int:
    """Return the version of a purpose that is in force."""
    found = home.house.people.consent.register.purpose(purpose_id)
    assert found is not None
    return found.version


async def having(wiper: asyncpg.Connection, ground: str, count: int) -> None:
    """Let there be so many people of whom a ground is on file."""
    await wiper.execute("delete from vault_subjects where subject_id like 'many-%'")
    await wiper.execute(
        "insert into vault_subjects (subject_id, purposes, created_at)"
        " select 'many-' || n, array[$1], now() from generate_series(1, $2::int) n",
        ground,
        count,
    )


async def test_l_d21_what_is_important_crosses_no_border(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    raised = {"raised": {"accounts_identifiers.phone": "important"}}
    (tmp_path / "labels.json").write_text(json.dumps(raised))
    async with mainland(dsn, tmp_path, clock, gateway) as home:
        first, _ = await two(home)
        assert await at(first, "", wanted(clock)) == (422, "transfers.bad")
        assert await at(first, "", wanted(clock, purposes=["accounts.code"])) == (200, "")
