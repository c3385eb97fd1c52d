"""The watch over connections catches what it must; ``conftest`` holds every test to it."""

from collections.abc import Awaitable, Callable

import pytest

from teahouse.infra.db.pool import Database
from tests.connections import SOURCE, watched

Verb = Callable[[Database], Awaitable[None]]

VERBS = """
async def nests(database):
    async with database.transaction():
        await asks(database)

async def asks(database):
    async with database.read():
        pass

async def one_by_one(database):
    await asks(database)
    await asks(database)
"""


async def test_who_holds_one_connection_and_asks_for_another_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    monkeypatch.setattr(Database, "_connection", watched(found))
    verbs: dict[str, Verb] = {}
    exec(
        compile(VERBS, str(SOURCE / "example" / "service.py"), "exec"), verbs
    )  # as if in the house
    nests, asks, one_by_one = (verbs[name] for name in ("nests", "asks", "one_by_one"))

    await one_by_one(database)
    async with database.transaction():
        await asks(database)  # what a test holds is the test's
    assert found == []

    await nests(database)
    place = "example/service.py"
    assert found == [f"{place}:asks asks for a second connection while {place}:nests holds one"]
