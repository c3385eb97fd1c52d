"""Bringing in accounts by file: nothing before the dry run is right, each row through the gate."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import Draft, State
from teahouse.imports.model import COLUMNS, BadFile, NotUndoable, Row, read
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import ATTEMPTS_MAX
from teahouse.infra.jobs.runner import RETRY_AFTER_MAX
from tests.gate.house import suspension
from tests.living import Living, Owner, living

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FILE = """username,display_name,phone,email
ann,安,+447911123456,
bob,,,bob@tea.example
"""
BAD = """username,display_name,phone,email
ann,Taken,+447911123450,
Bad Name,,+447911123451,
cleo,,,
dan,,12345,not-an-address
eve,,+447911123452,
eve,,+447911123452,
fay,,+447911123456,
"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def owner(house: Living) -> Owner:
    return await house.owner()


async def brought(owner: Owner, text: str = FILE) -> dict[str, Any]:
    begun = await owner.did("POST", "/imports", {"csv": text, "label": "Autumn"})
    await owner.living.run_jobs()
    return await owner.did("GET", f"/imports/{begun['import_id']}")


async def made(wiper: asyncpg.Connection) -> int:
    return await wiper.fetchval("select count(*) from accounts_accounts")


async def test_a_dry_run_tells_what_is_wrong_and_writes_nothing(
    house: Living, owner: Owner, wiper: asyncpg.Connection
) -> None:
    await house.joined("ann", "+447911123456")
    before = [
        await wiper.fetchval(f"select count(*) from {t}") for t in ("log_entries", "audit_entries")
    ]
    report = await owner.did("POST", "/imports/check", {"csv": BAD})
    assert (report["rows"], report["ready"]) == (7, 1)
    assert [(f["number"], f["wrong"]) for f in report["findings"]] == [
        (1, "name_taken"),
        (2, "bad_name"),
        (3, "no_contact"),
        (4, "bad_phone"),
        (4, "bad_email"),
        (6, "name_twice"),
        (6, "contact_twice"),
        (7, "contact_in_use"),
    ]
    after = [
        await wiper.fetchval(f"select count(*) from {t}") for t in ("log_entries", "audit_entries")
    ]
    assert (await made(wiper), after) == (1, before)
    answer = await house.client.post("/api/v1/operator/imports/check", json={"csv": FILE})
    assert answer.status_code == 401


async def test_people_come_in_by_their_own_number(
    house: Living, owner: Owner, wiper: asyncpg.Connection
) -> None:
    found = await brought(owner, FILE + "ann,,+447911123459,\n")
    about = found["about"]
    assert (about["state"], about["made"], about["refused"]) == ("done", 2, 1)
    assert found["refused"] == [{"number": 3, "why": "name_twice"}]
    assert (
        await wiper.fetchval("select count(*) from imports_rows where particulars is not null") == 0
    )
    asked = {"kind": "phone", "value": "+447911123456"}
    await house.client.post("/api/v1/sessions/code", json=asked)
    code = await house.code(asked["value"])
    opened = await house.client.post("/api/v1/sessions", json=asked | {"code": code})
    assert opened.json()["user_id"] == "@ann:s"
    account = await house.house.people.accounts.account("@ann:s")
    assert account.door == "admin_import"
    receipts = await house.house.people.consent.receipts(account.account_id)
    assert [r.basis for r in receipts] == ["administrator"]


async def test_the_gate_stops_an_import_and_it_goes_on_later(
    house: Living, owner: Owner, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    policies = house.house.doors.gate.policies
    begun = await owner.did("POST", "/imports", {"csv": FILE, "label": "Autumn"})
    shut = await policies.set("op", "the owner", suspension(door="admin_import"))
    await house.run_jobs()
    path = f"/imports/{begun['import_id']}"
    about = (await owner.did("GET", path))["about"]
    assert (about["state"], about["made"]) == ("paused", 0)
    assert "suspended" in about["paused_for"]
    report = await owner.did("POST", "/imports/check", {"csv": FILE})
    assert {f["wrong"] for f in report["findings"]} == {"gate_closed"}
    await policies.end("op", shut.policy_id, "it is done")
    await policies.set("op", "the owner", Draft(state=State.PACED, pace_per_minute=1))
    await owner.did("POST", f"{path}/resume")
    assert (await owner.ask("POST", f"{path}/resume")).status_code == 409
    await house.run_jobs()
    assert await made(wiper) == 1
    clock.move(timedelta(seconds=61))
    await house.run_jobs()
    assert (await owner.did("GET", path))["about"]["state"] == "done"
    assert await made(wiper) == 2


async def test_a_fault_that_does_not_pass_stops_an_import_and_it_goes_on_later(
    house: Living, owner: Owner, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    begun = await owner.did("POST", "/imports", {"csv": FILE, "label": "Autumn"})
    path = f"/imports/{begun['import_id']}"
    kept = await wiper.fetch("select number, particulars from imports_rows where state = 'ready'")
    await wiper.execute("update imports_rows set particulars = '\\x00' where state = 'ready'")
    for _ in range(ATTEMPTS_MAX):
        assert (await owner.did("GET", path))["about"]["state"] == "running"
        await house.run_jobs()
        clock.move(RETRY_AFTER_MAX)
    about = (await owner.did("GET", path))["about"]
    assert (about["state"], about["made"]) == ("paused", 0)
    assert "failed again and again" in about["paused_for"]
    for row in kept:
        mend = "update imports_rows set particulars = $2 where number = $1"
        await wiper.execute(mend, row["number"], row["particulars"])
    await owner.did("POST", f"{path}/resume")
    await house.run_jobs()
    about = (await owner.did("GET", path))["about"]
    assert (about["state"], about["paused_for"], about["made"]) == ("done", "", 2)


async def test_what_was_never_used_can_be_undone_within_a_day(
    house: Living, owner: Owner, clock: FixedClock
) -> None:
    found = await brought(owner)
    asked = {"kind": "phone", "value": "+447911123456"}
    await house.client.post("/api/v1/sessions/code", json=asked)
    code = await house.code(asked["value"])
    await house.client.post("/api/v1/sessions", json=asked | {"code": code})
    path = f"/imports/{found['about']['import_id']}/undo"
    about = await owner.did("POST", path)
    assert (about["state"], about["undone"], about["made"]) == ("undone", 1, 1)
    assert (await owner.ask("POST", path)).status_code == 409
    other = await brought(owner, "username,email\ncleo,cleo@tea.example\n")
    clock.move(timedelta(hours=25))
    with pytest.raises(NotUndoable):
        await house.house.ways.imports.undo("op", other["about"]["import_id"])


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).map(
    str.strip
)


@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_what_is_written_is_read(rows: list[tuple[str, str, str, str, str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [",".join(COLUMNS), *(",".join(map(quoted, row)) for row in rows)]
    assert read("\r\n".join(lines)) == [Row(name.lower(), *rest) for name, *rest in rows]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "username\n",
        "username,age\nann,9\n",
        "phone\n+44\n",
        "username,username\na,b\n",
        "username,email\nann\n",
    ],
)
def test_bad_files(text: str) -> None:
    with pytest.raises(BadFile):
        read(text)
