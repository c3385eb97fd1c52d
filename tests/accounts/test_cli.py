"""``teahouse admin`` on the house that the tests keep."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from teahouse.accounts.model import AccountState
from teahouse.cli.admin import app
from teahouse.errors import Refused
from tests.accounts.conftest import House


async def test_operators_accounts_and_the_audit_log_from_the_machine(
    house: House, dsn: str, tmp_path: Path
) -> None:
    account, opened = await house.person("ada")
    env = {
        "TEAHOUSE_DATABASE_URL": dsn,
        "TEAHOUSE_DATA_DIR": str(tmp_path),
        "TEAHOUSE_SERVER_NAME": "tea.example",
    }

    async def run(*words: str) -> list[str]:
        done = await asyncio.to_thread(CliRunner(env=env).invoke, app, list(words))
        if isinstance(done.exception, Refused):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    (link,) = await run("operator-link")
    assert link.startswith("http://127.0.0.1:8008/admin/setup#thl_")
    assert await run("operators") == []
    assert await run("lock", "ada", "--reason", "a court order") == ["@ada:tea.example is locked"]
    assert (await house.accounts.account(account.user_id)).state is AccountState.LOCKED
    await house.log.catch_up()
    with pytest.raises(Refused, match="locked"):
        await house.accounts.authenticate(opened.access_token)
    with pytest.raises(Refused, match="cannot be made to lock"):
        await run("lock", "@ada:tea.example", "--reason", "again")
    assert await run("unlock", "ada", "--reason", "lifted") == ["@ada:tea.example is active"]
    (session,) = await run("sessions", "ada")
    assert session.startswith(f"{opened.device_id}\t2021-07-27 01:00:00Z")
    acts = [line.split("\t")[3] for line in await run("audit")]
    assert acts == [
        "accounts.look", "accounts.unlock", "cases.dismiss", "accounts.lock", "cases.halt",
        "operators.invited",
    ]  # fmt: skip
    assert len(await run("audit", "--act", "accounts.lock")) == 1
    assert await run("audit-verify") == ["the audit log is intact"]
    with pytest.raises(Refused, match="no such account"):
        await run("sessions", "nobody")
