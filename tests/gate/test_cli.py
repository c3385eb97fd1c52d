"""``teahouse gate``: the same rules as in the console, from the machine."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from teahouse.cli.gate import app
from teahouse.gate.model.policies import PolicyWithoutReason
from tests.gate.house import WELL_KNOWN, House, everything

SHUT = [
    "suspend",
    "--region",
    "cn-mainland",
    "--class",
    "personal",
    "--reason-zh",
    "安全技术升级",
    "--reason-en",
    "A security upgrade of how numbers are stored.",
    "--law",
    "Cybersecurity Law; Article 21",
    "--necessity",
    "The old format is replaced.",
    "--until",
    "2021-08-03T00:00",
]


@pytest.fixture
def run(house: House, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    async def invoke(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return invoke


async def test_shut_look_and_open(
    house: House, run: Any, wiper: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await run(*SHUT[:-2])
    assert done.exit_code == 0, done.exception
    assert "not affected" in done.stdout
    (row,) = await everything(wiper, "gate_policies")
    assert row["decided_by"].startswith("cli:")
    # What was decided beside the server counts in the server at once.
    asked = {"service_region": "cn-mainland"}
    assert (await house.call("POST", "/api/v1/registrations", asked))[0] == 403
    await house.log.catch_up()
    assert len((await house.call("GET", WELL_KNOWN))[1]["notices"]) == 1
    listed = await run("status")
    assert row["policy_id"] in listed.stdout
    assert (await run("open", row["policy_id"], "--reason", "done")).exit_code == 0
    assert (await house.call("POST", "/api/v1/registrations", asked))[0] == 201
    assert row["policy_id"] in (await run("history")).stdout
    assert (await run("status")).stdout == ""


async def test_what_is_refused_and_what_only_looks(run: Any, wiper: asyncpg.Connection) -> None:
    bare = await run("suspend", "--region", "eu")
    assert isinstance(bare.exception, PolicyWithoutReason)
    looked = await run("preview", "--region", "eu")
    assert "paced" in looked.stdout
    assert await everything(wiper, "gate_policies") == []
    made = await run("invite", "friends", "--uses", "2")
    assert "good 2 times" in made.stdout
    (row,) = await everything(wiper, "gate_invites")
    assert row["uses_left"] == 2
