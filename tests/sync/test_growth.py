"""What a sync asks of the database does not grow with how many rooms and members there are."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.living import Living, Person, living, q
from tests.slidingsync.asking import Line, body_of

LAZY = '{"room":{"state":{"lazy_load_members":true}}}'
FEW, MANY = 4, 20
OTHERS = 6  # questions that others may ask meanwhile; one for every second room would be more


@pytest.fixture
async def cold(house: Living, dsn: str) -> AsyncIterator[Living]:
    """Another worker on the same database, which has nothing in memory."""
    async with living(dsn, Path(house.house.config.data_dir)) as one:
        yield one


async def in_rooms(house: Living, count: int) -> Person:
    """Return somebody who came into so many rooms in each of which something was said."""
    maker, comer = await house.person(), await house.person()
    for nth in range(count):
        preset = "private_chat" if nth % 3 else "public_chat"
        room = await maker.room(comer, name=f"Room {nth}", preset=preset)
        await maker.say(room, "welcome")
        if nth % 2:
            await comer.say(room, "hello")
    return comer


def there(cold: Living, person: Person) -> Person:
    """The same device, asking another worker."""
    return Person(cold, person.user_id, person.token, person.device_id)


async def asked(cold: Living, person: Person, work: Any) -> int:
    """Return how often the database is asked for a person's answer."""
    await cold.house.log.catch_up()
    await there(cold, person).did("GET", "/account/whoami")
    before = cold.house.ground.db.borrowing()[1]
    await work(there(cold, person))
    return cold.house.ground.db.borrowing()[1] - before


async def test_everything_is_read_in_one_go(house: Living, cold: Living) -> None:
    async def sync(person: Person) -> None:
        told = (await person.ask("GET", "/sync", None, filter=LAZY)).json()
        rooms = told["rooms"]["join"]
        assert {room["summary"]["m.joined_member_count"] for room in rooms.values()} == {2}

    few, many = await in_rooms(house, FEW), await in_rooms(house, MANY)
    asked_for_few = await asked(cold, few, sync)
    assert await asked(cold, many, sync) < asked_for_few + OTHERS


async def test_sliding_sync_reads_everything_in_one_go(house: Living, cold: Living) -> None:
    async def slide(person: Person) -> None:
        await Line(person, body_of(5)).ask()

    few, many = await in_rooms(house, FEW), await in_rooms(house, MANY)
    asked_for_few = await asked(cold, few, slide)
    assert await asked(cold, many, slide) < asked_for_few + OTHERS


async def test_who_was_away_is_told_what_changed_however_many_came(
    house: Living, cold: Living
) -> None:
    async def go_on(person: Person) -> None:
        told = (await person.ask("GET", "/sync", None, since=away, filter=LAZY)).json()
        assert len(told["device_lists"]["changed"]) >= came

    costs: list[int] = []
    for came in (FEW, MANY):
        maker, idle = await house.person(), await house.person()
        room = await maker.room(idle)
        away = (await idle.ask("GET", "/sync")).json()["next_batch"]
        for _ in range(came):
            await (await house.person()).did("POST", f"/join/{q(room)}", {})
        costs.append(await asked(cold, idle, go_on))
    assert costs[1] < costs[0] + OTHERS
