"""A change of policy counts on every worker at once, told or not."""

from pathlib import Path

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from tests.gate.house import WELL_KNOWN, House, everything, open_house

START = "/api/v1/registrations"


@pytest.fixture
def same_place(house: House) -> Path:
    """The keys are one house's; so is the folder they lie in."""
    return Path(house.gate.config.data_dir)


async def test_another_worker_decides_by_the_same_rules(
    house: House, same_place: Path, dsn: str, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    db = await Database.open(dsn)
    log = Log(db)  # never started: it hears of nothing
    try:
        async with open_house(db, log, clock, same_place) as other:
            path = await other.begin(door="email")
            await other.prove(path, "email", "ann@example.org")
            policy = await house.shut()
            status, said = await other.call("POST", START, {"door": "email"})
            assert (status, said["notice"]["id"]) == (403, policy.policy_id)
            status, said = await other.call("POST", f"{path}/finish", {"username": "ann"})
            assert (status, said["code"]) == (403, "gate.closed")
            await log.catch_up()
            _, told = await other.call("GET", WELL_KNOWN)
            assert [one["id"] for one in told["notices"]] == [policy.policy_id]
            await other.gate.policies.end("op", policy.policy_id, "open again")
            assert (await house.call("POST", START, {"door": "email"}))[0] == 201
    finally:
        await db.close()
    assert await everything(wiper, "accounts_accounts") == []


async def test_a_step_begun_on_one_worker_goes_on_on_another(
    house: House, same_place: Path, dsn: str, clock: FixedClock
) -> None:
    db = await Database.open(dsn)
    log = Log(db)
    try:
        async with open_house(db, log, clock, same_place) as other:
            path = await house.begin(door="email")
            await other.prove(path, "email", "ann@example.org")
            status, made = await house.call("POST", f"{path}/finish", {"username": "ann"})
            assert status == 201
            whoami = "/_matrix/client/v3/account/whoami"
            status, me = await other.call("GET", whoami, token=made["access_token"])
            assert (status, me["user_id"]) == (200, "@ann:tea.example")
    finally:
        await db.close()
