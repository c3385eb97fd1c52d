"""Findings through what operators call: lists, the ladder, and what is published."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from teahouse.clock import FixedClock
from tests.cases.desk import Judge, judges
from tests.findings.lists import (
    CLAUSES,
    COUNT,
    ONE,
    SEVEN,
    SHUT,
    body,
    illegal,
    row,
    whole,
)
from tests.living import Living, living, q

DESK = "/findings"
PAPER = {
    "programme": "illegality", "authority": "Foreign exchange administration", "number": "7",
    "decided_on": "2021-07-20", "shuts_down": True, "document": "sha256:00",
}  # fmt: skip


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


async def refused(judge: Judge, path: str, said: Any) -> str:
    answer = await judge.at("POST", DESK + path, said)
    assert answer.status_code >= 400, f"{path} was not refused: {answer.text}"
    return answer.json()["code"]


async def act(judge: Judge, finding_id: str, name: str, **more: Any) -> Any:
    said = {"act": name, "words": f"We {name}."} | more
    return (await did(judge, "POST", f"/{finding_id}/acts", said))["finding"]


async def not_done(judge: Judge, finding_id: str, name: str, **more: Any) -> str:
    said = {"act": name, "words": f"We {name}."} | more
    return await refused(judge, f"/{finding_id}/acts", said)


async def imported(judge: Judge, *rows: dict[str, str]) -> list[str]:
    """Take findings in, and return their ids in the order of the list."""
    taken = await did(judge, "POST", "/import", body(list(rows)))
    assert (taken["new"], taken["wrong"]) == (len(rows), [])
    found = (await did(judge, "GET", ""))["findings"]
    ids = {one["number"]: one["finding_id"] for one in found}
    return [ids[one["number"]] for one in rows]


async def later(home: Living, **by: float) -> None:
    clock: Any = home.house.ground.clock
    clock.move(timedelta(**by))
    await home.run_jobs()


async def test_r_090_the_list_of_2021_comes_out_as_it_was(home: Living) -> None:
    first, _ = await judges(home)
    dry = await did(first, "POST", "/import", body(whole(), dry_run=True))
    assert dry == {"new": COUNT + SHUT, "known": 0, "left_out": 0, "wrong": []}
    assert (await did(first, "GET", ""))["findings"] == [], "a dry run keeps nothing"
    assert (await did(first, "POST", "/import", body(whole())))["new"] == COUNT + SHUT
    again = await did(first, "POST", "/import", body(whole()))
    assert (again["new"], again["known"]) == (0, COUNT + SHUT)
    rows = [msgspec.json.decode(msgspec.json.encode(one)) for one in whole()]
    as_json = {"form": "json", "text": msgspec.json.encode(rows).decode(), "authority": "Another"}
    assert (await did(first, "POST", "/import", as_json | {"dry_run": True}))["new"] == 209

    figures = await did(first, "GET", "/figures")
    by = {name: {one["name"]: one for one in figures[name]} for name in figures if name != "count"}
    assert figures["count"] == 209
    assert {name: by["by_clause"][name]["count"] for name in CLAUSES} == CLAUSES
    assert {name: one["count"] for name, one in by["by_programme"].items()} == {
        "privacy": COUNT, "illegality": SHUT,
    }  # fmt: skip
    assert (by["by_operator"][SEVEN]["count"], by["by_operator"][ONE]["count"]) == (7, 1)
    assert [round(100 * CLAUSES[one] / COUNT, 1) for one in CLAUSES] == [72.6, 39.3, 25.4, 24.4]
    of_seven = (await did(first, "GET", f"?operator={q(SEVEN)}&programme=privacy"))["findings"]
    assert len(of_seven) == 7


async def test_r_090_r_104_mended_in_time_tested_by_another_and_published_as_fixed(
    home: Living,
) -> None:
    first, second = await judges(home)
    (finding_id,) = await imported(first, row(0))
    await did(first, "POST", f"/{finding_id}/publish")
    (told,) = (await home.client.get("/api/v1/findings/published")).json()["findings"]
    assert (told["status"], told["name"], told["history"]) == ("ordered", "App 0", [])
    assert await not_done(first, finding_id, "pass") == "findings.bad_step"
    assert await not_done(first, finding_id, "evidence", words=" ") == "findings.words_needed"
    assert (await act(first, finding_id, "evidence", artefact="trace 1", version="1.1"))[
        "state"
    ] == "testing"
    assert await not_done(first, finding_id, "pass") == "findings.same_person"
    assert (await act(second, finding_id, "pass"))["state"] == "closed"
    await later(home, days=30)
    looked = await did(first, "GET", f"/{finding_id}")
    assert looked["finding"]["state"] == "closed", "the deadline of what is closed is nobody's"
    assert [one["act"] for one in looked["steps"]] == ["evidence", "pass"]
    (told,) = (await home.client.get("/api/v1/findings/published")).json()["findings"]
    assert (told["status"], told["version"]) == ("fixed", "1.1")
    assert [one["status"] for one in told["history"]] == ["ordered", "fixed"]
    assert "actor" not in str(told)


async def test_r_100_a_later_version_is_tested_again_and_a_regression_reopens(
    home: Living,
) -> None:
    first, second = await judges(home)
    (finding_id,) = await imported(first, row(0))
    release = {"kind": "program", "target": "wx0000", "version": "1.2"}
    assert (await did(first, "POST", "/releases", release))["rechecked"] == 0
    await act(first, finding_id, "evidence")
    await act(second, finding_id, "pass")
    assert (await did(first, "POST", "/releases", release))["rechecked"] == 1
    again = (await did(first, "GET", f"/{finding_id}"))["finding"]
    assert (again["state"], again["version"]) == ("rechecking", "1.2")
    assert await not_done(second, finding_id, "regress") == "findings.deadline_needed"
    past = "2021-01-01T00:00:00Z"
    code = await not_done(second, finding_id, "regress", due_at=past)
    assert code == "findings.deadline_needed"
    back = await act(second, finding_id, "regress", due_at="2021-09-01T00:00:00Z")
    assert (back["state"], back["regressions"]) == ("open", 1)
    assert await not_done(first, finding_id, "lapse") == "request.invalid", "only the clock may"


async def test_r_090_r_097_a_missed_deadline_is_proposed_and_people_go_up_the_ladder(
    home: Living,
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    room = await ann.room(visibility="public", name="Birds")
    (finding_id,) = await imported(first, row(0, kind="room", target=room))
    assert await not_done(first, finding_id, "delist") == "findings.bad_step"
    await later(home, days=6)
    late = (await did(first, "GET", f"/{finding_id}"))["finding"]
    assert (late["state"], late["rung"]) == ("unmended", "rectify")
    assert late["proposed"] == ["delist", "search_ban"]
    listed = "/publicRooms"
    assert [one["room_id"] for one in (await bob.did("GET", listed))["chunk"]] == [room]
    assert await not_done(first, finding_id, "search_ban") == "findings.bad_step"
    await act(first, finding_id, "delist")
    assert (await bob.did("GET", listed))["chunk"] == []
    await act(first, finding_id, "search_ban")
    figures = await did(first, "GET", "/figures")
    assert [(one["name"], one["count"]) for one in figures["by_rung"]] == [("search_banned", 1)]
    await act(first, finding_id, "evidence")
    assert (await bob.did("GET", listed))["chunk"] == [], "evidence alone lifts nothing"
    assert (await act(second, finding_id, "pass"))["rung"] == "rectify"
    assert [one["room_id"] for one in (await bob.did("GET", listed))["chunk"]] == [room]


async def test_r_096_r_103_a_shut_down_takes_a_ruling_and_two(home: Living) -> None:
    bob = await home.person("bob")
    first, second = await judges(home)
    illegal_one = illegal(0) | {"kind": "account", "target": bob.user_id}
    insecure = row(1, programme="security", clauses="S1")
    secret = row(2)
    ids = await imported(first, illegal_one, insecure, secret)
    assert await not_done(first, ids[0], "shut_down") == "findings.ruling_needed"
    assert await not_done(first, ids[0], "shut_down", ruling_id="x") == "findings.no_ruling"
    made = {}
    for name, more in {
        "right": {}, "private": {"programme": "privacy", "number": "8"},
        "secure": {"programme": "security", "number": "9"},
        "mild": {"shuts_down": False, "number": "10"},
    }.items():  # fmt: skip
        made[name] = (await did(first, "POST", "/rulings", PAPER | more))["ruling_id"]
    assert await refused(first, "/rulings", PAPER) == "findings.ruling_there"
    for name in ("private", "secure", "mild"):
        code = await not_done(first, ids[0], "shut_down", ruling_id=made[name])
        assert code == "findings.ruling_needed"
    for ruling_id in made.values():
        code = await not_done(first, ids[1], "shut_down", ruling_id=ruling_id)
        assert code == "findings.never_shuts"
    code = await not_done(first, ids[2], "shut_down", ruling_id=made["private"])
    assert code == "findings.ladder_first"

    for _ in range(2):
        asked = await act(first, ids[0], "shut_down", ruling_id=made["right"])
        assert asked["state"] == "open", "one person alone shuts nothing down"
    await bob.did("POST", "/createRoom", {})
    shut = await act(second, ids[0], "shut_down", ruling_id=made["right"])
    assert (shut["state"], shut["rung"], shut["ruling_id"]) == ("shut", "shut_down", made["right"])
    assert await bob.refused("POST", "/createRoom", {}) == "403 M_USER_SUSPENDED"
    assert await not_done(first, ids[0], "evidence") == "findings.bad_step"
    again = await not_done(second, ids[0], "shut_down", ruling_id=made["right"])
    assert again == "findings.bad_step"
    await act(first, ids[0], "withdraw")
    await bob.did("POST", "/createRoom", {})


async def test_r_097_an_account_is_not_found_while_it_is_held(home: Living) -> None:
    await home.person("bob")
    ann = await home.person()
    first, _ = await judges(home)
    asked = {"search_term": "bob"}
    assert len((await ann.did("POST", "/user_directory/search", asked))["results"]) == 1
    both = [row(nth, kind="account", target="@bob:s") for nth in range(2)]
    ids = await imported(first, *both)
    await later(home, days=6)
    for finding_id in ids:
        await act(first, finding_id, "delist")
    assert (await ann.did("POST", "/user_directory/search", asked))["results"] == []
    await act(first, ids[0], "withdraw")
    assert (await ann.did("POST", "/user_directory/search", asked))["results"] == []
    await act(first, ids[1], "withdraw")
    assert len((await ann.did("POST", "/user_directory/search", asked))["results"]) == 1
    (room,) = await imported(first, row(9, kind="room", target="!none:s", programme="illegality",
                                        clauses="I1"))  # fmt: skip
    paper = (await did(first, "POST", "/rulings", PAPER))["ruling_id"]
    await act(first, room, "shut_down", ruling_id=paper)
    _, second = first, Judge(home, "bea")
    assert await not_done(second, room, "shut_down", ruling_id=paper) == "findings.no_measure"


async def test_r_098_each_serious_finding_has_what_it_may_cost(home: Living) -> None:
    first, _ = await judges(home)
    ids = await imported(first, illegal(0), row(1))
    told = await did(first, "GET", "/exposure?turnover=2000000000")
    assert told["exposure"]["house_max_minor"] == 100_000_000 * 100
    assert [one["finding_id"] for one in told["findings"]] == [ids[0]]
    await act(first, ids[0], "withdraw")
    assert (await did(first, "GET", "/exposure"))["findings"] == []


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("/import", body([]), "findings.bad_list"),
        ("/import", body([row(0)], authority=" "), "findings.bad_list"),
        ("/import", body([row(0)], form="xls"), "findings.bad_list"),
        ("/rulings", PAPER | {"programme": "noise"}, "request.invalid"),
        ("/rulings", PAPER | {"document": ""}, "request.invalid"),
        ("/releases", {"kind": "boat", "target": "x", "version": "1"}, "request.invalid"),
        ("/none/acts", {"act": "evidence", "words": "x"}, "findings.not_found"),
        ("/none/publish", {}, "findings.not_found"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    home: Living, path: str, said: Any, code: str
) -> None:
    await home.owner()
    assert await refused(Judge(home, "ada"), path, said) == code
    assert (await home.client.get("/api/v1/findings/published")).json() == {"findings": []}
