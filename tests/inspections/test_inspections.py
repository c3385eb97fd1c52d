"""Inspectors: what they may read is one list, for a time, by two persons' word, and each look is noted."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from teahouse.app import build_server
from teahouse.app.visited import DESK, EXPORT, ON_NO_PAGE, OWN, READ, register_of
from teahouse.clock import FixedClock
from teahouse.infra.http.router import Auth, Route
from teahouse.inspections.model import INSPECTOR, REGISTERS
from tests.cases.desk import Judge, invited, judges, reported
from tests.house import source
from tests.living import Living, living

PLACE = "/inspections"
SECRET = "the-words-that-nobody-inspects"

# What operators read and inspectors do not, by how its path begins, and why.
CLOSED = {
    "/annuals": "drafts; what was published is for all",
    "/packs": "what an auditor of the house takes along; inspectors read the registers",
    "/accounts": "people", "/standing/accounts": "people", "/screening/accounts": "people",
    "/vouching/bars": "people", "/recoveries": "people who ask for help",
    "/screening/pressure": "where to press next", "/screening/lists": "how screening decides",
    "/screening/clusters": "people", "/screening/rules/{rule}/preview": "people",
    "/complaints": "what people say", "/cases": "what people say: the rules alone are open",
    "/approvals": "people who wait, and what they wrote", "/officials": "papers of whom is behind",
    "/waitlist": "people who wait", "/regimes": "evidence that people gave", "/imports": "people",
    "/gate/invites": "who came by whom", "/requests": "what people write about their data",
    "/erasures": "people", "/restrictions": "people", "/legacies": "people", "/breaches/{case_id}/affected": "people",
    "/breaches/{case_id}/contacts": "people", "/upgrades/{run_id}/merges": "people",
    "/operators": "who runs the house", "/settings": "secrets' places", "/setup": "set-up",
    "/works": "of the gate's own policies", "/demo": "the demo", "/storage": "rooms by name",
    "/upgrade-reports/stolen": "what to do first", "/notices": "hooks of others",
    "/minors/accounts": "people", "/minors/appeals": "people", "/refunds": "what guardians wrote", "/unsealings": "people",
    "/appearances/{case_id}": "what people show",
    "/ratings": "single chats and accounts; which labels there are is open",
    "/detectors": "what people say, and how it is looked for",
    "/orders": "of authorities, some of them confidential: another's is not this one's",
    "/processors": "contracts of others; who is in use is public", "/providings": "the same",
    "/transfers": "what is told to an authority by its own way", "/algorithms": "the same",
    "/labels": "where to look for what",
    "/campaigns": "drafts; what was announced is public", "/disclosures": "what others asked for",
    "/rulings/report": "exact figures of few people; the published are for all", "/wellbeing": "each reviewer's own",
    "/inspections": "the house's own view of visits",
    "/incidents/{incident_id}/draft": "not sent yet: what went out is open",
}  # fmt: skip


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


def of_operators(home: Living) -> list[Route]:
    routes = build_server(home.house).router.routes
    return [one for one in routes if one.auth is Auth.OPERATOR]


def is_open(route: Route) -> bool:
    own = (route.method, route.path.removeprefix(DESK)) in OWN
    mine = route.path in (EXPORT, f"{DESK}{PLACE}/mine")
    return own or mine or bool(register_of(route))


def wanted(home: Living, inspector_id: str, **more: Any) -> dict[str, Any]:
    now = home.house.ground.clock.now()
    return {
        "inspector_id": inspector_id, "authority": "Communications administration",
        "mandate": "2021-7", "registers": list(REGISTERS), "opens_at": now.isoformat(),
        "closes_at": (now + timedelta(days=2)).isoformat(),
    } | more  # fmt: skip


async def ask(judge: Judge, method: str, path: str, said: Any = None) -> tuple[int, Any]:
    answer = await judge.at(method, path, said)
    return answer.status_code, answer.json() if answer.content else None


async def code(judge: Judge, method: str, path: str, said: Any = None) -> str:
    status, told = await ask(judge, method, path, said)
    assert status >= 400, told
    return told["code"]


async def inspector(home: Living, owner: Judge) -> tuple[Judge, str]:
    """Set up an inspector; return them, and their id."""
    ivy = await invited(home, owner, "ivy", INSPECTOR)
    _, told = await ask(ivy, "GET", "/me")
    return ivy, told["operator_id"]


async def opened(home: Living, first: Judge, second: Judge, ivy_id: str, **more: Any) -> str:
    """Let an inspector in; return the visit."""
    _, made = await ask(first, "POST", PLACE, wanted(home, ivy_id, **more))
    status, told = await ask(second, "POST", f"{PLACE}/{made['visit_id']}/agree", {})
    assert (status, told["state"]) == (200, "open")
    return made["visit_id"]


async def test_r_082_every_route_of_operators_is_open_or_says_why_not(home: Living) -> None:
    routes = of_operators(home)
    paths = {one.path.removeprefix(DESK) for one in routes if one.method == "GET"}
    listed = {path for found in READ.values() for path in found}
    assert listed <= paths, "these are gone"
    assert not [one.path for one in routes if is_open(one) and one.method != "GET"
                and (one.method, one.path.removeprefix(DESK)) not in OWN]  # fmt: skip
    for one in routes:
        assert (INSPECTOR in one.allow) == is_open(one), f"{one.method} {one.path}"
    closed = {one.path.removeprefix(DESK) for one in routes if one.method == "GET"
              and not is_open(one)}  # fmt: skip
    unsaid = {path for path in closed if not any(path.startswith(begins) for begins in CLOSED)}
    assert unsaid == set(), "put it into READ in app/visited.py, or say here why not"
    idle = {begins for begins in CLOSED if not any(path.startswith(begins) for path in closed)}
    assert idle == set(), "these are gone, or open"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_register_has_a_name_at_the_console(lang: str) -> None:
    texts = json.loads(source.text(source.ROOT / "web" / "src" / "i18n" / f"admin.{lang}.json"))
    begins = "admin.visit.register."
    named = {key.removeprefix(begins) for key in texts if key.startswith(begins)}
    assert named == set(REGISTERS)


async def test_the_console_is_told_where_each_register_is_read(home: Living) -> None:
    first, _ = await judges(home)
    _, told = await ask(first, "GET", PLACE)
    shown = told["registers"]
    assert [one["register"] for one in shown] == list(REGISTERS)
    assert all(one["pages"] or one["parts"] for one in shown), "nothing of it is shown"
    assert all(set(one["parts"]) <= set(READ[one["register"]]) for one in shown)
    assert {path for one in shown for path in one["parts"]} >= set(ON_NO_PAGE)
    pages = [page for one in shown for page in one["pages"]]
    assert len(pages) == len(set(pages)), "a page is of one register, or a visit opens two"
    places = source.text(source.ROOT / "web" / "src" / "admin" / "state" / "places.ts")
    assert [one for one in pages if f'["{one}", "admin.' not in places] == []


async def test_r_082_l_63_an_inspector_reads_registers_and_never_what_people_say(
    home: Living,
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    await reported(ann, bob, SECRET)
    case_id = (await first.queue())[0]["case_id"]
    seen = (await first.at("GET", f"/cases/{case_id}")).text
    assert SECRET in seen, "operators who decide do read it"
    ivy, ivy_id = await inspector(home, first)
    await opened(home, first, second, ivy_id)
    read = 0
    for one in of_operators(home):
        path = one.path.removeprefix(DESK)
        if (one.method, path) == ("DELETE", "/sessions"):
            continue
        filled = re.sub(r"\{\w+\}", case_id, path)
        answer = await ivy.at(one.method, filled, {})
        assert SECRET not in answer.text
        if not is_open(one):
            told = answer.json()
            assert (answer.status_code, told["code"]) == (403, "operators.role"), one.path
        else:
            assert answer.status_code in (200, 404) or one.path == EXPORT, one.path
            read += answer.status_code == 200
    assert read > 15
    for register in REGISTERS:
        answer = await ivy.at("GET", f"{PLACE}/export?register={register}")
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
        whole = [path for path in READ[register] if "{" not in path]
        assert sorted(answer.json()["parts"]) == sorted(whole)


async def test_r_082_a_visit_takes_two_has_a_scope_and_an_end_and_each_look_is_noted(
    home: Living,
) -> None:
    first, second = await judges(home)
    ivy, ivy_id = await inspector(home, first)
    assert await code(ivy, "GET", "/findings") == "inspections.no_visit"
    _, told = await ask(first, "GET", "/me")
    body = wanted(home, told["operator_id"])
    assert await code(first, "POST", PLACE, body) == "inspections.no_inspector"
    for more in (
        {"registers": []}, {"registers": ["people"]}, {"mandate": " "},
        {"closes_at": "2021-01-01T00:00:00Z"}, {"closes_at": "2031-01-01T00:00:00Z"},
    ):  # fmt: skip
        assert await code(first, "POST", PLACE, wanted(home, ivy_id, **more)) == "request.invalid"
    body = wanted(home, ivy_id, registers=["findings"])
    _, made = await ask(first, "POST", PLACE, body)
    one = f"{PLACE}/{made['visit_id']}"
    assert await code(ivy, "GET", "/findings") == "inspections.no_visit"
    assert await code(first, "POST", f"{one}/agree", {}) == "inspections.second_needed"
    assert await code(second, "POST", f"{PLACE}/x/agree", {}) == "inspections.not_found"
    status, told = await ask(second, "POST", f"{one}/agree", {})
    assert (status, told["state"]) == (200, "open")
    assert await code(second, "POST", f"{one}/agree", {}) == "inspections.over"

    assert (await ask(ivy, "GET", "/findings"))[0] == 200
    assert await code(ivy, "GET", "/findings/x") == "findings.not_found"
    assert await code(ivy, "GET", "/audit") == "inspections.no_visit"
    assert await code(ivy, "GET", f"{PLACE}/export?register=audit") == "inspections.no_visit"
    assert await code(ivy, "GET", f"{PLACE}/export?register=people") == "request.invalid"
    assert (await ask(ivy, "GET", f"{PLACE}/export?register=findings"))[0] == 200
    looks = (await ask(first, "GET", f"{one}/looks"))[1]["looks"]
    assert [(one["act"], one["detail"]["what"]) for one in looks] == [
        ("inspections.exported", "findings"), ("inspections.look", "/findings/{finding_id} x"),
        ("inspections.look", "/findings"),
    ]  # fmt: skip
    mine = (await ask(ivy, "GET", f"{PLACE}/mine"))[1]["visits"]
    assert [(one["visit_id"], one["state"]) for one in mine] == [(made["visit_id"], "open")]

    clock: Any = home.house.ground.clock
    clock.move(timedelta(days=3))
    assert await code(ivy, "GET", "/findings") == "inspections.no_visit", "its time is over"
    other = await opened(home, first, second, ivy_id)
    assert (await ask(ivy, "GET", "/audit"))[0] == 200
    assert (await ask(first, "POST", f"{PLACE}/{other}/end", {}))[1]["state"] == "over"
    assert await code(ivy, "GET", "/audit") == "inspections.no_visit"
    assert await code(first, "POST", f"{PLACE}/{other}/end", {}) == "inspections.over"
    states = [one["state"] for one in (await ask(second, "GET", PLACE))[1]["visits"]]
    assert states == ["over", "over"]
