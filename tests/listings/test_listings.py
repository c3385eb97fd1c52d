"""Listings: twenty-six apps go out of the stores by an order, and whoever has one goes on."""

import csv
import io
import itertools
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.listings.model import (
    PROCEDURE,
    BadListings,
    BadListingStep,
    Listing,
    ListingAct,
    ListingState,
    moved,
    next_state,
    read,
)
from tests.living import Living, living
from tests.orders.desk import Pair, pair, written

COUNT = 26
DESK = "/listings"
NOON = datetime(2021, 7, 9, tzinfo=UTC)
SAID = {"words": "The store wrote to us."}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


def rows(count: int = COUNT) -> list[dict[str, str]]:
    return [
        {
            "app": f"ride{nth}", "name": f"Ride {nth}", "version": "6.2", "channel": "store",
            "store": "Moon", "url": f"https://moon.example/ride{nth}",
        }
        for nth in range(count)
    ]  # fmt: skip


def as_csv(found: list[dict[str, str]]) -> str:
    text = io.StringIO()
    lines = csv.DictWriter(text, found[0])
    lines.writeheader()
    lines.writerows(found)
    return text.getvalue()


async def did(two: Pair, method: str, path: str, said: Any = None) -> Any:
    answer = await two.first.at(method, DESK + path, said)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


async def refused(two: Pair, path: str, said: Any) -> str:
    answer = await two.first.at("POST", DESK + path, said)
    assert answer.status_code >= 400, f"{path} was not refused: {answer.text}"
    return answer.json()["code"]


async def taken(two: Pair, count: int = COUNT) -> list[str]:
    """Take apps in; return the ids of their listings."""
    body = {"form": "csv", "text": as_csv(rows(count))}
    assert await did(two, "POST", "/import", body) == {"new": count, "known": 0}
    return [one["listing_id"] for one in (await did(two, "GET", ""))["listings"]]


async def shop(home: Living) -> list[Any]:
    return (await home.client.get("/api/v1/apps")).json()["apps"]


async def states(home: Living) -> set[str]:
    return {one["state"] for one in await shop(home)}


async def test_r_081_twenty_six_are_removed_and_what_is_installed_goes_on(
    home: Living, clock: FixedClock
) -> None:
    two, ann, bob = await pair(home), await home.person(), await home.person()
    room = await ann.room(bob)
    ids = await taken(two)
    get = f"/apps/{ids[0]}"
    assert (await home.client.get(get)).headers["location"] == "https://moon.example/ride0"
    order_id = await two.brought(written(clock))
    removal = SAID | {"listing_ids": ids, "kind": "order", "by_id": order_id}
    assert await refused(two, "/remove", removal) == "listings.does_not_hold"
    await two.acknowledged(order_id)
    gone = (await did(two, "POST", "/remove", removal))["listings"]
    assert (len(gone), {one["state"] for one in gone}) == (COUNT, {"removed"})

    told = await shop(home)
    assert {one["download"] for one in told} == {None}
    notice = told[0]["notices"][0]
    assert notice["legal_basis"] == [{"law": "Cybersecurity Law", "article": "35", "order": ""}]
    page = await home.client.get(f"{get}?lang=en")
    assert page.status_code == 451
    assert "For a review of its network" in page.text
    assert "Cybersecurity Law 35" in page.text
    assert "Cybersecurity Law 35" in (await home.client.get("/apps?lang=zh")).text

    again = await ann.again()  # whoever has it signs in, writes and reads
    event = await again.say(room, "Still here")
    assert event
    assert "Still here" in await bob.texts(room)

    let_go = SAID | {"listing_ids": ids, "kind": "order", "by_id": order_id}
    assert await refused(two, "/let-go", let_go) == "listings.holds_still"
    await two.end(order_id)
    await home.run_jobs()
    assert await states(home) == {"listed"}
    assert (await home.client.get(get)).status_code == 302
    steps = (await did(two, "GET", f"/{ids[0]}"))["steps"]
    assert [(one["act"], one["state"]) for one in steps] == [
        ("remove", "removed"), ("let_go", "listed"),
    ]  # fmt: skip


