"""The incident desk through what operators call."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from tests.cases.desk import Judge, judges
from tests.living import Living, living

DESK = "/incidents"
WORDS = {
    name: {"zh": f"{name} 的说明", "en": f"About {name}"}
    for name in (
        "systems", "place", "data_kinds", "harm", "measures", "self_help", "contact", "cause",
        "lessons",
    )
}  # fmt: skip
LEAK: dict[str, Any] = {"kind": "leak", "people": 2_000_000}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def did(judge: Judge, method: str, path: str, said: Any = None) -> Any:
    answer = await judge.at(method, DESK + path, said)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


async def refused(judge: Judge, method: str, path: str, said: Any) -> str:
    answer = await judge.at(method, DESK + path, said)
    assert answer.status_code >= 400, f"{path} was not refused: {answer.text}"
    return answer.json()["code"]


async def noted(judge: Judge, profile: str = "cn-mainland", **facts: Any) -> str:
    body = {"title": "A copied table", "facts": {"kind": "leak"} | facts, "profile": profile}
    return (await did(judge, "POST", "", body))["incident"]["incident_id"]


async def assessed(judge: Judge, incident_id: str, facts: Any, **more: Any) -> Any:
    body = {"facts": facts, "words": "We looked."} | more
    return (await did(judge, "PUT", f"/{incident_id}/facts", body))["incident"]


def clocks(incident: Any) -> dict[str, str]:
    return {one["clock_id"]: one["state"] for one in incident["clocks"]}


async def later(home: Living, **by: float) -> None:
    clock: Any = home.house.ground.clock
    clock.move(timedelta(**by))
    await home.run_jobs()


async def test_l_c25_a_simulated_incident_gives_a_draft_at_once(home: Living) -> None:
    first, _ = await judges(home)
    incident_id = await noted(first, **LEAK)
    found = (await did(first, "GET", f"/{incident_id}"))["incident"]
    assert (found["level"], found["state"], found["next_clock"]) == (
        "larger",
        "noticed",
        "cn.people",
    )
    draft = await did(first, "GET", f"/{incident_id}/draft?clock=cn.authority")
    said = {one["name"]: one["said"] for one in draft["parts"]}
    assert said["level"] == {"zh": "较大", "en": "Larger"}
    assert "2,000,000" in said["scale"]["en"]
    assert draft["lacking"] == ["systems", "place", "harm", "measures"]
    assert "事件级别：较大" in draft["text"]["zh"]
    text = await first.at("GET", f"{DESK}/{incident_id}/draft.txt?clock=cn.authority&lang=en")
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text == draft["text"]["en"]
    assert (
        await refused(first, "GET", f"/{incident_id}/draft?clock=moon", None)
        == "incidents.no_clock"
    )
    wrong = f"/{incident_id}/draft.txt?lang=fr"
    assert await refused(first, "GET", wrong, None) == "request.invalid"


async def test_l_c25_reported_in_time_told_contained_and_closed_with_what_was_learnt(
    home: Living,
) -> None:
    first, second = await judges(home)
    incident_id = await noted(first, **LEAK)
    one = f"/{incident_id}"
    tell = {"whom": "authority", "clock_id": "cn.authority", "words": "By the portal."}
    assert await refused(first, "POST", f"{one}/told", tell) == "incidents.bad_step"
    await assessed(first, incident_id, LEAK)
    assert await refused(first, "POST", f"{one}/told", tell) == "incidents.report_lacking"
    await assessed(first, incident_id, LEAK | {"texts": WORDS})
    people = tell | {"whom": "people"}
    assert await refused(first, "POST", f"{one}/told", people) == "incidents.no_clock"
    found = (await did(first, "POST", f"{one}/told", tell | {"reference": "2026-7"}))["incident"]
    assert (found["state"], clocks(found)["cn.authority"]) == ("reported", "answered")
    assert await refused(first, "POST", f"{one}/told", tell) == "incidents.clock_answered"
    close = {"act": "close", "words": "It is over."}
    assert await refused(first, "POST", f"{one}/acts", close) == "incidents.not_contained"
    contain = {"act": "contain", "words": "The hole is closed."}
    found = (await did(first, "POST", f"{one}/acts", contain))["incident"]
    assert clocks(found)["cn.summary"] == "running"
    assert await refused(first, "POST", f"{one}/acts", close) == "incidents.clocks_open"
    for clock_id, whom in (("cn.personal", "authority"), ("cn.people", "people"), ("cn.summary", "authority")):  # fmt: skip
        await did(first, "POST", f"{one}/told", tell | {"clock_id": clock_id, "whom": whom})
    supplement = {"whom": "authority", "words": "What we learnt since."}
    await did(second, "POST", f"{one}/told", supplement)
    closed = (await did(first, "POST", f"{one}/acts", close))["incident"]
    assert (closed["state"], closed["may"], closed["next_clock"]) == ("closed", ["reopen"], None)
    reports = (await did(first, "GET", f"{one}/reports"))["reports"]
    assert [each["clock_id"] for each in reports] == [
        "", "cn.summary", "cn.people", "cn.personal", "cn.authority",
    ]  # fmt: skip
    await did(first, "POST", f"{one}/acts", {"act": "reopen", "words": "A second copy."})
    assert await refused(first, "POST", f"{one}/acts", close) == "incidents.bad_step"
    assert (
        await refused(first, "POST", f"{one}/acts", {"act": "assess", "words": "x"})
        == "request.invalid"
    )
    again = await assessed(first, incident_id, LEAK | {"texts": WORDS})
    assert (again["state"], again["contained_at"]) == ("assessed", None)


async def test_l_c25_what_ran_out_is_told_and_stays_late_with_why(home: Living) -> None:
    first, _ = await judges(home)
    incident_id = await noted(first, **LEAK)
    await assessed(first, incident_id, LEAK | {"texts": WORDS})
    await later(home, hours=3)
    entries = f"/audit?target={incident_id}&act=incidents.clock_late"
    assert (await first.at("GET", entries)).json()["entries"] == []
    await later(home, hours=2)
    await later(home, minutes=5)
    told = (await first.at("GET", entries)).json()["entries"]
    assert [one["detail"]["clock"] for one in told] == ["cn.authority"], "once"
    found = (await did(first, "GET", ""))["incidents"][0]
    assert (found["late"], clocks(found)["cn.authority"]) == (1, "late")
    tell = {"whom": "authority", "clock_id": "cn.authority", "words": "By the portal."}
    place = f"/{incident_id}/told"
    assert await refused(first, "POST", place, tell) == "incidents.late_why_needed"
    late = (await did(first, "POST", place, tell | {"late_why": "The portal was down."}))[
        "incident"
    ]
    (clock,) = [one for one in late["clocks"] if one["clock_id"] == "cn.authority"]
    assert (clock["state"], clock["was_late"]) == ("answered", True)
    assert clock["late_why"] == "The portal was down."
    (report,) = (await did(first, "GET", f"/{incident_id}/reports"))["reports"]
    assert any(one["said"]["en"] == "The portal was down." for one in report["parts"])


async def test_l_c25_a_level_goes_down_by_two_and_not_below_the_facts(home: Living) -> None:
    first, second = await judges(home)
    incident_id = await noted(first, **LEAK)
    place, say = f"/{incident_id}/lower", {"level": "general", "words": "Counted twice."}
    assert await refused(first, "POST", place, say) == "incidents.too_low"
    assert (await assessed(first, incident_id, {"kind": "other"}))["level"] == "larger"
    assert await refused(first, "POST", place, say | {"words": " "}) == "incidents.words_needed"
    assert await refused(first, "POST", place, say | {"level": "serious"}) == "incidents.bad"
    found = (await did(first, "POST", place, say))["incident"]
    assert (found["level"], found["lower_level"]) == ("larger", "general")
    assert await refused(first, "POST", place, say) == "incidents.same_person"
    found = (await did(second, "POST", place, say))["incident"]
    assert (found["level"], found["lower_by"]) == ("general", "")
    assert set(clocks(found).values()) == {"released"}
    raised = await assessed(first, incident_id, {"kind": "other"}, level="serious")
    assert raised["level"] == "serious"
    assert clocks(raised)["cn.authority"] == "running"
    assert await refused(first, "PUT", f"/{incident_id}/facts", {"facts": LEAK, "words": "x", "level": "moon"}) == "incidents.bad"  # fmt: skip


async def test_l_c25_l_57_whom_a_leak_concerns_is_asked_of_its_case(home: Living) -> None:
    first, second = await judges(home)
    for _ in range(2):
        await home.person()
    now = home.house.ground.clock.now()
    scope = {"began_at": "2021-01-01T00:00:00Z", "ended_at": now.isoformat()}
    body = {"title": "A lost dump", "profile": "eu", "scope": scope}
    case = (await first.at("POST", "/breaches", body)).json()
    await home.run_jobs()
    await home.house.doors.notices.history.begin()
    incident_id = await noted(first, "eu")
    place = f"/{incident_id}/links"
    assert await refused(first, "PUT", place, {"breach_id": "moon"}) == "request.not_found"
    assert await refused(first, "PUT", place, {"run_id": "moon"}) != ""
    assert await refused(first, "PUT", place, {"notice_seq": 10**6}) == "request.not_found"
    found = await did(first, "PUT", place, {"breach_id": case["case_id"], "notice_seq": 1})
    assert found["facts"]["people"] >= 2
    assert (found["incident"]["level"], clocks(found["incident"])) == (
        "risk",
        {"eu.authority": "running"},
    )
    taken = (await did(second, "POST", f"/{incident_id}/take", {}))["incident"]
    assert taken["held_by"] != found["incident"]["held_by"]
    assert [one["act"] for one in (await did(first, "GET", f"/{incident_id}"))["steps"]] == [
        "opened", "linked", "taken",
    ]  # fmt: skip


async def test_l_n10_l_d27_a_flaw_that_endangers_the_public_runs_a_day(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as home:
        await of_flaws(home)


async def of_flaws(home: Living) -> None:
    first, _ = await judges(home)
    now = home.house.ground.clock.now().isoformat()
    body = {"title": "Reads too far", "source": "outside", "severity": "high", "found_at": now}
    quiet = await did(first, "POST", "/flaws", body)
    assert quiet["incident_id"] is None
    assert await refused(first, "POST", "/flaws", body | {"source": "moon"}) == "incidents.bad_flaw"
    loud = await did(first, "POST", "/flaws", body | {"public_danger": True})
    found = (await did(first, "GET", f"/{loud['incident_id']}"))["incident"]
    assert clocks(found) == {"cn.flaw": "running"}
    place = f"/flaws/{quiet['flaw_id']}/acts"
    fix = {"act": "fix", "words": "Checks the length.", "fixed_in": "1.4.2"}
    assert await refused(first, "POST", place, fix) == "incidents.bad_flaw_step"
    await did(first, "POST", place, {"act": "confirm", "words": "We saw it."})
    assert await refused(first, "POST", place, fix | {"fixed_in": ""}) == "incidents.bad_flaw"
    fixed = await did(first, "POST", place, fix)
    assert (fixed["state"], fixed["fixed_in"], fixed["may"]) == (
        "fixed",
        "1.4.2",
        ["tell", "reopen"],
    )
    assert (await did(first, "POST", place, {"act": "tell", "words": "In the notes."}))["told_at"]
    back = await did(first, "POST", place, {"act": "reopen", "words": "Not all of it."})
    assert (back["state"], back["fixed_at"], back["told_at"]) == ("confirmed", None, None)
    assert await refused(first, "POST", "/flaws/moon/acts", fix) == "incidents.no_flaw"
    assert len((await did(first, "GET", "/flaws"))["flaws"]) == 2


async def test_l_c25_figures_of_a_year(home: Living) -> None:
    first, _ = await judges(home)
    year = home.house.ground.clock.now().year
    for people in (5, 2_000_000):
        incident_id = await noted(first, people=people)
        await assessed(first, incident_id, {"kind": "leak", "people": people})
    await later(home, hours=5)
    await did(first, "POST", f"/{incident_id}/acts", {"act": "contain", "words": "Closed."})
    found = await did(first, "GET", f"/figures?year={year}")
    groups = {one["level"]: one for one in found["groups"]}
    assert {level: (one["count"], one["people"]) for level, one in groups.items()} == {
        "general": (1, 5), "larger": (1, 2_000_000),
    }  # fmt: skip
    assert groups["larger"]["median_seconds"] == 5 * 3600
    counted = {
        one["clock_id"]: (one["count"], one["answered"], one["late"]) for one in found["clocks"]
    }
    assert counted["cn.authority"] == (1, 0, 1)
    assert (await did(first, "GET", f"/figures?year={year - 1}"))["groups"] == []
    assert await refused(first, "GET", "/figures?year=1", None) == "request.invalid"


async def test_an_incident_says_what_it_is(home: Living) -> None:
    first, _ = await judges(home)
    for more in (
        {"title": " "}, {"profile": "moon"}, {"facts": {"kind": "moon"}},
        {"facts": {"kind": "leak", "marks": ["moon"]}}, {"noticed_at": "2999-01-01T00:00:00Z"},
        {"facts": {"kind": "leak", "texts": {"unit": {"zh": "甲"}}}},
    ):  # fmt: skip
        body = {"title": "A test", "facts": {"kind": "leak"}, "profile": "eu"} | more
        assert await refused(first, "POST", "", body) == "incidents.bad"
    assert (await did(first, "GET", ""))["incidents"] == []
    assert await refused(first, "GET", "/moon", None) == "incidents.not_found"
    assert await refused(first, "GET", "?state=moon", None) == "request.invalid"
    law = await did(first, "GET", "/law")
    assert [one["profile"] for one in law["laws"]] == ["intl", "eu", "cn-mainland"]
