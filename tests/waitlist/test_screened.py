"""Joining is screened as a registration is: by work or a place in line, and by limits."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import State
from teahouse.screening.model.proofs import LINE_WAIT
from tests.screening.conftest import answered
from tests.waitlist.line import START, Line

PLACES = "select count(*) from waitlist_places"


async def rules(line: Line, **amounts: int) -> None:
    """Turn rules on; in test mode they only watch."""
    for rule, amount in amounts.items():
        await line.living.house.doors.screening.desk.set_rule("op", rule, "on", amount)


def said(told: httpx.Response) -> tuple[int, Any]:
    return told.status_code, told.json().get("code")


async def test_work_or_a_place_in_line_under_pressure(
    line: Line, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    await line.set(State.WAITLIST)
    await rules(line, proof=1, prefix_starts=40)
    for nth in range(4):
        assert (await line.ask(f"p{nth}@example.org")).status_code == 202
    asked = await line.ask("ann@example.org")
    assert said(asked) == (403, "screening.proof_needed")
    proof = answered(asked.json()["challenge"])
    unsolved = await line.ask("ann@example.org", proof=proof | {"answers": [0] * 16})
    assert said(unsolved) == (403, "screening.bad_proof")
    assert await wiper.fetchval(PLACES) == 4, "who is refused leaves nothing"
    assert (await line.ask("ann@example.org", proof=proof)).status_code == 202
    again = await line.ask("bo@example.org", proof=proof)
    assert said(again) == (403, "screening.bad_proof")
    challenge = {"challenge": again.json()["challenge"]["challenge"]}
    place = {"challenge": (await line.post("/api/v1/line", challenge)).json()["place"]}
    early = await line.ask("bo@example.org", proof=place)
    assert said(early) == (429, "screening.not_your_turn")
    clock.move(LINE_WAIT)
    assert (await line.ask("bo@example.org", proof=place)).status_code == 202


async def test_limits_of_a_contact_a_prefix_a_mail_host_and_the_list(
    line: Line, clock: FixedClock
) -> None:
    await line.set(State.WAITLIST, door="email")
    await rules(line, contact_codes=2, disposable_mail=0)
    for _ in range(2):
        assert (await line.ask("ann@example.org")).status_code == 202
        clock.move(timedelta(minutes=2))
    assert said(await line.ask("ann@example.org")) == (429, "screening.too_many")
    assert (await line.ask("bo@example.org")).status_code == 202
    assert said(await line.ask("x@mailinator.com")) == (422, "screening.mail_refused")
    await rules(line, prefix_codes=1)
    assert (await line.ask("cy@example.org")).status_code == 202
    assert said(await line.ask("di@example.org")) == (429, "screening.too_many")
    await rules(line, prefix_codes=100, door_starts=1)
    clock.move(timedelta(hours=1))
    assert (await line.ask("di@example.org")).status_code == 202
    assert said(await line.ask("ed@example.org")) == (429, "screening.too_many")
    phone = {"door": "phone", "service_region": "intl"}
    assert (await line.client.post(START, json=phone)).status_code == 201, (
        "the doors have their own"
    )


async def test_the_gate_comes_first(line: Line) -> None:
    await rules(line, proof=1, prefix_starts=1)
    assert said(await line.ask("ann@example.org")) == (409, "waitlist.no_need")
    shut = await line.set(State.SUSPENDED)
    for _ in range(3):
        told = await line.ask("ann@example.org")
        assert (told.status_code, told.json()["notice"]["id"]) == (403, shut.policy_id)
