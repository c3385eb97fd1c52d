"""What is felt of a worker: the wait in its queue, the times of its requests, its faults."""

import asyncio
import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.db.pool import Database
from teahouse.infra.pulse import REQUESTS_MIN, TICK_SECONDS, WINDOWS_MAX, Pulse, PulseTaker
from teahouse.infra.vault.attendance import felt
from tests.living import living

times = st.lists(st.floats(0, 1000), min_size=REQUESTS_MIN, max_size=400)


@given(times)
def test_the_99th_is_right_to_an_eighth(times: list[float]) -> None:
    taker = PulseTaker()
    for seconds in times:
        taker.count(seconds, fault=False)
    p99_ms = taker.take().p99_ms
    wanted = sorted(times)[math.ceil(len(times) * 0.99) - 1] * 1000
    assert p99_ms is not None
    assert wanted <= p99_ms <= wanted * 1.126 + 0.002


def test_seconds_of_few_requests_are_told_together() -> None:
    taker = PulseTaker()
    for _ in range(WINDOWS_MAX - 1):
        taker.count(0.5, fault=False)
        assert taker.take() == Pulse(0.0, None, 1, 0)
    for _ in range(REQUESTS_MIN - WINDOWS_MAX + 1):
        taker.count(0.01, fault=True)
    told = taker.take()
    assert (told.requests, told.faults) == (REQUESTS_MIN - WINDOWS_MAX + 1, 91)
    assert told.p99_ms is not None
    assert told.p99_ms > 500, "the slow ones are in it"
    for _ in range(REQUESTS_MIN):
        taker.count(0.01, fault=False)
    told = taker.take()
    assert told.p99_ms is not None
    assert told.p99_ms < 12, "enough by themselves"


def test_whoever_came_while_the_loop_was_away_waited() -> None:
    taker, alarms = PulseTaker(), list[int]()
    taker.alarm = lambda: alarms.append(1)
    for _ in range(9):
        taker.late(0.0)
    assert not alarms
    taker.late(10 * TICK_SECONDS)  # eleven were due: 200, 180, …, 0 ms late
    assert alarms == [1]
    taker.late(10 * TICK_SECONDS)
    assert alarms == [1], "once for each time of telling"
    assert math.isclose(taker.take().queue_ms, 2200 / 31)
    assert taker.take().queue_ms == 0.0


def test_the_first_to_come_after_nobody_was_about_is_told_of_at_once() -> None:
    taker, alarms = PulseTaker(), list[int]()
    taker.alarm = lambda: alarms.append(1)
    taker.count(0.01, fault=False)
    taker.take()
    taker.count(0.01, fault=False)
    assert not alarms, "there were people all the time"
    taker.take()
    taker.take()
    taker.count(0.01, fault=False)
    taker.count(0.01, fault=False)
    assert alarms == [1]


def test_waiting_for_a_connection_is_waiting() -> None:
    so_far = [(2.0, 10)]
    taker = PulseTaker(lambda: so_far[-1])
    so_far.append((2.5, 20))
    assert taker.take().queue_ms == 50.0
    assert taker.take().queue_ms == 0.0


async def test_a_loop_that_was_away_is_felt() -> None:
    taker, told = PulseTaker(), asyncio.Event()
    taker.alarm = told.set
    taker.start()
    loop = asyncio.get_running_loop()

    def away() -> None:
        until = loop.time() + 20 * TICK_SECONDS
        while loop.time() < until:
            pass

    loop.call_soon(away)
    await asyncio.wait_for(told.wait(), 30)
    taker.stop()
    assert taker.take().queue_ms > 20.0


async def test_a_worker_that_serves_says_what_is_felt(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    async with living(dsn, tmp_path) as home:
        ground = home.house.ground
        await ground.attendance.beat()
        assert (await felt(database)).workers == [], "it does not serve"
        ground.attendance.feel(ground.pulse)
        for _ in range(REQUESTS_MIN):
            await home.client.get("/_matrix/client/versions")
        token = (await home.joined("ann", "+447700900001")).token
        await ground.attendance.beat()
        first = (await felt(database)).workers[0]
        await home.client.get(
            "/_matrix/client/v3/sync", headers={"authorization": f"Bearer {token}"}
        )
        await home.client.get("/healthz")
        await home.client.get("/api/v1/operator/upgrades")
        await ground.attendance.beat()
        told = await felt(database)
    assert first.requests >= REQUESTS_MIN
    assert first.p99_ms is not None
    assert first.p99_ms > 0
    assert told.workers[0].requests == 0, "who waits, watches or operates is not counted"
    assert (told.workers[0].faults, told.replica_lag_seconds) == (0, 0.0)
    assert 0 <= told.workers[0].silent_seconds < 15
