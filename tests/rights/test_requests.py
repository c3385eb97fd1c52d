"""Requests: filed by anybody, answered with reasons, by a day counted in working days."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.calendars.model import calendar
from teahouse.clock import FixedClock
from tests.consent.operator import owner
from tests.living import Living
from tests.rights.test_exports import policy

FILE = "/api/v1/requests"
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.mark.parametrize(
    ("name", "since", "due"),
    [
        # Filed on Friday 25 Sep 2026, Shanghai; Mid-Autumn and National Day lie between.
        ("cn", "2026-09-24T04:00:00", "2026-10-22T16:00:00"),
        ("intl", "2026-09-24T04:00:00", "2026-10-16T00:00:00"),
        # A Sunday that is worked counts: 4 January 2026.
        ("cn", "2025-12-31T02:00:00", "2026-01-22T16:00:00"),
        ("intl", "2021-07-27T01:00:00", "2021-08-18T00:00:00"),
    ],
)
def test_fifteen_working_days(name: str, since: str, due: str) -> None:
    moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert calendar(name).due(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(MOMENTS, st.sampled_from(["cn", "intl"]), st.integers(1, 15))
def test_the_clock_counts_working_days(since: datetime, name: str, days: int) -> None:
    kept = calendar(name)
    due = kept.due(since, days)
    last = due - timedelta(seconds=1)
    zone = timezone(timedelta(hours=kept.offset_hours))
    first, end = since.astimezone(zone).date(), last.astimezone(zone).date()
    passed = [first + timedelta(days=one) for one in range(1, (end - first).days + 1)]
    assert sum(kept.works(day) for day in passed) == days
    assert kept.works(end)
    assert due - since <= timedelta(days=15 + 2 * 4 + 12)


async def test_anybody_may_ask_and_is_answered_with_reasons(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    desk = await owner(home, clock)
    version = await policy(home)
    body: dict[str, Any] = {
        "kind": "complaint", "text": "Too many letters.", "contact": "a@b.example",
        "policy_version": version, "lang": "en",
    }  # fmt: skip
    stale = await home.client.post(FILE, json=body | {"policy_version": "old"})
    assert stale.json()["code"] == "consent.stale_policy"
    assert (await home.client.post(FILE, json=body | {"text": " "})).status_code == 400
    assert (await home.client.post(FILE, json=body | {"kind": "song"})).status_code == 400
    made = await home.client.post(FILE, json=body)
    assert made.status_code == 201
    reference = made.json()["reference"]
    told = (await home.client.get(f"{FILE}/{reference}")).json()
    assert told["due_at"] == "2021-08-18T00:00:00Z"
    assert (await home.client.get(f"{FILE}/thr_x")).status_code == 404
    row = await wiper.fetchrow("select text, contact from rights_requests")
    assert b"letters" not in row["text"] + row["contact"]
    assert (await home.client.get(f"{FILE}/figures")).json()["overdue"] == 0
    clock.move(timedelta(days=40))
    figures = (await home.client.get(f"{FILE}/figures")).json()
    assert (figures["open"], figures["overdue"], figures["working_days_max"]) == (1, 1, 15)
    await desk.sign_in()
    (listed,) = (await desk.ask("GET", "/api/v1/operator/requests")).json()["requests"]
    assert (listed["overdue"], listed["contact"]) == (True, "a@b.example")
    read = await wiper.fetchrow("select detail::text from audit_entries where act = 'rights.read'")
    assert read is not None, "who reads what people wrote is written down"
    assert "letters" not in read[0]
    answer = f"/api/v1/operator/requests/{listed['request_id']}/answer"
    silent = await desk.ask("POST", answer, {"outcome": "refused", "reasons": " "})
    assert silent.json()["code"] == "rights.reasons_needed"
    said = {"outcome": "granted", "reasons": "We stopped."}
    assert (await desk.ask("POST", answer, said)).status_code == 200
    assert (await desk.ask("POST", answer, said)).json()["code"] == "rights.answered"
    told = (await home.client.get(f"{FILE}/{reference}")).json()
    assert (told["outcome"], told["answer"]) == ("granted", "We stopped.")
    figures = (await home.client.get(f"{FILE}/figures")).json()
    assert (figures["open"], figures["answered"], figures["answered_late"]) == (0, 1, 1)
    clock.move(timedelta(days=366))
    await home.run_jobs()
    assert (await home.client.get(f"{FILE}/{reference}")).status_code == 404


async def test_ones_own_requests_are_few_and_stay_when_the_account_goes(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person("ann")
    body = {"kind": "access", "text": "What?", "policy_version": await policy(home)}
    references = [(await ann.ask("POST", FILE, body)).json()["reference"] for _ in range(5)]
    assert (await ann.ask("POST", FILE, body)).json()["code"] == "rights.too_many_requests"
    told = (await ann.did("GET", "/api/v1/account/requests"))["requests"]
    assert len(told) == 5
    body = {"auth": {"type": "m.login.password", "user": "ann", "password": "correct horse"}}
    await ann.did("POST", "/account/deactivate", body)
    assert (await home.client.get(f"{FILE}/{references[0]}")).status_code == 200
