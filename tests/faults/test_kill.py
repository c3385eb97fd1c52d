"""``kill -9`` of any process while ten thousand messages are sent: each is there once, in order."""

import asyncio
import random

import pytest
from bench.storm import Storm

from tests.faults.conftest import OpenHouse
from tests.faults.house import House

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

WORKER, POSTGRES, NATS = "teahouse.cli.worker", "/postgres ", "nats-server"
SENDS = 10_000


async def kill_at_random_points(house: House, storm: Storm, victims: list[str]) -> None:
    """Kill each of ``victims`` in turn, each at a point of its own."""
    share = storm.sends * 9 // 10 // len(victims)
    for nth, victim in enumerate(victims):
        await storm.reached(nth * share + random.randrange(share // 4, share))
        if victim == "supervisor":
            await house.kill_all()
        else:
            house.kill(victim)


async def survives(house: House, *victims: str) -> Storm:
    storm = Storm("127.0.0.1", [house.port], sends=SENDS)
    await storm.gather()
    async with asyncio.timeout(100), asyncio.TaskGroup() as group:
        group.create_task(kill_at_random_points(house, storm, list(victims)))
        group.create_task(storm.blow())
    assert await storm.faults() == []
    assert house.faults == [], "".join(house.said)
    return storm


@pytest.mark.parametrize(
    "victims",
    [(WORKER, WORKER, WORKER), (POSTGRES, POSTGRES), ("supervisor",)],
    ids=["worker", "postgresql", "supervisor"],
)
async def test_killed_while_thousands_are_sent(opens: OpenHouse, victims: tuple[str, ...]) -> None:
    storm = await survives(await opens(), *victims)
    assert storm.troubles, "nothing was killed in time"


async def test_killed_with_two_workers(opens: OpenHouse) -> None:
    house = await opens("--workers", "2")
    await survives(house, NATS, WORKER, POSTGRES, WORKER, NATS)
