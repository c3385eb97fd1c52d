"""Two workers on one database: what one says of a room's state is not what it last heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.living import Living, Person, living


@pytest.fixture
async def other(house: Living, dsn: str) -> AsyncIterator[Living]:
    """A second worker on the same database."""
    async with living(dsn, Path(house.house.config.data_dir)) as one:
        yield one


async def test_what_another_worker_changed_is_not_already_set(house: Living, other: Living) -> None:
    ada = await house.person()
    far = Person(other, ada.user_id, ada.token, ada.device_id)
    room_id = await ada.room()
    path = f"/rooms/{room_id}/state/m.room.name"
    first = (await ada.did("PUT", path, {"name": "Tea"}))["event_id"]
    assert (await ada.did("PUT", path, {"name": "Tea"}))["event_id"] == first
    await other.house.log.catch_up()
    await far.did("PUT", path, {"name": "Coffee"})
    again = (await ada.did("PUT", path, {"name": "Tea"}))["event_id"]
    assert again != first, "it was Coffee meanwhile"
    assert await ada.did("GET", path) == {"name": "Tea"}
