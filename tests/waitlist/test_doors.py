"""A policy of a single door keeps a list, too, and a turn of it leads through that door alone."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from teahouse.cli.gate import app
from teahouse.clock import FixedClock
from teahouse.gate.model.doors import Door
from teahouse.gate.model.notices import GatePaced
from teahouse.gate.model.policies import Attempt, State
from tests.contract.cast import operator
from tests.waitlist.line import BASE, START, Line

DESK = "/api/v1/operator/waitlist"
NUMBER = "+447911123456"


async def knock(line: Line, door: str, **more: str) -> tuple[int, Any]:
    asked = {"door": door, "service_region": "intl", **more}
    told = await line.client.post(START, json=asked)
    return told.status_code, told.json()


async def drained(line: Line, door: Door) -> None:
    keeper = line.living.house.doors.gate.keeper
    attempt = Attempt(doors=(door,), account_class="personal", region="intl")
    with pytest.raises(GatePaced):
        while True:
            async with keeper.db.transaction() as tx:
                await keeper.admit(tx, attempt, None)


async def test_a_turn_leads_through_its_own_door(line: Line, clock: FixedClock) -> None:
    await line.set(State.SUSPENDED, door="email")
    status, told = await knock(line, "email")
    assert (status, "waitlist" in told) == (403, False)
    assert (await line.ask("ann@example.org")).status_code == 403
    await line.set(State.SUSPENDED, door="email", waiting_list=True)
    status, told = await knock(line, "email")
    assert (status, told["waitlist"]["door"]) == (403, "email")
    assert told["waitlist"]["page"].endswith("/#/waitlist/intl/personal/email")
    assert (await line.ask(NUMBER)).json()["code"] == "waitlist.no_need"
    ann = await line.join("ann@example.org")
    seen = await ann.look()
    assert (seen["door"], seen["state"], seen["estimate"]) == ("email", "suspended", None)
    await line.set(State.WAITLIST, pace=6, door="email")
    clock.move(timedelta(seconds=11))
    await line.living.run_jobs()
    token = (await ann.look())["turn"]["token"]
    assert (await line.client.get(f"{BASE}/turns/{token}")).json()["door"] == "email"
    elsewhere, told = await knock(line, "phone", invite_token=token)
    assert (elsewhere, told["code"]) == (403, "gate.bad_invite")
    made = await ann.register("ann")
    assert made.status_code == 201, made.text
    assert (await ann.look())["stage"] == "used"


async def test_nobody_overtakes_there_and_the_other_door_goes_on(
    line: Line, clock: FixedClock
) -> None:
    await line.set(State.PACED, pace=6, door="email")
    await drained(line, Door.EMAIL)
    status, told = await knock(line, "email")
    assert (status, "waitlist" in told) == (429, False)  # it will not take long: try again
    await line.set(State.PACED, pace=6, door="email", waiting_list=True)
    await drained(line, Door.EMAIL)
    ann = await line.join("ann@example.org")
    clock.move(timedelta(seconds=30))
    status, told = await knock(line, "email")
    assert (status, told["waitlist"]["people_waiting"]) == (403, True)
    assert (await knock(line, "phone"))[0] == 201
    await line.living.run_jobs()
    assert (await ann.look())["stage"] == "called"
    assert (await knock(line, "email"))[0] == 201


async def test_an_official_accounts_door(line: Line) -> None:
    await line.set(State.SUSPENDED, door="official", waiting_list=True)
    assert (await line.ask(NUMBER)).json()["code"] == "waitlist.no_need"
    asked = await line.ask(NUMBER, account_class="official")
    assert asked.status_code == 202, asked.text
    code = {"code": await line.code(NUMBER)}
    seen = await line.post(f"{BASE}/{asked.json()['ticket']}/code", code)
    assert (seen.json()["account_class"], seen.json()["door"]) == ("official", "official")


async def test_its_line_at_the_desk_and_from_the_machine(
    line: Line, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    headers = {"authorization": f"Bearer {await operator(line.living)}"}
    await line.set(State.WAITLIST, door="email")
    ann, bo = await line.join("ann@example.org"), await line.join("bo@example.org")
    told = (await line.client.get(DESK, headers=headers)).json()["lines"]
    assert [(row["door"], row["waiting"]) for row in told if row["region"] == "intl"] == [
        ("email", 2), ("email", 0),  # people's, and official accounts'
    ]  # fmt: skip
    one = f"{DESK}/intl/personal"
    where = {"door": "email"}
    shown = await line.client.get(f"{one}/places", params=where, headers=headers)
    assert len(shown.json()["places"]) == 2
    nowhere = await line.client.get(f"{one}/places", params={"door": "child"}, headers=headers)
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "waitlist.no_line")
    body = {"count": 1, "reason": "There is room."}
    other = await line.client.post(f"{one}/let-in", json=body, headers=headers)
    assert other.json() == {"places": 0}  # the line of all doors is another
    mine = await line.client.post(f"{one}/let-in", json=body | where, headers=headers)
    assert (mine.json(), (await ann.look())["stage"]) == ({"places": 1}, "called")
    words = ("let-in", "1", "--region", "intl", "--door", "email", "--reason", "a test")
    done = await asyncio.to_thread(CliRunner().invoke, app, ["waitlist", *words])
    assert (done.exit_code, done.stdout) == (0, "called 1\n")
    assert (await bo.look())["stage"] == "called"
