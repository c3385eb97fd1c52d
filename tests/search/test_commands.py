"""``teahouse search``: looking at the index and building it anew, beside a house that serves."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from teahouse.cli.search import app
from tests.living import Living
from tests.search.conftest import begun, found, settled


@pytest.fixture
def run(house: Living, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", house.house.config.data_dir)
    monkeypatch.chdir(tmp_path)

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return invoke


async def test_the_index_is_looked_at_and_built_anew(
    house: Living, run: Any, wiper: asyncpg.Connection
) -> None:
    await begun(house)
    ann = await house.person("ann")
    said = await ann.say(await ann.room(), "chrysanthemum")
    await settled(house)
    told = await run("status")
    assert (told.exit_code, told.stdout) == (0, "1\tno\n"), told.exception
    await wiper.execute("delete from search_messages")
    assert await found(ann, "chrysanthemum") == []
    done = await run("rebuild")
    assert done.exit_code == 0, done.exception
    assert "events looked through" in done.stderr
    assert await found(ann, "chrysanthemum") == [said]
