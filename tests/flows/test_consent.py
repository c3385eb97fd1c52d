"""Consent from yes to no: given in one step, taken back in one, and heard by every worker [L-15]."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from teahouse.app import FIELDS
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.field import Necessity
from tests.living import Living, Person, living, q
from tests.rights.waiting import until

CONSENTS, PUBLIC = "/api/v1/account/consents", "profiles.public"
PROPAGATION_SECONDS_MAX = 60
# The first two are ended by followers of their own domains, the last by a ticket, without an account;
# each with a test of its own.
HEARD = {"phoneholders.check", "realnames.identity", "waitlist.contact"}


@pytest.fixture
async def workers(
    database: Database, dsn: str, tmp_path: Path, wiper: asyncpg.Connection
) -> AsyncIterator[tuple[Living, Living]]:
    """Two workers of one house, which tell each other nothing but through PostgreSQL."""

    async def listening() -> bool:
        found = await wiper.fetch("select name from log_cursors")
        return "profiles.public" in {row["name"] for row in found}

    async with living(dsn, tmp_path) as one, living(dsn, tmp_path) as other:
        await until(listening)
        yield one, other


async def shown_at(worker: Living, room_id: str) -> list[tuple[str, str]]:
    answer = await worker.client.get(f"/api/v1/public/rooms/{q(room_id)}")
    assert answer.status_code == 200, answer.text
    assert "set-cookie" not in answer.headers
    return [(one["who"], one["text"]) for one in answer.json()["said"]]


async def open_room(ann: Person) -> str:
    world = {
        "type": "m.room.history_visibility",
        "content": {"history_visibility": "world_readable"},
    }
    return await ann.room(name="The Square", initial_state=[world], visibility="public")


async def test_a_withdrawal_reaches_every_worker_in_time(
    workers: tuple[Living, Living], wiper: asyncpg.Connection
) -> None:
    here, there = workers
    ann = await here.person("ann")
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    room_id = await open_room(ann)
    await ann.say(room_id, "good morning")
    assert await shown_at(there, room_id) == [("", "good morning")], "silence is no"
    await ann.did("POST", CONSENTS, {"accept": [PUBLIC]})

    async def named() -> bool:
        return await shown_at(there, room_id) == [("Ann", "good morning")]

    await until(named)
    assert await wiper.fetchval("select count(*) from profiles_public") == 1
    began = time.monotonic()
    await ann.did("POST", CONSENTS, {"withdraw": [PUBLIC]})
    assert await wiper.fetchval("select count(*) from profiles_public") == 0, "erased with the yes"

    async def unnamed() -> bool:
        return await shown_at(there, room_id) == [("", "good morning")]

    await until(unnamed)
    took = time.monotonic() - began
    print(f"withdrawal reached the other worker in {took * 1000:.0f} ms")
    assert took < PROPAGATION_SECONDS_MAX
    assert await shown_at(here, room_id) == [("", "good morning")]


async def test_guests_read_what_is_everybodys_and_nothing_else(
    workers: tuple[Living, Living],
) -> None:
    here, _ = workers
    ann = await here.person("ann")
    room_id, closed = await open_room(ann), await ann.room(name="Closed", visibility="public")
    await ann.say(closed, "between us")
    answer = await here.client.get("/api/v1/public/rooms")
    listed = {one["room_id"]: one for one in answer.json()["rooms"]}
    assert (set(listed), listed[room_id]["name"]) == ({room_id}, "The Square")
    for other in (closed, "!none:s"):
        answer = await here.client.get(f"/api/v1/public/rooms/{q(other)}")
        assert (answer.status_code, answer.json()["code"]) == (404, "guests.not_public")


async def test_every_optional_purpose_can_be_stopped(workers: tuple[Living, Living]) -> None:
    """What rests on consent alone ends, and is erased, in the transaction of the withdrawal."""
    stops = workers[0].house.people.consent.stops
    optional = {
        field.purpose.id for field in FIELDS if field.purpose.necessity is Necessity.OPTIONAL
    }
    assert PUBLIC in optional
    assert optional - set(stops) - HEARD == set(), "say in app what ends when it is withdrawn"
