"""What fills the disk: every table and file is in one part, and growth is told by the day."""

from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.storage import model, store
from teahouse.storage.model import DiskPart, DiskTable
from tests.house.test_ownership import owners
from tests.living import living
from tests.settings.conftest import owner

STORAGE = "/api/v1/operator/storage"
UPLOAD = "/_matrix/media/v3/upload"
MIB = 2**20


async def test_what_fills_the_disk_and_how_fast(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock) as house:
        ada = await owner(house)
        storage, bob = house.house.keeping.storage, await house.person("bob")
        first = await ada.did("GET", STORAGE)
        assert first["days_left"] is None
        assert {one["per_day"] for one in first["parts"]} == {None}
        parts = {one["part"]: one["bytes_count"] for one in first["parts"]}
        assert {"messages", "rooms", "search", "keys", "log", "people", "records"} <= set(parts)
        assert parts["pictures"] == 0
        assert min(parts["messages"], parts["people"]) > 0
        assert 0 < first["disk_free"] <= first["disk_total"]
        assert first["tables"] == sorted(
            first["tables"], key=lambda one: -one["table_bytes"] - one["index_bytes"]
        )
        async with database.transaction() as tx:
            await storage.note(tx)
            await storage.note(tx)
        headers = {"Content-Type": "image/png", "Authorization": f"Bearer {bob.token}"}
        told = await house.client.post(UPLOAD, content=b"x" * MIB, headers=headers)
        assert told.status_code == 200
        assert await ada.did("GET", STORAGE) == first, "looking again at once costs nothing"
        clock.move(timedelta(days=2))
        ada = await owner(house)
        later = await ada.did("GET", STORAGE)
        grown = {one["part"]: (one["bytes_count"], one["per_day"]) for one in later["parts"]}
        assert grown["pictures"] == (MIB, MIB // 2)
        assert grown["backups"] == (0, None), "they are not measured by the day"
        assert later["days_left"] is not None
        async with database.transaction() as tx:
            await storage.note(tx)
            day = clock.now().date()
            assert await store.since(tx, day - timedelta(days=9)) != await store.since(tx, day)
        assert (await house.client.get(STORAGE)).status_code == 401


def test_growth_by_the_day() -> None:
    then = {"messages": 100, "pictures": 50}
    two = timedelta(days=2)
    parts = model.grown({"messages": 300, "pictures": 40, "logs": 7}, then, two)
    assert parts == [
        DiskPart("messages", 300, 100),
        DiskPart("pictures", 40, -5),
        DiskPart("logs", 7, None),
    ]
    assert model.days_left(parts, 1000, ["messages", "logs"]) == 10
    assert model.days_left(parts, 1000, ["messages", "pictures"]) == 10, "95 a day"
    assert model.days_left(parts, 1000, ["pictures", "logs"]) is None
    assert model.grown({"messages": 300}, then, timedelta())[0].per_day is None


@pytest.mark.parametrize(
    ("table", "part"),
    [("timeline_events", "messages"), ("rooms_state", "rooms"), ("accounts_sessions", "people")],
)
def test_a_table_is_of_one_part(table: str, part: str) -> None:
    assert model.part_of(table) == part
    sizes = [DiskTable(table, part, 1, 10, 5), DiskTable(table + "_more", part, 1, 2, 1)]
    assert model.by_part(sizes) == {part: 18}


def test_every_prefix_is_of_a_domain_that_there_is() -> None:
    prefixes = {table.partition("_")[0] + "_" for table in owners()}
    assert set(model.OF_PREFIX) - prefixes == set()
