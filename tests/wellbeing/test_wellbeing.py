"""Whoever looks at what is disturbing chooses how, and how much of it in a day."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from teahouse.clock import FixedClock
from tests.cases.desk import Judge, judges
from tests.living import Living, Person, living, q

OURS = {"blur": True, "greyscale": True, "mute": True, "daily_limit": 40, "categories": []}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def reported_as(by: Person, author: Person, category: str) -> None:
    """Have something reported under a category."""
    room = await by.room(author)
    path = f"/rooms/{q(room)}/report/{q(await author.say(room, 'Look'))}"
    await by.did("POST", path, {"reason": "", "org.teahouse.category": category})


async def queued(judge: Judge, query: str = "") -> tuple[set[str], bool]:
    """Return the categories in an operator's queue, and whether they are spared any."""
    told = await judge.did("GET", f"?state=reported{query}")
    return {one["category"] for one in told["cases"]}, told["spared"]


async def choose(judge: Judge, **chosen: Any) -> Any:
    """Choose, and return the answer."""
    return (await judge.at("PUT", "/wellbeing", OURS | chosen)).json()


async def test_pictures_are_veiled_unless_one_says_otherwise(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    told = (await first.at("GET", "/wellbeing")).json()
    assert told == {"preferences": OURS, "seen_today": 0}
    await reported_as(ann, bob, "spam")
    (case,) = (await first.did("GET", ""))["cases"]
    path = f"/{case['case_id']}"
    veiled = {"blur": True, "greyscale": True, "mute": True}
    assert (await first.did("GET", path))["viewing"] == veiled
    await choose(first, blur=False)
    assert (await first.did("GET", path))["viewing"] == veiled | {"blur": False}
    assert (await second.did("GET", path))["viewing"] == veiled, "each for themselves"


@pytest.mark.parametrize(
    "wrong", [{"daily_limit": 0}, {"daily_limit": 1001}, {"categories": ["x" * 41]}]
)
async def test_preferences_that_are_none(home: Living, wrong: dict[str, Any]) -> None:
    first, _ = await judges(home)
    answer = await first.at("PUT", "/wellbeing", OURS | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "wellbeing.bad_preferences")
    assert (await choose(first, daily_limit=None))["preferences"]["daily_limit"] is None


async def test_who_has_seen_enough_is_offered_other_things(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    for category in ("violence", "sexual", "spam"):
        await reported_as(ann, bob, category)
    everything = {"violence", "sexual", "spam"}
    assert (await choose(first, daily_limit=1))["seen_today"] == 0
    assert await queued(first) == (everything, False)
    cases = {one["category"]: one["case_id"] for one in (await first.did("GET", ""))["cases"]}
    for _ in range(2):
        await first.did("GET", f"/{cases['spam']}")
    assert await queued(first) == (everything, False), "spam disturbs nobody"
    for _ in range(2):
        await first.did("GET", f"/{cases['violence']}")
    assert (await first.at("GET", "/wellbeing")).json()["seen_today"] == 1, "one, seen twice"
    assert await queued(first) == ({"spam"}, True)
    assert await queued(first, "&category=sexual") == (set(), True)
    assert await queued(second) == (everything, False)
    clock.move(timedelta(days=1))
    assert await queued(first) == (everything, False)
    clock.move(timedelta(days=3))
    await home.run_jobs()
    async with home.house.db.read() as tx:
        assert await tx.value("select count(*) from wellbeing_looks") == 0


async def test_one_is_offered_the_categories_that_one_has_chosen(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    for category in ("fraud", "spam"):
        await reported_as(ann, bob, category)
    await choose(first, categories=["fraud", "fraud"])
    assert await queued(first) == ({"fraud"}, False)
    assert await queued(first, "&category=spam") == ({"spam"}, False), "asked for, it is there"
    assert await queued(second) == ({"fraud", "spam"}, False)


async def test_a_claim_ends_by_itself(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    first, _ = await judges(home)
    await reported_as(ann, bob, "spam")
    (case,) = (await first.did("GET", ""))["cases"]
    claimed = await first.did("POST", f"/{case['case_id']}/claim")
    assert claimed["claimed_until"] > claimed["claimed_at"]
    clock.move(timedelta(hours=4))
    await home.run_jobs()
    (case,) = (await first.did("GET", ""))["cases"]
    assert (case["claimed_by"], case["claimed_until"]) == ("", None)
