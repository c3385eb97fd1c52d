"""What operators do with a line, and what is written down of it."""

from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from tests.contract.cast import operator
from tests.waitlist.line import Line

BASE = "/api/v1/operator/waitlist"
ONE = f"{BASE}/intl/personal"


async def ask(line: Line, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {token}"}
    told = await line.client.request(method, path, json=body, headers=headers)
    return told.status_code, told.json()


async def test_the_desk(line: Line, clock: FixedClock, wiper: asyncpg.Connection) -> None:
    owner, auditor = await operator(line.living), await operator(line.living, "auditor")
    await line.set(State.WAITLIST)
    people = [await line.join(f"p{n}@example.org") for n in range(4)]
    status, told = await ask(line, auditor, "GET", BASE)
    (mine,) = [one for one in told["lines"] if one["waiting"]]
    assert (status, mine["waiting"], mine["region"]) == (200, 4, "intl")
    assert (await ask(line, auditor, "GET", f"{ONE}/places"))[0] == 403
    _, told = await ask(line, owner, "GET", f"{ONE}/places")
    assert [one["contact_masked"] for one in told["places"]][:1] == ["p•••@example.org"]
    body = {"count": 2, "reason": "The second machine is there."}
    assert (await ask(line, auditor, "POST", f"{ONE}/let-in", body))[0] == 403
    assert (await ask(line, owner, "POST", f"{ONE}/let-in", {**body, "count": 0}))[0] == 400
    assert (await ask(line, owner, "POST", f"{ONE}/let-in", body)) == (200, {"places": 2})
    stages = [(await one.look())["stage"] for one in people]
    assert stages == ["called", "called", "waiting", "waiting"]
    clock.move(timedelta(hours=1))
    late = await line.join("late@example.org")
    before = (clock.now() - timedelta(minutes=1)).isoformat()
    old = {"joined_before": before, "reason": "They asked for the old event."}
    assert (await ask(line, owner, "POST", f"{ONE}/expire", old)) == (200, {"places": 2})
    assert [(await one.look())["stage"] for one in people[2:]] == ["expired"] * 2
    assert (await late.look())["ahead"] == 0
    acts = [row[0] for row in await wiper.fetch("select act from audit_entries order by seq")]
    assert [act for act in acts if act.startswith("waitlist.")] == [
        "waitlist.looked", "waitlist.let_in", "waitlist.expired",
    ]  # fmt: skip
    await line.living.run_jobs()
    kept = await wiper.fetchval("select count(*) from waitlist_places where contact is not null")
    assert kept == 3  # two whose turn it is, and the one who waits


async def test_a_pause_is_told_and_stops_turns(line: Line, clock: FixedClock) -> None:
    owner = await operator(line.living)
    await line.set(State.WAITLIST, pace=60)
    body = {"paused": True, "reason": "Mail is down."}
    assert (await ask(line, owner, "POST", f"{ONE}/pause", body))[0] == 200
    ann = await line.join("ann@example.org")
    clock.move(timedelta(minutes=1))
    await line.living.run_jobs()
    seen = await ann.look()
    assert (seen["stage"], seen["paused"], seen["estimate"]) == ("waiting", True, None)
    on = {"paused": False, "reason": "Mail works."}
    assert (await ask(line, owner, "POST", f"{ONE}/pause", on))[0] == 200
    clock.move(timedelta(seconds=2))
    await line.living.run_jobs()
    assert (await ann.look())["stage"] == "called"
