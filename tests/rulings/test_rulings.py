"""What was decided, as everybody reads it: nothing of whom it is about, and nothing too soon."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.errors import Invalid
from teahouse.rulings.model import SMALL, BadPeriod, days_of, figures, months_of
from tests.cases.desk import MINE, Judge, judges, reported
from tests.living import Living, Person, living

PLACE = "/api/v1/rulings"
GRANTED = {"outcome": "overturned", "answer": "It was right."}
FIRST = "2026-01-15T12:00:00+00:00"
TODAY = date(2026, 3, 10)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.fromisoformat(FIRST))


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in January."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def read(home: Living, path: str = "") -> Any:
    """Read as somebody without an account."""
    answer = await home.client.get(PLACE + path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ordered(judge: Judge, by: Person, author: Person) -> str:
    """Have something reported, verified and ordered to be deleted."""
    await reported(by, author)
    case_id = (await judge.queue())[0]["case_id"]
    for act in ("verify", "order"):
        await judge.act(case_id, act)
    return case_id


async def test_r_085_every_decision_is_public_and_nobody_is_in_it(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    case_id = await ordered(first, ann, bob)
    clock.move(timedelta(hours=6))
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert (await read(home))["rulings"] == [], "not on the day itself"
    clock.move(timedelta(days=2))
    (one,) = (await read(home))["rulings"]
    assert (one["measure"], one["rule_id"], one["decider"], one["automated"]) == (
        "order", "spam.advertising", "person", False,
    )  # fmt: skip
    assert (one["year"], one["month"], one["content"]) == (2026, None, None), "few: no more"
    assert (one["days"], one["lasted_days"], one["ended_by"], one["appeal"]) == (2, 0, "met", "")
    await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "Look again."})
    assert (await read(home))["rulings"][0]["appeal"] == "waiting"
    await second.did("POST", f"/{case_id}/appeal/take")
    await second.did("POST", f"/{case_id}/appeal/decide", GRANTED)
    assert (await read(home))["rulings"][0]["appeal"] == "overturned"
    for _ in range(SMALL - 1):
        await ordered(first, ann, await home.person())
    clock.move(timedelta(days=4))
    await home.run_jobs()
    clock.move(timedelta(days=1))
    told = (await read(home))["rulings"]
    assert {(one["month"], one["content"], one["account_class"]) for one in told} == {
        ("2026-01", "message", "personal")
    }
    lapses = [one for one in told if one["measure"] == "lapse"]
    assert [one["automated"] for one in lapses] == [True] * (SMALL - 1)
    text = (await home.client.get(PLACE)).text
    accounts = await home.house.people.operators.operators()
    for secret in (bob.user_id, ann.user_id, case_id, *(one.operator_id for one in accounts)):
        assert secret not in text


async def test_r_085_the_register_is_paged_and_comes_as_csv(
    home: Living, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.rulings.service.PAGE_MAX", 2)
    monkeypatch.setattr("teahouse.rulings.routes.PAGE_MAX", 2)
    ann = await home.person()
    judge, _ = await judges(home)
    for _ in range(5):
        await ordered(judge, ann, await home.person())
        clock.move(timedelta(days=1))
    pages, after = list[Any](), ""
    while after is not None:
        page = await read(home, f"?after={after}")
        pages += page["rulings"]
        after = page["after"]
    ids = [one["ruling_id"] for one in pages]
    assert len(ids) == len(set(ids)) == 5
    lines = await home.client.get(f"{PLACE}/csv")
    assert lines.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(lines.text)))
    assert [one["ruling_id"] for one in rows] == ids[:2]
    assert rows[0]["measure"] == pages[0]["measure"]
    assert lines.headers["x-next-after"] == ids[1]


async def test_r_085_figures_of_any_period(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    case_id = await ordered(first, ann, bob)
    clock.move(timedelta(hours=3))
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "Look again."})
    clock.move(timedelta(hours=5))
    await second.did("POST", f"/{case_id}/appeal/take")
    await second.did("POST", f"/{case_id}/appeal/decide", GRANTED)
    for _ in range(5):
        await ordered(first, ann, await home.person())
    await first.did("POST", "/sign-offs", {"reason": "label:tea"})
    exact = (await first.at("GET", "/rulings/report?from=2026-01-01&until=2026-01-15")).json()
    assert exact["reports"] == {"total": 6, "parts": {"spam": 6}}
    assert exact["measures"] == {"total": 6, "parts": {"order": 6}}
    assert exact["by_rule_and_measure"]["parts"] == {"spam.advertising order": 6}
    assert exact["appeals"]["parts"] == {"filed": 1, "overturned": 1}
    assert (exact["median_hours_to_answer"], exact["median_hours_to_decision"]) == (5.0, 0.0)
    assert exact["sign_offs"]["parts"] == {"signed": 1}
    early = await home.client.get(f"{PLACE}/report?from=2026-01&until=2026-01")
    assert (early.status_code, early.json()["code"]) == (422, "rulings.bad_period")
    clock.move(timedelta(days=30))
    told = await read(home, "/report?from=2026-01&until=2026-01")
    assert told["reports"] == exact["reports"]
    assert told["appeals"] == {"total": None, "parts": {"filed": None, "overturned": None}}
    assert told["median_hours_to_answer"] is None
    none = await read(home, "/report?from=2025-12&until=2025-12")
    assert none["measures"] == {"total": 0, "parts": {}}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)))
def test_r_085_small_counts_are_told_to_nobody_nor_worked_out(parts: dict[str, int]) -> None:
    told = figures(parts, exact=False)
    known = [count for count in told.parts.values() if count is not None]
    assert all(count == 0 or count >= SMALL for count in known)
    assert told.total is None or told.total == 0 or told.total >= SMALL
    left_out = [name for name, count in told.parts.items() if count is None]
    if told.total is not None:
        assert len(left_out) != 1, "the total would say it"
    assert figures(parts, exact=True).parts == parts


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03", "2026-03"),
        ("2026-02", "2026-01"),
        ("2026-13", "2026-13"),
        ("", ""),
        ("2026-01-01", "2026-02"),
        ("1990-01", "2026-01"),
    ],
)
def test_periods_that_are_none(first: str, last: str) -> None:
    assert months_of("2026-01", "2026-02", TODAY) == (date(2026, 1, 1), date(2026, 2, 28))
    with pytest.raises(BadPeriod):
        months_of(first, last, TODAY)


def test_days_for_operators() -> None:
    assert days_of(TODAY, TODAY, TODAY) == (TODAY, TODAY)
    for first, last in ((TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=1))):
        with pytest.raises(Invalid):
            days_of(first, last, TODAY)
