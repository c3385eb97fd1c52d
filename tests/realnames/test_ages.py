"""A provider tells how old somebody is: a band of ages, and no day of birth stays anywhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living
from tests.realnames.test_realnames import ASKED, PLACE, SECRET, Provider, provider
from tests.regimes.test_regimes import DRAFT, SHOWN

__all__ = ["provider"]
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
BAND = {"age": {"at_least": 16, "turns_on": "2026-12-05"}}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, provider: Provider, clock: FixedClock
) -> AsyncIterator[Living]:
    named = {"realname_url": provider.url, "realname_secret": SECRET}
    async with living(dsn, tmp_path, clock, **named) as opened:
        yield opened


async def age(one: Person) -> tuple[Any, Any]:
    told = (await one.did("GET", "/api/v1/minors/me"))["age"]
    return told["at_least"], told["sources"]


async def test_a_band_goes_before_the_number_and_turns_on_its_day(
    house: Living, provider: Provider, clock: FixedClock
) -> None:
    ann = await house.joined("ann", "+447911123456")
    assert await age(ann) == (None, [])
    provider.more = BAND
    await ann.did("POST", PLACE, ASKED)  # the number says 1949
    assert await age(ann) == (16, ["document"])
    clock.move(timedelta(days=14))
    assert await age(ann) == (18, ["document"]), "the day that was told has come"


@pytest.mark.parametrize(
    "more",
    [
        {"age": {"at_least": 300}},
        {"age": {"at_least": 16, "turns_on": "2026-11-20"}},
        {"age": {"at_least": 16, "turns_on": "2036-11-20"}},
    ],
)
async def test_what_cannot_be_meant_tells_no_age(
    house: Living, provider: Provider, more: dict[str, Any]
) -> None:
    ann = await house.joined("ann", "+447911123456")
    provider.more = more
    await ann.did("POST", PLACE, ASKED)
    assert await age(ann) == (None, [])


async def test_who_is_confirmed_while_registering_comes_in_with_an_age(
    house: Living, provider: Provider, wiper: asyncpg.Connection
) -> None:
    provider.more = BAND
    await (await house.owner()).did("POST", "/regimes", DRAFT)
    path = await house.verified("+447911123456")
    assert (await house.finish(path, "ann")).status_code == 403
    assert (await house.client.post(f"{path}/realname", json=SHOWN)).status_code == 200
    kept = await wiper.fetchval("select age from realnames_pending")
    assert kept is not None
    assert b"2026" not in kept
    made = (await house.finish(path, "ann")).json()
    ann = Person(house, made["user_id"], made["access_token"], made["device_id"])
    assert await age(ann) == (16, ["document"])
    assert await wiper.fetchval("select count(*) from realnames_pending") == 0
