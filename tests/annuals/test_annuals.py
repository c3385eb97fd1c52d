"""Yearly reports: counted by the house, written by people, published by two, proved by anybody."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from teahouse.annuals.model.procedure import (
    OF_THE_HOUSE,
    PROCEDURE,
    AnnualAct,
    AnnualState,
    acts_of,
    next_state,
)
from teahouse.annuals.model.report import (
    CONTEXT,
    EXACT,
    FIGURES,
    SECTIONS,
    SMALL,
    TOLD,
    days_of,
    told,
)
from teahouse.clock import FixedClock
from teahouse.notices.model.chain import unproved
from tests.cases.desk import Judge, invited
from tests.living import Living, living

PUBLIC = "/api/v1/annual-reports"
S, A = AnnualState, AnnualAct


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def two(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea", role="registrar")


async def did(judge: Judge, method: str, path: str, body: Any = None) -> Any:
    """Make a request that must succeed."""
    answer = await judge.at(method, path, body)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def code(judge: Judge, method: str, path: str, body: Any) -> str:
    """Make a request that must be refused; return its code."""
    answer = await judge.at(method, path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


def texts(kind: str, words: str = "What was done in the year.") -> dict[str, Any]:
    """Return a text for every section."""
    return {"texts": {name: {"zh": f"{words} 中文", "en": words} for name in SECTIONS[kind]}}


async def published(first: Judge, second: Judge, kind: str, year: int, words: str) -> str:
    """Have a report published; return its id."""
    which: str = (await did(first, "POST", "/annuals", {"kind": kind, "year": year}))["report_id"]
    await did(first, "PUT", f"/annuals/{which}", texts(kind, words))
    await did(first, "POST", f"/annuals/{which}/acts", {"act": "ask"})
    await did(second, "POST", f"/annuals/{which}/acts", {"act": "publish"})
    return which


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(S)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(A)
    into = [(one, act) for one, acts in PROCEDURE.items() for act in acts
            if acts[act] is S.PUBLISHED]  # fmt: skip
    assert into == [(S.ASKED, A.PUBLISH)], "nothing is published that nobody asked for"
    for state in S:
        assert not set(acts_of(state)) & set(OF_THE_HOUSE)
        assert all(next_state(state, act) is PROCEDURE[state][act] for act in PROCEDURE[state])


def test_every_figure_has_words_and_every_kind_its_sections() -> None:
    assert set(FIGURES) == {name for names in TOLD.values() for name in names}
    assert set(TOLD) == set(SECTIONS)
    both = [*FIGURES.values(), *(one for parts in SECTIONS.values() for one in parts.values())]
    assert all(one.zh and one.en for one in both)


@given(st.sampled_from(sorted(FIGURES)), st.integers(0, 100))
def test_a_small_count_is_not_told(name: str, count: int) -> None:
    for kind, names in TOLD.items():
        found = told(kind, {name: count, "weather": 7})
        assert list(found) == list(names)
        if name in found:
            exact = name in EXACT or count == 0 or count >= SMALL
            assert found[name] == (count if exact else None)


async def test_l_58_a_report_is_counted_written_and_published_by_two(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    for _ in range(SMALL):
        await home.person()
    await did(first, "POST", "/thresholds/count", {})
    year = clock.now().year
    begun = await did(first, "POST", "/annuals", {"kind": "social", "year": year})
    which, figures = begun["report_id"], {one["id"]: one["count"] for one in begun["figures"]}
    assert (figures["people"], figures["requests"], figures["breaches"]) == (SMALL, 0, 0)
    place = f"/annuals/{which}"
    assert await code(first, "POST", f"{place}/acts", {"act": "ask"}) == "annuals.bad"
    half = texts("social")
    half["texts"]["plans"]["zh"] = " "
    await did(first, "PUT", place, half)
    assert await code(first, "POST", f"{place}/acts", {"act": "ask"}) == "annuals.bad"
    await did(first, "PUT", place, texts("social"))
    await did(first, "POST", f"{place}/acts", {"act": "ask"})
    assert await code(first, "PUT", place, texts("social")) == "annuals.bad_step"
    assert await code(first, "POST", f"{place}/acts", {"act": "publish"}) == "annuals.same_person"
    assert (await home.client.get(PUBLIC)).json()["reports"] == []
    assert (await home.client.get(f"{PUBLIC}/{which}")).status_code == 404
    await did(second, "POST", f"{place}/acts", {"act": "publish"})
    (told_one,) = (await home.client.get(PUBLIC)).json()["reports"]
    assert (told_one["report_id"], told_one["replaced"]) == (which, False)
    assert "ada" not in json.dumps(told_one)
    assert await code(first, "POST", f"{place}/acts", {"act": "withdraw"}) == "annuals.bad_step"
    assert await code(first, "POST", f"{place}/acts", {"act": "replace"}) == "annuals.bad_step"
    document = (await home.client.get(f"{PUBLIC}/{which}")).json()
    key = home.house.doors.notices.history.known.key
    assert key is not None
    assert unproved(CONTEXT, document, {key.public}, set()) == ""
    assert unproved(CONTEXT, document | {"year": 2001}, {key.public}, set()) == "bad_signature"
    for lang, words in (("zh", "有账号的人"), ("en", "People with an account")):
        text = await home.client.get(f"{PUBLIC}/{which}/text", params={"lang": lang})
        assert f"| {words} | {SMALL} |" in text.text
    assert (await home.client.get(f"{PUBLIC}/{which}/text?lang=fr")).status_code == 400
    acts = {one["act"] for one in (await first.at("GET", "/audit")).json()["entries"]}
    assert {"annuals.drafted", "annuals.written", "annuals.ask", "annuals.publish"} <= acts


async def test_l_58_a_later_report_stands_before_the_first_which_stays(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    year = clock.now().year
    old = await published(first, second, "social", year, "What was done at first.")
    other = await published(first, second, "minors", year, "What was done for minors.")
    new = await published(first, second, "social", year, "What was done, corrected.")
    found = (await home.client.get(PUBLIC)).json()["reports"]
    assert {one["report_id"]: one["replaced"] for one in found} == {
        old: True, other: False, new: False,
    }  # fmt: skip
    assert (await home.client.get(f"{PUBLIC}/{old}")).status_code == 200
    late = {"kind": "social", "year": year + 1}
    assert await code(first, "POST", "/annuals", late) == "request.invalid"
    assert await code(first, "POST", "/annuals", {"kind": "tea", "year": year}) == "request.invalid"


async def test_l_m20_l_m34_what_is_told_of_minors_counts_the_looks_of_staff(
    home: Living, clock: FixedClock
) -> None:
    first, _ = await two(home)
    people = [await home.person() for _ in range(SMALL)]
    async with home.house.db.read() as tx:
        rows = await tx.rows("select account_id from accounts_accounts")
    for row in rows:
        await did(first, "GET", f"/accounts/{row[0]}")
    await did(first, "POST", "/thresholds/count", {})
    begun = await did(first, "POST", "/annuals", {"kind": "minors", "year": clock.now().year})
    figures = {one["id"]: one["count"] for one in begun["figures"]}
    assert len(people) == SMALL
    assert figures["accounts_looked"] >= SMALL
    assert (figures["minors_known"], figures["ages_settled"]) == (0, 0)


async def test_l_58_the_board_recommends_in_public_and_the_house_answers(home: Living) -> None:
    first, second = await two(home)
    auditor = await invited(home, first, "cai", role="auditor")
    said = {"text": {"zh": "缩短保存期限。", "en": "Keep less, for a shorter time."}}
    for judge in (first, second):
        assert (await judge.at("POST", "/advice", said)).status_code == 403
    one = {"text": {"zh": "缩短保存期限。", "en": ""}}
    assert await code(auditor, "POST", "/advice", one) == "annuals.bad"
    which = (await did(auditor, "POST", "/advice", said))["advice_id"]
    answer = {"text": {"zh": "照办。", "en": "We will do so."}}
    assert (await auditor.at("POST", f"/advice/{which}/answer", answer)).status_code == 403
    (told_one,) = (await home.client.get(PUBLIC)).json()["advice"]
    assert (told_one["text"], told_one["answered_at"]) == (said["text"], None)
    assert await code(first, "POST", "/advice/none/answer", answer) == "annuals.no_advice"
    await did(first, "POST", f"/advice/{which}/answer", answer)
    (told_one,) = (await home.client.get(PUBLIC)).json()["advice"]
    assert told_one["answer"] == answer["text"]
    assert "given_by" not in told_one


def test_a_year_that_goes_on_is_told_as_far_as_it_has_gone() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert [str(day) for day in days_of(2026, now)] == ["2026-01-01", "2026-11-23"]
    assert [str(day) for day in days_of(2025, now)] == ["2025-01-01", "2025-12-31"]
