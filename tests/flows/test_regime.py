"""A stricter regime holds on every worker for whoever registers, on whichever device they go on."""

import asyncio
from pathlib import Path

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.flows.people import linked
from tests.living import living
from tests.regimes.test_regimes import DRAFT, NOW, SHOWN, Registry


async def test_from_another_device_and_another_worker(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path, clock) as one, living(dsn, tmp_path, clock) as other:
        for house in (one, other):
            object.__setattr__(house.house.people.realnames, "provider", Registry())
        path = await one.verified("+447911123456")
        await (await other.owner()).did("POST", "/regimes", DRAFT)
        held = await one.finish(path, "ann")
        assert held.json()["held_for"] == ["realname"]
        elsewhere = await linked(one, path)
        assert (await other.client.post(f"{elsewhere}/realname", json=SHOWN)).status_code == 200
        again = await one.client.post(f"{path}/realname", json=SHOWN)
        assert again.json()["code"] == "gate.wrong_step"
        made = await asyncio.gather(one.finish(path, "ann"), other.finish(elsewhere, "ann"))
        assert sum(answer.status_code == 201 for answer in made) == 1
