"""A child's registration goes on wherever the child is, with one code for one guardian."""

import asyncio
from datetime import timedelta
from pathlib import Path

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.flows.people import linked
from tests.guardians.test_guardians import AGREE, CHILD_NUMBER, NOW, PARENT_NUMBER, asks, waiting
from tests.living import living


async def test_from_another_device_and_another_worker(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path, clock) as one, living(dsn, tmp_path, clock) as other:
        parent = await one.joined("ann", PARENT_NUMBER)
        path, code = await waiting(one, CHILD_NUMBER)
        elsewhere = await linked(one, path)
        clock.move(timedelta(minutes=5))
        looks = [
            house.client.post(f"{place}/guardian")
            for house in (one, other)
            for place in (path, elsewhere)
        ]
        assert {told.json()["code"] for told in await asyncio.gather(*looks)} == {code}
        await parent.did("POST", asks(code, "/agree"), AGREE)
        assert (await other.client.post(f"{elsewhere}/guardian")).status_code == 409
        made = await other.finish(elsewhere, "kid")
        assert made.status_code == 201, made.text
        listed = await parent.did("GET", "/api/v1/guardian/children")
        assert [child["user_id"] for child in listed["children"]] == ["@kid:s"]


async def test_two_workers_make_one_first_code(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path, clock) as one, living(dsn, tmp_path, clock) as other:
        path = await one.verified(CHILD_NUMBER, {"under_14": True})
        assert (await one.finish(path, "kid")).json()["held_for"] == ["guardian"]
        both = [house.client.post(f"{path}/guardian") for house in (one, other)]
        told = await asyncio.gather(*both)
        assert [answer.status_code for answer in told] == [201, 201]
        assert len({answer.json()["code"] for answer in told}) == 1
