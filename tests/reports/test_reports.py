"""A report is signed, told of in the public history, and read by everybody, in one transaction."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from teahouse.cli import report as report_cli
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import canonical, verify_history
from teahouse.reports.model.document import in_history, verify
from teahouse.reports.model.sinks import SINKS, State
from tests.living import Living, living
from tests.reports.facts import facts

KEYS = "/.well-known/teahouse-keys.json"
EXPORT = "/.well-known/registration-history.json"


@pytest.fixture
async def home(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Living]:
    folder = tmp_path / "site"
    async with living(dsn, tmp_path / "data", clock, status_dir=str(folder)) as one:
        yield one


async def published(home: Living, run_id: str, **more: Any) -> bytes:
    reports, now = home.house.doors.reports, home.house.ground.clock.now()
    began = now - timedelta(hours=1)
    told = await reports.draft(
        facts(run_id=run_id, started_at=began, ended_at=now, sinks=(), **more)
    )
    async with home.house.db.transaction() as tx:
        await reports.publish(tx, "cli:ada", told)
    await home.house.log.catch_up()
    return await reports.raw(run_id)


async def test_a_report_is_signed_chained_and_shown_to_everybody(
    home: Living, clock: FixedClock, tmp_path: Path
) -> None:
    get = home.client.get
    assert "还没有" in (await get("/upgrade-reports", params={"lang": "zh"})).text
    raw = await published(home, "RUN1")
    (key,) = (await get(KEYS)).json()["keys"]
    found = verify(raw, [key["public"]])
    assert found.right
    history = (await get(EXPORT)).json()
    assert verify_history(history, [key["public"]]).intact
    assert in_history(found, history)
    assert [one["change"] for one in history["entries"]] == ["key", "report"]
    (listed,) = (await get("/api/v1/upgrade-reports")).json()["reports"]
    assert (await get(listed["file"])).content == raw
    assert (await get("/upgrade-reports/RUN0")).status_code == 404
    for lang in ("zh", "en"):
        page = await get("/upgrade-reports/RUN1", params={"lang": lang})
        assert (page.status_code, key["public"] in page.text) == (200, True)
        assert "RUN1" in (await get("/upgrade-reports", params={"lang": lang})).text
        assert "/upgrade-reports/RUN1" in (await get("/registration-history")).text
    assert "RUN1" not in (await get("/registration-status.atom")).text
    assert found.sha256 in (await get("/registration-status.atom")).text
    clock.move(timedelta(seconds=3))
    await home.run_jobs()
    site = tmp_path / "site"
    assert (site / "reports" / "RUN1.json").read_bytes() == raw
    assert "RUN1.json" in (site / "reports" / "RUN1.html").read_text()
    assert "reports/RUN1.html" in (site / "history.html").read_text()
    assert await audited(home) == ["reports.published"]


async def audited(home: Living) -> list[str]:
    async with home.house.db.read() as tx:
        rows = await tx.rows("select act from audit_entries order by seq")
    return [row[0] for row in rows if str(row[0]).startswith("reports.")]


async def test_what_fails_publishes_nothing(home: Living) -> None:
    reports = home.house.doors.reports
    told = await reports.draft(facts(run_id="RUN1", sinks=()))
    with pytest.raises(ZeroDivisionError):
        async with home.house.db.transaction() as tx:
            await reports.publish(tx, "cli:ada", told)
            raise ZeroDivisionError
    assert await reports.all() == []
    assert (await home.client.get("/upgrade-reports/RUN1.json")).status_code == 404
    history = (await home.client.get(EXPORT)).json()
    assert [one["change"] for one in history["entries"]] == ["key"]


async def test_a_history_with_a_changed_digest_is_not_intact(home: Living) -> None:
    await published(home, "RUN1")
    history = (await home.client.get(EXPORT)).json()
    history["entries"][-1]["report"]["sha256"] = "0" * 64
    assert verify_history(history).first_wrong == 2
    del history["entries"][-1]["report"]
    assert verify_history(history).first_wrong == 2
    history["entries"][0]["report"] = {"run_id": "x", "sha256": "0" * 64}
    assert verify_history(history).first_wrong == 1


async def test_every_sink_is_looked_at_and_one_that_fails_is_said(home: Living) -> None:
    owner = await home.owner()
    told = await owner.did("GET", "/upgrade-reports/census")
    states = {one["name"]: (one["seen"] or {}).get("state") for one in told["sinks"]}
    assert list(states) == [one.name for one in SINKS]
    assert told["unknown"] == []
    assert (states["bus"], states["replicas"]) == (State.CLEAN.value, State.CLEAN.value)
    assert (states["exports"], states["primary"]) == (State.EXPIRES.value, None)
    logs = Path(home.house.config.data_dir) / "log"
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "a.log").write_text("code sent to +447700900123\n")
    del home.house.doors.reports.census.others["exports"]
    told = await owner.did("GET", "/upgrade-reports/census")
    states = {one["name"]: (one["seen"] or {}).get("state") for one in told["sinks"]}
    assert states["program_logs"] == State.HOLDS_OLD.value
    assert told["unknown"] == ["exports"]
    raw = await published(home, "RUN2")
    assert verify(raw).complete is False
    thefts = await owner.did("GET", "/upgrade-reports/stolen")
    assert thefts["stolen"][0]["steps"][0]["data_class"] == "kek"
    refused = await home.client.get("/api/v1/operator/upgrade-reports/census")
    assert refused.status_code == 401


async def test_the_commands(home: Living, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data_dir = home.house.config.data_dir
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", data_dir)
    monkeypatch.setenv("TEAHOUSE_SERVER_NAME", "s")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(data_dir)
    app = typer.Typer()
    report_cli.register(app)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    raw = await published(home, "RUN1")
    public = json.loads(raw)["public"]
    assert "RUN1" in (await run("report")).stdout
    assert (await run("report", "RUN1", "--to", "r.json")).exit_code == 0
    history = Path(data_dir) / "history.json"
    history.write_bytes((await home.client.get(EXPORT)).content)
    right = await run("verify-report", "r.json", "--key", public, "--history", str(history))
    assert (right.exit_code, "RUN1" in right.stdout) == (0, True), right.output
    assert "erase: not measured" in right.stdout
    stranger = await run("verify-report", "r.json", "--key", "0" * 64)
    assert stranger.exit_code == 1
    file = Path(data_dir) / "r.json"
    file.write_bytes(raw.replace(b'"done":1210', b'"done":1211'))
    wrong = await run("verify-report", "r.json", "--key", public)
    assert (wrong.exit_code, "NOT RIGHT" in wrong.stdout) == (1, True)
    file.write_bytes(raw)
    keys_file, keys = Path(data_dir) / "keys.json", home.house.doors.notices
    signs = json.loads(raw)["key_id"]
    await keys.history.revoke("op", signs, home.house.ground.clock.now(), "It was in a back-up.")
    keys_file.write_bytes(canonical(await keys.statements.keys()))
    history.write_bytes((await home.client.get(EXPORT)).content)
    by = ("verify-report", "r.json", "--key", str(keys_file))
    assert "believed no more" in (await run(*by)).stdout
    assert (await run(*by, "--history", str(history))).exit_code == 0, "what it signed before stays"
    told = json.loads(history.read_bytes())
    del told["entries"][-1]
    history.write_text(json.dumps(told))
    assert (await run("verify-report", "r.json", "--history", str(history))).exit_code == 1
    assert "backups" in (await run("census")).stdout
    assert "kek house session signing" in (await run("stolen")).stdout
    assert (await run("stolen", "pepper")).stdout.startswith("1. password")
