"""``teahouse work`` and the history, from the machine and from any other."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.cli.gate import app as gate_app
from teahouse.cli.work import app as work_app
from teahouse.gate.model.bindings import NeedsTwo, SamePerson
from tests.gate.house import House, everything, suspension
from tests.gate.test_cli import SHUT
from tests.notices.test_history import public_key
from tests.rights.waiting import until

SCRIPT = "echo progress 1/2; echo said; echo progress 2/2"


async def test_a_script_opens_what_waits_for_it(
    house: House, run: Any, wiper: asyncpg.Connection
) -> None:
    failed = await run(work_app, "run", "--title", "First", "--", "sh", "-c", "echo no; exit 3")
    assert failed.exit_code == 3
    missing = await run(work_app, "run", "--title", "None", "--", "/no/such/thing")
    assert missing.exit_code == 127
    command = ["run", "--title", "Second", "--when-bound", "--", "sh", "-c", SCRIPT]
    task = asyncio.get_running_loop().create_task(run(work_app, *command))

    async def begun() -> bool:
        assert not task.done()
        return len(await everything(wiper, "works_works")) == 3

    await until(begun)
    found = await everything(wiper, "works_works")
    (work_id,) = [row["work_id"] for row in found if row["title"] == "Second"]
    shut = [*SHUT[:-2], "--resume-on", work_id, "--resume-pace", "60", "--campaign", "Tidy 1"]
    dry = await run(gate_app, *shut, "--dry-run")
    assert "安全技术升级" in dry.stdout
    assert await everything(wiper, "gate_policies") == []
    assert (await run(gate_app, *shut)).exit_code == 0
    done = await task
    assert (done.exit_code, "said" in done.stdout) == (0, True)
    rows = {row["title"]: row for row in await everything(wiper, "works_works")}
    assert [rows[title]["state"] for title in ("First", "None", "Second")] == [
        "failed", "failed", "verified",
    ]  # fmt: skip
    written = b"progress 1/2\nsaid\nprogress 2/2\n"
    assert rows["Second"]["report_digest"] == hashlib.sha256(written).hexdigest()
    assert (rows["Second"]["done"], rows["Second"]["total"]) == (2, 2)
    ended, after = sorted(await everything(wiper, "gate_policies"), key=lambda row: row["state"])[
        ::-1
    ]
    assert (ended["ended_by"], after["state"], after["pace_per_minute"]) == ("system", "paced", 60)
    assert "Second" in (await run(work_app, "list")).stdout


async def test_one_person_cannot_overrule(house: House, run: Any) -> None:
    works = house.gate.policies.works
    async with works.db.transaction() as tx:
        work = await works.open(tx, "script", "The format", "cli:test")
    bound: dict[str, Any] = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    policy = await house.gate.policies.set("op", "x", suspension(**bound))
    reason = ["--reason", "It hangs, and the old format is safe."]
    alone = await run(gate_app, "open", policy.policy_id, *reason)
    assert isinstance(alone.exception, NeedsTwo)
    assert (await run(gate_app, "override", policy.policy_id, *reason)).exit_code == 0
    again = await run(gate_app, "override-confirm", policy.policy_id, *reason)
    assert isinstance(again.exception, SamePerson)
    await house.gate.waiting.confirm("another", policy.policy_id, "I looked at it too.")


async def test_a_history_is_verified_offline(
    house: House, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = await house.shut(region="eu")
    await house.gate.policies.end("op", policy.policy_id, "done")
    file, keys = tmp_path / "history.json", tmp_path / "keys.json"
    assert (await run(gate_app, "history", "--export", str(file))).exit_code == 0
    public = await public_key(house)
    keys.write_text(json.dumps({"keys": [{"public": public}]}))
    own = await run(gate_app, "verify-history")
    assert (own.exit_code, "intact: 3 entries" in own.stdout) == (0, True), own.stdout
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for key in (public, str(keys)):
        found = await run(gate_app, "verify-history", str(file), "--key", key)
        assert (found.exit_code, "no key was given" in found.stdout) == (0, False), found.stdout
    assert "no key was given" in (await run(gate_app, "verify-history", str(file))).stdout
    other = await run(gate_app, "verify-history", str(file), "--key", "ab" * 32)
    assert (other.exit_code, "other keys" in other.stdout) == (1, True)
    file.write_text(file.read_text("utf-8").replace('"minutes":0', '"minutes":1'))
    wrong = await run(gate_app, "verify-history", str(file), "--key", public)
    assert (wrong.exit_code, "wrong from entry 3 on" in wrong.stdout) == (1, True)
    file.write_text("{")
    assert (await run(gate_app, "verify-history", str(file))).exit_code == 1


async def test_webhooks_and_keys(house: House, run: Any) -> None:
    made = await run(gate_app, "webhook-add", "https://example.org/hook")
    hook_id = made.stdout.strip()
    assert hook_id in (await run(gate_app, "webhooks")).stdout
    assert (await run(gate_app, "webhook-enable", hook_id)).exit_code == 1
    assert (await run(gate_app, "webhook-remove", hook_id)).exit_code == 0
    assert (await run(gate_app, "webhooks")).stdout == ""
    old = await public_key(house)
    assert (await run(gate_app, "rotate-key")).exit_code == 0
    await house.log.catch_up()
    assert await public_key(house) != old
