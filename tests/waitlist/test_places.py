"""Asking for a place, looking, leaving: in order, once for each contact, and forgotten after."""

from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from tests.waitlist.line import BASE, START, Line


async def places(wiper: asyncpg.Connection) -> list[dict[str, Any]]:
    found = await wiper.fetch("select * from waitlist_places order by ordinal nulls last")
    return [dict(row) for row in found]


async def test_there_is_a_list_where_the_gate_says_so(line: Line) -> None:
    assert (await line.ask("ann@example.org")).json()["code"] == "waitlist.no_need"
    shut = await line.set(State.SUSPENDED)
    told = await line.ask("ann@example.org")
    assert (told.status_code, told.json()["notice"]["id"]) == (403, shut.policy_id)
    assert "waitlist" not in told.json()
    await line.set(State.SUSPENDED, waiting_list=True)
    refused = await line.client.post(START, json={"door": "email"})
    waiting = refused.json()["waitlist"]
    assert refused.status_code == 403
    assert waiting["page"] in refused.json()["detail"]
    assert waiting["page"].endswith("/#/waitlist/intl/personal")
    ann = await line.join("ann@example.org")
    seen = await ann.look()
    assert (seen["ahead"], seen["estimate"], seen["state"]) == (0, None, "suspended")
    away = await line.client.post(BASE, json={"kind": "email", "value": "x", "agreed": False})
    assert away.status_code == 400


async def test_positions_are_honest_and_leaving_erases(
    line: Line, wiper: asyncpg.Connection
) -> None:
    await line.set(State.WAITLIST)
    first, second = await line.join("ann@example.org"), await line.join("+447911123456")
    third = await line.join("cyn@example.org")
    assert [(await one.look())["ahead"] for one in (first, second, third)] == [0, 1, 2]
    await second.leave()
    assert [(await one.look())["ahead"] for one in (first, third)] == [0, 1]
    assert (await second.look())["stage"] == "left"
    await second.leave()
    rows = await places(wiper)
    assert [row["contact"] is None for row in rows] == [False, True, False]
    assert rows[1]["odd_digest"] is None
    assert (await line.client.get(f"{BASE}/place_none")).status_code == 404
    assert (await line.client.delete(f"{BASE}/place_none")).status_code == 404


async def test_a_contact_has_one_place_and_nobody_hears_of_it(
    line: Line, wiper: asyncpg.Connection
) -> None:
    await line.set(State.WAITLIST)
    first = await line.join("ann@example.org")
    await line.join("bo@example.org")
    known, new = await line.ask("ann@example.org"), await line.ask("new@example.org")
    assert (known.status_code, set(known.json())) == (new.status_code, set(new.json()))
    await line.living.run_jobs()  # those codes go first, so that the newest is the next one
    again = await line.join("Ann@Example.org")
    assert (await again.look())["ahead"] == 0
    assert (await line.client.get(f"{BASE}/{first.ticket}")).status_code == 404
    proved = [row for row in await places(wiper) if row["state"] != "asked"]
    assert len(proved) == 2


async def test_nobody_is_put_on_it_by_others(
    line: Line, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    await line.set(State.WAITLIST)
    asked = (await line.ask("ann@example.org")).json()
    assert (await line.client.get(f"{BASE}/{asked['ticket']}")).status_code == 404
    wrong = await line.client.post(f"{BASE}/{asked['ticket']}/code", json={"code": "not it"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "accounts.wrong_code")
    clock.move(timedelta(minutes=31))
    await line.living.run_jobs()
    assert await places(wiper) == []
    await line.living.run_jobs()
    ((waiting,),) = await wiper.fetch("select count(*) from gate_queues")
    assert waiting == 0


async def test_the_consent_is_for_this_alone(line: Line, wiper: asyncpg.Connection) -> None:
    await line.set(State.WAITLIST)
    await line.join("ann@example.org")
    (receipt,) = await wiper.fetch("select accepted, screen from consent_receipts")
    assert list(receipt["accepted"]) == ["waitlist.contact", "accounts.code"]
    told = (await line.client.get("/api/v1/policy")).json()["items"]
    (item,) = [one for one in told if one["id"] == "waitlist.contact"]
    assert (item["necessity"], item["classes"]) == ("optional", [])


async def test_a_mainland_number_waits_in_the_mainland_line(line: Line) -> None:
    await line.set(State.WAITLIST)
    here, there = await line.join("+8613800138000"), await line.join("+447911123456")
    assert [(await one.look())["region"] for one in (here, there)] == ["cn-mainland", "intl"]
    assert (await there.look())["ahead"] == 0
