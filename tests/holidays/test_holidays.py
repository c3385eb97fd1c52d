"""School holidays: files that operators load, checked, and used by the time of minors [R-067]."""

import json
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.holidays.model import (
    BadSchoolYear,
    Holiday,
    SchoolYear,
    check_year,
    closed,
    days_of,
)
from teahouse.infra.db.pool import Database
from tests.house.source import ROOT
from tests.living import Living, living
from tests.minors.test_minors import PROOF, family
from tests.screentime.conftest import NOW
from tests.screentime.test_screentime import use, ward

WINTER = {"first": "2027-01-30", "last": "2027-02-21", "zh": "寒假", "en": "Winter holidays"}
AUTUMN = {"first": "2026-11-18", "last": "2026-11-19", "zh": "秋假", "en": "Autumn holidays"}


def year(*holidays: dict[str, str], **other: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"region": "CN-11", "school_year": 2026, "source": "Notice 1"}
    return given | {"holidays": list(holidays)} | other


@pytest.fixture
async def house(database: Database, dsn: str, tmp_path: Path) -> AsyncIterator[Living]:
    """A house by the mainland's profile, on a Wednesday morning."""
    del database  # it is empty now
    async with living(dsn, tmp_path, FixedClock(NOW), profile="cn-mainland") as opened:
        yield opened


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-1, 130)), min_size=1, max_size=6))
def test_r_067_what_is_taken_is_in_order_and_apart(steps: list[tuple[int, int]]) -> None:
    day, holidays = date(2026, 8, 1), list[Holiday]()
    for gap, length in steps:
        first = day + timedelta(days=gap)
        day = first + timedelta(days=length)
        holidays.append(Holiday(first, day, "假", "Off"))
    try:
        check_year(SchoolYear("CN-11", 2026, "Notice", holidays))
    except BadSchoolYear:
        return
    spans = [(one.first, one.last) for one in holidays]
    days = sum(closed(spans, date(2026, 1, 1) + timedelta(days=nth)) for nth in range(2 * 365))
    assert days == sum(days_of(one) for one in holidays) <= 220, "no day counts twice"


async def test_r_067_a_file_is_taken_as_a_whole_or_not_at_all(house: Living) -> None:
    owner, person = await house.owner(), await house.person("ann")
    for bad, why, row in (
        (year(WINTER, region="cn"), "region", None),
        (year(WINTER, school_year=1999), "school_year", None),
        (year(WINTER, source=" "), "source", None),
        (year(), "count", None),
        (year(AUTUMN, WINTER | {"en": ""}), "name", 2),
        (year(WINTER | {"last": "2027-01-29"}), "length", 1),
        (year(WINTER | {"last": "2027-05-31"}), "length", 1),
        (year(WINTER | {"first": "2025-12-31", "last": "2026-01-02"}), "outside", 1),
        (year(WINTER, AUTUMN), "order", 2),
    ):
        answer = await owner.ask("PUT", "/holidays", bad)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (400, "holidays.bad_year"), why
        assert (told["why"], told.get("row")) == (why, row)
    assert (await owner.did("GET", "/holidays"))["years"] == []
    assert (await owner.ask("PUT", "/holidays", year({"first": "soon"}))).status_code == 400
    await owner.did("PUT", "/holidays", year(AUTUMN, WINTER))
    await owner.did("PUT", "/holidays", year(WINTER, source="Notice 2"))
    await owner.did("PUT", "/holidays", year(AUTUMN, region="CN", school_year=2025))
    found = (await owner.did("GET", "/holidays"))["years"]
    assert [(one["region"], one["source"], len(one["holidays"])) for one in found] == [
        ("CN", "Notice 1", 1),
        ("CN-11", "Notice 2", 1),
    ]
    regions = await person.did("GET", "/api/v1/holidays/regions")
    assert regions == {"regions": ["CN", "CN-11"]}
    assert (await owner.ask("DELETE", "/holidays/CN-11/1999")).status_code == 404
    assert (await owner.ask("DELETE", "/holidays/CN-11/x")).status_code == 404
    await owner.did("DELETE", "/holidays/CN-11/2026")
    assert len((await owner.did("GET", "/holidays"))["years"]) == 1
    entries = (await owner.did("GET", "/audit"))["entries"]
    acts = [one["act"] for one in entries if one["act"].startswith("holidays.")]
    assert sorted(acts) == ["holidays.loaded"] * 3 + ["holidays.removed"]


async def test_r_067_a_wards_region_makes_days_off(house: Living) -> None:
    owner, (parent, child) = await house.owner(), await family(house, "2013-06")
    plan = PROOF | {"week": [{}] * 7, "off": {"minutes": 120}, "region": "CN-11"}
    answer = await parent.ask("PUT", ward(child), plan)
    assert (answer.status_code, answer.json()["code"]) == (400, "holidays.no_region")
    await owner.did("PUT", "/holidays", year(WINTER))
    await parent.did("PUT", ward(child), plan)
    assert (await parent.did("GET", ward(child)))["region"] == "CN-11"
    assert (await use(child))["cap_minutes"] == 60, "today there is school"
    await owner.did("PUT", "/holidays", year(AUTUMN, region="CN"))
    assert (await use(child))["cap_minutes"] == 120, "the country's holidays are the region's too"
    await owner.did("DELETE", "/holidays/CN/2026")
    assert (await use(child))["cap_minutes"] == 60
    await parent.did("PUT", ward(child), plan | {"region": ""})
    assert (await child.did("GET", "/api/v1/minors/me/time"))["region"] == ""


async def test_r_067_the_example_of_the_manual_can_be_loaded(house: Living) -> None:
    page = (ROOT / "docs" / "operate" / "minors.md").read_text()
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    await (await house.owner()).did("PUT", "/holidays", json.loads(example))