async def test_r_081_what_two_things_hold_comes_back_with_the_second(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    (one,) = await taken(two, 1)
    order_id = await two.carried_out(written(clock))
    await did(two, "POST", "/acts", SAID | {"listing_ids": [one], "act": "wait"})
    by_order = SAID | {"listing_ids": [one], "kind": "order", "by_id": order_id}
    await did(two, "POST", "/remove", by_order)
    by_store = SAID | {"listing_ids": [one], "kind": "store"}
    assert await refused(two, "/remove", by_store) == "listings.bad_removal"
    assert await refused(two, "/let-go", by_store) == "listings.not_held"
    why = {"reason": {"zh": "应用商店的规定", "en": "A rule of the store"}}
    held = (await did(two, "POST", "/remove", by_store | why))["listings"][0]
    assert [each["kind"] for each in held["holds"]] == ["order", "store"]
    listed = SAID | {"listing_ids": [one], "act": "list"}
    assert await refused(two, "/acts", listed) == "listings.bad_step"
    await two.end(order_id)
    await home.run_jobs()
    assert await states(home) == {"removed"}
    back = (await did(two, "POST", "/let-go", by_store))["listings"][0]
    assert (back["state"], back["holds"]) == ("pending", []), "it is what it was"
    assert (await home.client.get(f"/apps/{one}")).status_code == 404
    assert (await did(two, "POST", "/acts", listed))["listings"][0]["state"] == "listed"


async def test_r_081_a_secret_order_is_not_described(home: Living, clock: FixedClock) -> None:
    two = await pair(home)
    (one,) = await taken(two, 1)
    order_id = await two.carried_out(written(clock, confidential=True))
    said = SAID | {"listing_ids": [one], "kind": "order", "by_id": order_id}
    await did(two, "POST", "/remove", said)
    (told,) = await shop(home)
    assert told["notices"][0]["legal_basis"] == []


async def test_r_081_lists_and_what_is_refused(home: Living) -> None:
    two = await pair(home)
    body = {"form": "json", "text": json.dumps(rows(2)), "dry_run": True}
    assert await did(two, "POST", "/import", body) == {"new": 2, "known": 0}
    assert await shop(home) == [], "a dry run keeps nothing"
    ids = await taken(two, 2)
    newer = [row | {"version": "6.3"} for row in rows(2)]
    again = {"form": "csv", "text": as_csv(newer)}
    assert await did(two, "POST", "/import", again) == {"new": 0, "known": 2}
    assert {one["version"] for one in await shop(home)} == {"6.3"}
    assert await refused(two, "/import", again | {"text": "app\nx"}) == "listings.bad_list"
    act = SAID | {"listing_ids": ids, "act": "wait"}
    assert await refused(two, "/acts", act | {"act": "remove"}) == "request.invalid"
    assert await refused(two, "/acts", act | {"listing_ids": []}) == "request.invalid"
    assert await refused(two, "/acts", act | {"listing_ids": ["moon"]}) == "listings.not_found"
    assert await refused(two, "/acts", act | {"words": " "}) == "listings.bad_removal"
    removal = SAID | {"listing_ids": ids, "kind": "finding", "by_id": "moon"}
    assert await refused(two, "/remove", removal) == "findings.not_found"
    assert await refused(two, "/remove", removal | {"kind": "moon"}) == "request.invalid"
    assert (await home.client.get("/apps/moon")).status_code == 404
    assert (await home.client.get("/apps?lang=fr")).status_code == 400


def listing(state: ListingState, was: ListingState = ListingState.LISTED) -> Listing:
    return Listing("1", "a", "A", "1", "pwa", "", "https://a.example", state, was, NOON)


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(ListingState)
    for state, act in itertools.product(ListingState, ListingAct):
        if act in PROCEDURE[state]:
            assert next_state(listing(state), act) in ListingState
        else:
            with pytest.raises(BadListingStep):
                next_state(listing(state), act)


@given(st.lists(st.tuples(st.sampled_from(ListingAct), st.booleans()), max_size=12))
def test_r_081_a_listing_becomes_what_it_was(acts: list[tuple[ListingAct, bool]]) -> None:
    one = listing(ListingState.LISTED)
    for act, held in acts:
        if act not in PROCEDURE[one.state]:
            continue
        before = one
        one = moved(one, next_state(one, act, held=held), NOON)
        if one.state is ListingState.REMOVED:
            assert one.was is before.was
        else:
            assert one.was is one.state
        if before.state is ListingState.REMOVED and act is ListingAct.LET_GO:
            assert one.state is (ListingState.REMOVED if held else before.was)


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "moon"}, {"channel": "pwa"}, {"store": ""}, {"url": "http://a.example"},
        {"url": "https://ä.example"}, {"app": ""}, {"state": "removed"}, {"colour": "red"},
        {"name": "x" * 400},
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(BadListings):
        read("json", json.dumps([rows(1)[0] | more]))
    assert len(read("json", json.dumps(rows(1)))) == 1


@pytest.mark.parametrize("text", ["", "app,name\nx", "[]", "{", '[{"app": 1}]'])
def test_what_is_no_list_is_refused(text: str) -> None:
    for form in ("csv", "json", "xml"):
        with pytest.raises(BadListings):
            read(form, text)
    with pytest.raises(BadListings):
        read("json", json.dumps(rows(1) * 2))
