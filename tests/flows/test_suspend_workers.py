"""A work that is verified by one worker opens what another has shut, at once and in one history."""

from pathlib import Path

import asyncpg

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import verify_history
from tests.gate.house import House, everything, open_house, suspension

START = "/api/v1/registrations"
EXPORT = "/.well-known/registration-history.json"


async def test_whoever_verifies_the_work_opens_the_door(
    house: House, dsn: str, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    place = Path(house.gate.config.data_dir)
    works = house.gate.policies.works
    async with works.db.transaction() as tx:
        work = await works.open(tx, "script", "The new format", "cli:test")
    await house.gate.policies.set(
        "op", "x", suspension(resume_on=work.work_id, resume_pace_per_minute=60)
    )
    db = await Database.open(dsn)
    log = Log(db)  # never started: it hears of nothing
    try:
        async with open_house(db, log, clock, place) as other:
            assert (await other.call("POST", START, {"door": "email"}))[0] == 403
            verifying = other.gate.policies.works
            async with verifying.db.transaction() as tx:
                await verifying.verified(tx, work.work_id, "ab" * 32)
            assert (await house.call("POST", START, {"door": "email"}))[0] == 201
            assert (await other.call("POST", START, {"door": "email"}))[0] == 201
    finally:
        await db.close()
    await house.log.catch_up()
    _, export = await house.call("GET", EXPORT)
    assert verify_history(export).intact
    assert [one["change"] for one in export["entries"]] == ["key", "set", "resumed", "set"]
    rows = await everything(wiper, "gate_policies")
    assert {row["state"]: row["ended_by"] for row in rows} == {"suspended": "system", "paced": None}


async def test_what_cannot_be_told_is_not_done(house: House, wiper: asyncpg.Connection) -> None:
    """The end of a work, what it opens, and what people are told are one transaction."""
    works = house.gate.policies.works
    async with works.db.transaction() as tx:
        work = await works.open(tx, "script", "The new format", "cli:test")
    await house.gate.policies.set(
        "op", "x", suspension(resume_on=work.work_id, resume_pace_per_minute=60)
    )
    await wiper.execute("alter table notices_entries add constraint full_disk check (seq < 3)")
    try:
        failed = False
        try:
            async with works.db.transaction() as tx:
                await works.verified(tx, work.work_id, "ab" * 32)
        except asyncpg.CheckViolationError:
            failed = True
        assert failed
    finally:
        await wiper.execute("alter table notices_entries drop constraint full_disk")
    assert (await everything(wiper, "works_works"))[0]["state"] == "running"
    assert (await house.call("POST", START, {"door": "email"}))[0] == 403
    async with works.db.transaction() as tx:
        await works.verified(tx, work.work_id, "ab" * 32)
    assert (await house.call("POST", START, {"door": "email"}))[0] == 201
