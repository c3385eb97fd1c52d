"""Down is a second in which something failed and nobody got it, from any worker."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.app.house import build_routes
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.uptime.model import MEANS, PROFILE, REGISTER, SEND, SIGN_IN, Spell, capability_of
from teahouse.uptime.service import Uptime
from tests.living import Living, living

LOGIN = ("POST", "/_matrix/client/v3/login")
SECOND = timedelta(seconds=1)


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as home:
        yield home


def worker(home: Living, clock: FixedClock) -> Uptime:
    uptime = Uptime(home.house.db, clock)
    uptime.know([(*LOGIN, "")])
    return uptime


async def test_what_people_do_is_counted(home: Living, clock: FixedClock) -> None:
    began = clock.now()
    ann = await home.joined("ann", "+447700900001")
    await ann.sync()
    uptime = home.house.uptime
    await uptime.tell()
    told = await uptime.between(began, clock.now())
    assert told[REGISTER].requests >= 1
    assert told[SEND].requests >= 1
    assert {one.failed + one.down_seconds for one in told.values()} == {0}


async def test_a_second_is_down_when_it_failed_everywhere(home: Living, clock: FixedClock) -> None:
    one, other = worker(home, clock), worker(home, clock)
    began = clock.now()
    for first, second in ((False, True), (True, True), (True, False), (False, None)):
        one.count(*LOGIN, first)
        if second is not None:
            other.count(*LOGIN, second)
        clock.move(SECOND)
    one.count("GET", "/elsewhere", True)
    await one.tell()
    await other.tell()
    await other.tell()
    before = (await one.between(began, clock.now()))[SIGN_IN]
    assert before == Spell(requests=7, failed=4, down_seconds=1, gap_seconds=0)
    clock.move(timedelta(minutes=3))
    one.count(*LOGIN, False)
    await one.tell()
    for _ in range(2):
        async with home.house.db.transaction() as tx:
            await one.sum_up(tx)
    clock.move(timedelta(minutes=5))
    async with home.house.db.transaction() as tx:
        await one.sum_up(tx)
    after = (await one.between(began, clock.now()))[SIGN_IN]
    assert after[:3] == (8, 4, 1), "the same in minutes"
    assert after.gap_seconds == 181, "from the last answer to the next, over minutes"
    later = clock.now() + timedelta(hours=1)
    assert await one.between(later, later) == {}


def test_every_way_in_and_everything_told_is_a_route(home: Living) -> None:
    routes = build_routes(home.house)
    found = {capability_of(one.method, one.path, one.door) for one in routes}
    assert {REGISTER, SIGN_IN, SEND, PROFILE, "change_contact", "erase", "look_up", ""} == found
    for method, begins, _ in MEANS:
        assert any(r.method == method and r.path.startswith(begins) for r in routes), begins
