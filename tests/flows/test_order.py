"""An order's way through a house of two workers: each carries it out, and the report names both."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.orders.model.report import is_proved
from tests.living import Living, living
from tests.orders.desk import pair, written

STOPPED = ({"kind": "stop_registration"}, {"kind": "stop_function", "function": "new_rooms"})
BEGIN = {"door": "phone", "service_region": "cn-mainland"}


@pytest_asyncio.fixture
async def workers(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[list[Living]]:
    """Two workers of one house, at a time that stands still."""
    async with AsyncExitStack() as closing:
        yield [await closing.enter_async_context(living(dsn, tmp_path, clock)) for _ in range(2)]


async def test_r_080_an_order_is_carried_out_by_every_worker_and_given_back(
    workers: list[Living], clock: FixedClock
) -> None:
    here, there = workers
    two = await pair(here)
    ann = await here.joined("ann", "+8613800138000")
    await there.house.log.catch_up()
    elsewhere = type(ann)(there, ann.user_id, ann.token, ann.device_id)
    assert (await elsewhere.ask("POST", "/createRoom", {})).status_code == 200
    order_id = await two.carried_out(written(clock, *STOPPED))
    assert (await there.client.post("/api/v1/registrations", json=BEGIN)).status_code == 403
    await there.house.log.catch_up()
    for person in (ann, elsewhere):
        answer = await person.ask("POST", "/createRoom", {})
        assert (answer.status_code, answer.json()["order_id"]) == (403, order_id)
    report = await two.did("GET", f"/{order_id}/report")
    there_too = {one.house.ground.attendance.worker.worker_id for one in workers}
    assert {one["worker_id"] for one in report["facts"]["workers"]} == there_too
    assert (report["complete"], is_proved(report)) == (True, True)
    await two.end(order_id)
    await there.house.log.catch_up()
    for person in (ann, elsewhere):
        assert (await person.ask("POST", "/createRoom", {})).status_code == 200
    assert (await there.client.post("/api/v1/registrations", json=BEGIN)).status_code == 201
