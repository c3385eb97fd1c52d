"""``teahouse gate waitlist``: the desk, from the machine."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from teahouse.cli.gate import app
from teahouse.gate.model.policies import State
from tests.waitlist.line import Line


async def test_look_and_let_in(
    line: Line, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["waitlist", *words])

    await line.set(State.WAITLIST)
    ann = await line.join("ann@example.org")
    assert "intl" in (await run("lines")).stdout
    missing = await run("let-in", "1", "--region", "nowhere", "--reason", "a test")
    assert missing.exit_code != 0
    done = await run("let-in", "1", "--region", "intl", "--reason", "a test")
    assert (done.exit_code, done.stdout) == (0, "called 1\n")
    assert (await ann.look())["stage"] == "called"
