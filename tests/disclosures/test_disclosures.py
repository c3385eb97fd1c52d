"""The register of authorities' requests: written down, given by two or refused, published in ranges."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.disclosures.model import (
    EXACT_FROM,
    PROCEDURE,
    RequestAct,
    RequestState,
    Told,
    figures,
    needs_approval,
    ranged,
)
from tests.cases.desk import Judge, invited
from tests.living import Living, living

PLACE = "/disclosures"
WHAT = {"given": "Times of signing in of one account.", "accounts": 1}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


def asked(clock: FixedClock, **more: Any) -> dict[str, Any]:
    """Return a request as it comes in."""
    body: dict[str, Any] = {
        "authority": "Public Security Bureau",
        "authority_country": "CN",
        "reference": "Letter 7",
        "legal_basis": [{"law": "Data Security Law", "article": "35", "order": ""}],
        "region": "cn-mainland",
        "asked": "When the account @ann signed in.",
        "accounts_asked": 1,
        "received_at": clock.now().isoformat(),
    }
    return body | more


async def two(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea", role="registrar")


async def did(judge: Judge, method: str, path: str = "", body: Any = None) -> Any:
    """Make a request that must succeed."""
    answer = await judge.at(method, PLACE + path, body)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def code(judge: Judge, path: str, body: Any) -> str:
    """Make a request that must be refused; return its code."""
    answer = await judge.at("POST", PLACE + path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def recorded(judge: Judge, body: dict[str, Any]) -> str:
    """Write a request down; return its id."""
    return (await did(judge, "POST", "", body))["request_id"]


async def only(judge: Judge) -> dict[str, Any]:
    """Return the one request of the register."""
    (one,) = (await did(judge, "GET"))["requests"]
    return one


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(RequestState)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(RequestAct)
    ways = [(one, act) for one, acts in PROCEDURE.items() for act in acts]
    leading = [one for one, act in ways if PROCEDURE[one][act] is RequestState.GIVEN]
    assert leading == [RequestState.PROPOSED], "nothing is given that nobody proposed"


@given(st.integers(0, 10**6))
def test_a_small_number_is_published_as_a_range(count: int) -> None:
    told = ranged(count)
    assert told.least <= count <= told.most
    assert (told.least == told.most) is (count == 0 or count >= EXACT_FROM)
    assert count == 0 or told.least > 0, "that there was something is no secret"


def test_only_years_that_are_over_are_published() -> None:
    counted = [(2020, "CN", "given", 12, 40), (2020, "CN", "refused", 3, 0), (2021, "CN", "given", 1, 1)]  # fmt: skip
    (year,) = figures(counted, 2021)
    assert (year.year, year.country) == (2020, "CN")
    assert (year.requests, year.given, year.refused) == (Told(15, 15), Told(12, 12), Told(1, 9))
    assert year.accounts_given == Told(40, 40)


async def test_l_41_data_is_given_by_two_and_published_without_names(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    request_id = await recorded(first, asked(clock))
    assert await code(first, f"/{request_id}/give", {}) == "disclosures.bad_step"
    await did(first, "POST", f"/{request_id}/propose", WHAT)
    assert await code(first, f"/{request_id}/give", {}) == "disclosures.same_person"
    await did(second, "POST", f"/{request_id}/give", {})
    one = await only(first)
    assert (one["state"], one["accounts_given"], one["may"]) == ("given", 1, [])
    assert one["given"] == WHAT["given"]
    public = await home.client.get("/api/v1/disclosures")
    assert public.json() == {"years": []}, "the year is not over"
    clock.move(timedelta(days=366))
    public = await home.client.get("/api/v1/disclosures")
    (year,) = public.json()["years"]
    some, none = {"least": 1, "most": 9}, {"least": 0, "most": 0}
    assert year == {
        "year": 2021, "country": "CN", "requests": some, "given": some, "refused": none,
        "accounts_given": some,
    }  # fmt: skip
    async with home.house.db.read() as tx:
        stored: bytes = await tx.value("select asked || given from disclosures_requests")
    assert b"@ann" not in stored
    assert b"signing in" not in stored
    acts = [entry["act"] for entry in (await first.at("GET", "/audit")).json()["entries"]]
    assert {"disclosures.recorded", "disclosures.propose", "disclosures.give",
            "disclosures.read"} <= set(acts)  # fmt: skip


async def test_l_41_a_foreign_authority_gets_nothing_of_the_mainland_without_approval(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    foreign = asked(clock, authority="A court", authority_country="US")
    request_id = await recorded(first, foreign)
    assert (await only(first))["needs_approval"] is True
    assert await code(first, f"/{request_id}/propose", WHAT) == "disclosures.requires_approval"
    assert (await only(first))["state"] == "received", "nothing has changed"
    approved = WHAT | {"approval": "Ministry of Justice, no. 3"}
    await did(first, "POST", f"/{request_id}/propose", approved)
    await did(second, "POST", f"/{request_id}/give", {})
    one = await only(first)
    assert (one["state"], one["approval"]) == ("given", "Ministry of Justice, no. 3")


@pytest.mark.parametrize(
    ("region", "country", "needed"),
    [("cn-mainland", "US", True), ("*", "DE", True), ("eu", "US", False), ("*", "CN", False)],
)
def test_l_41_which_requests_need_an_approval(region: str, country: str, needed: bool) -> None:
    assert needs_approval(region, country) is needed


async def test_what_is_refused_is_in_the_register_too(home: Living, clock: FixedClock) -> None:
    first, _ = await two(home)
    request_id = await recorded(first, asked(clock))
    await did(first, "POST", f"/{request_id}/propose", WHAT)
    assert await code(first, f"/{request_id}/refuse", {"reason": ""}) == "disclosures.bad"
    await did(first, "POST", f"/{request_id}/refuse", {"reason": "The law does not ask for it."})
    one = await only(first)
    assert (one["state"], one["accounts_given"], one["given"]) == ("refused", 0, "")
    assert await code(first, f"/{request_id}/give", {}) == "disclosures.bad_step"
    assert await code(first, "/nothing/withdraw", {"reason": "Gone."}) == "disclosures.not_found"


WRONG: list[tuple[str, Any]] = [
    ("authority", ""), ("authority_country", "XX"), ("reference", " "), ("region", "mars"),
    ("asked", ""), ("accounts_asked", -1), ("received_at", "2031-01-01T00:00:00+00:00"),
    ("legal_basis", []), ("legal_basis", [{"law": "relevant laws", "article": "1"}]),
]  # fmt: skip


async def test_what_the_register_could_not_tell_of_is_refused(
    home: Living, clock: FixedClock
) -> None:
    first, _ = await two(home)
    for name, value in WRONG:
        assert await code(first, "", asked(clock, **{name: value})) == "disclosures.bad", name
    assert (await did(first, "GET"))["requests"] == []
