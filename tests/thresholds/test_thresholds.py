"""Thresholds: the duties of the file that comes with the software, and counting people."""

import json
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.thresholds.model import (
    BadThresholds,
    Counted,
    crossings,
    level,
    read_thresholds,
)
from tests.living import living

BOOK = read_thresholds((resources.files("teahouse.thresholds") / "thresholds.json").read_bytes())
PLACE = "/thresholds"


def levels(individuals: int, active: int = 0) -> dict[str, str]:
    counted = Counted(date(2026, 1, 1), individuals, active)
    return {one.id: level(one, counted) for one in BOOK.thresholds}


def articles(threshold_id: str) -> list[str]:
    (found,) = [one for one in BOOK.thresholds if one.id == threshold_id]
    return [duty.article for duty in found.duties]


def test_r_083_a_warning_at_four_fifths_and_the_duty_above_a_million() -> None:
    assert levels(800_000)["million"] == "below", "more than a million is a million and one"
    assert levels(800_001)["million"] == "near"
    assert levels(1_000_000)["million"] == "near"
    assert levels(1_000_001)["million"] == "reached"
    assert "Cybersecurity Review Measures 7" in articles("million")
    assert levels(80_000)["export.contract"] == "near"
    assert levels(100_000)["export.contract"] == "reached"


def test_l_n28_ten_million_asks_articles_30_and_32_and_not_33() -> None:
    assert levels(10_000_000)["ten_million"] == "near"
    assert levels(10_000_001)["ten_million"] == "reached"
    found = [one for one in articles("ten_million") if one.startswith("Network Data")]
    assert found == [
        "Network Data Security Regulation 28, 30", "Network Data Security Regulation 28, 32",
    ]  # fmt: skip
    told = [article for one in BOOK.thresholds for article in articles(one.id)]
    assert not [article for article in told if "33" in article]


def test_l_n44_a_large_platform_by_either_count() -> None:
    assert levels(50_000_000)["platform.registered"] == "reached"
    assert levels(49_999_999)["platform.registered"] == "near"
    assert levels(10_000_000, 9_999_999)["platform.active"] == "near"
    assert levels(10_000_000, 10_000_000)["platform.active"] == "reached"
    assert articles("platform.active") == articles("platform.registered")
    counted = Counted(date(2026, 1, 1), 1_000_001, 0)
    assert [(one.threshold_id, one.level) for one in crossings(BOOK, counted)] == [
        ("export.contract", "reached"), ("million", "reached"),
    ]  # fmt: skip


def small(**least: int) -> str:
    duty = {"article": "A 1", "article_zh": "A 1", "zh": "甲", "en": "One"}
    found = [
        {"id": counts, "counts": counts, "least": number, "duties": [duty]}
        for counts, number in least.items()
    ]
    return json.dumps({"version": "1", "thresholds": found})


@pytest.mark.parametrize(
    "text",
    [
        "[]", '{"version": "1", "thresholds": []}', small(boats=1), small(active=0),
        small(active=1).replace('"One"', '""'),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(BadThresholds):
        read_thresholds(text.encode())


async def test_r_083_people_are_counted_and_each_crossing_is_told_once(
    database: object, dsn: str, tmp_path: Path
) -> None:
    (tmp_path / "thresholds.json").write_text(small(individuals=5, active=2), "utf-8")
    clock = FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with living(dsn, tmp_path, clock) as home:
        owner = await home.owner()

        async def counted() -> tuple[int, int, dict[str, Any]]:
            told = await owner.did("POST", f"{PLACE}/count", {})
            return (
                told["individuals"],
                told["active"],
                {one["id"]: (one["level"], one["near_since"]) for one in told["thresholds"]},
            )

        empty = await owner.did("GET", PLACE)
        assert (empty["day"], empty["thresholds"][0]["level"]) == (None, "below")
        people = [await home.person() for _ in range(4)]
        day = "2026-11-23"
        individuals, _, found = await counted()
        assert (individuals, found["individuals"]) == (4, ("near", day))
        await counted()
        gone = await home.person()
        assert (await counted())[2]["individuals"] == ("reached", day)
        async with home.house.db.transaction() as tx:
            recent, old = clock.now() - timedelta(days=29), clock.now() - timedelta(days=31)
            await tx.run("update accounts_accounts set active_at = $1", recent)
            one = "update accounts_accounts set active_at = $1 where user_id = $2"
            await tx.run(one, old, people[0].user_id)
            end = (
                "update accounts_accounts set state = 'deactivated', deactivated_at = $1"
                " where user_id = $2"
            )
            await tx.run(end, recent, gone.user_id)
        individuals, active, found = await counted()
        assert (individuals, active) == (4, 3)
        assert found == {"individuals": ("near", day), "active": ("reached", found["active"][1])}
        told = (await owner.did("GET", "/audit?act=thresholds"))["entries"]
        by_act = [(one["act"], one["target"]) for one in told]
        assert by_act.count(("thresholds.reached", "individuals")) == 1
        assert by_act.count(("thresholds.near", "individuals")) == 1
        clock.move(timedelta(days=2))
        await home.run_jobs()
        later, _ = await home.house.inspecting.thresholds.shown()
        assert later is not None
        assert later.day == date(2026, 11, 25)
