"""Somebody who has died is acted for by whom they named, by what they arranged, and by nobody too soon."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.profiles.model import MEMORIAL
from tests.cases.desk import Judge, judges
from tests.living import Living, Person, living
from tests.rights.conftest import FOLLOWERS
from tests.rights.waiting import until

MINE, DESK = "/api/v1/account/legacy", "/legacies"
PAPERS = "His sister. Death certificate 12, identity card seen."


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, wiper: asyncpg.Connection
) -> AsyncIterator[Living]:
    """A house at a time that stands still, whose followers stand at their places."""

    async def listening() -> bool:
        found = await wiper.fetch("select name from log_cursors")
        return {row["name"] for row in found} >= FOLLOWERS

    async with living(dsn, tmp_path, clock) as opened:
        await until(listening)
        yield opened


async def named(ann: Person, bob: Person, *may: str) -> None:
    """Have Ann name Bob, who confirms."""
    await ann.did("PUT", MINE, {"contact": bob.user_id, "may": list(may)})
    answer = {"user_id": ann.user_id, "act": "confirm"}
    assert (await bob.did("POST", f"{MINE}/answer", answer))["state"] == "confirmed"


async def claim(bob: Person, ann: Person, *wants: str) -> Any:
    """Have Bob say that Ann has died."""
    body = {"user_id": ann.user_id, "wants": list(wants), "words": PAPERS}
    return (await bob.ask("POST", f"{MINE}/claims", body)).json()


async def checked(claim_id: str, *by: Judge) -> dict[str, Any]:
    """Have operators hold the papers for good."""
    told: dict[str, Any] = {}
    for one in by:
        told = (await one.at("POST", f"{DESK}/{claim_id}/check", {})).json()
    return told


async def wait(home: Living, clock: FixedClock, days: int) -> None:
    """Let days pass, and do what is due."""
    clock.move(timedelta(days=days, minutes=6))
    await home.run_jobs()
    await home.run_jobs()


async def state_of(judge: Judge) -> str:
    """Return where the newest claim stands."""
    return (await judge.at("GET", DESK)).json()["claims"][0]["claim"]["state"]


async def test_l_49_the_contact_has_done_what_was_arranged_after_two_and_a_time(
    home: Living, clock: FixedClock
) -> None:
    ann, bob, eve = await home.person(), await home.person(), await home.person()
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    await ann.did("PUT", MINE, {"contact": bob.user_id, "may": ["copy", "memorial"]})
    told = await ann.ask("PUT", f"/profile/{ann.user_id}/{MEMORIAL}", {MEMORIAL: {"since": "2026"}})
    assert told.status_code == 403, "only the house says that somebody has died"
    assert (await claim(bob, ann, "copy"))["code"] == "legacies.arranged_otherwise"
    (asked,) = (await bob.did("GET", MINE))["named_by"]
    assert (asked["user_id"], asked["state"]) == (ann.user_id, "named")
    await named(ann, bob, "copy", "memorial")
    for who, wants in ((eve, "copy"), (bob, "erase")):
        assert (await claim(who, ann, wants))["code"] == "legacies.arranged_otherwise"
    filed = await claim(bob, ann, "copy", "memorial")
    assert (await claim(bob, ann, "copy"))["code"] == "legacies.known"
    first, second = await judges(home)
    claim_id = filed["claim_id"]
    assert (await checked(claim_id, first, first))["code"] == "legacies.same_person"
    told = await checked(claim_id, second)
    assert (told["claim"]["state"], told["claim"]["words"]) == ("waiting", PAPERS)
    copy = f"{MINE}/claims/{claim_id}/copy"
    assert (await bob.ask("GET", copy)).status_code == 404, "it waits"
    await wait(home, clock, 1)
    notices = await ann.did("GET", "/api/v1/account/security")
    assert "legacy_claimed" in {one["what"] for one in notices["notices"]}
    await wait(home, clock, 30)
    assert await state_of(first) == "giving"
    assert (await eve.ask("GET", copy)).status_code == 404, "it is nobody else's"
    answer = await bob.ask("GET", copy)
    assert answer.status_code == 200, answer.text
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert b"Ann" in packed.read("data/profile.json")
    await wait(home, clock, 7)
    assert await state_of(first) == "done"
    assert MEMORIAL in await bob.did("GET", f"/profile/{ann.user_id}")
    sign_in = {"kind": "password", "user": ann.user_id, "password": "correct horse"}
    refused = await home.client.post("/api/v1/sessions", json=sign_in)
    assert refused.json()["code"] == "accounts.locked"
    acts = [entry.act for entry in await home.house.people.audit.page(act="legacies")]
    assert {"legacies.filed", "legacies.check", "legacies.agree", "legacies.give",
            "legacies.finish"} <= set(acts)  # fmt: skip


async def test_l_49_who_is_alive_stops_it_by_signing_in(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    await named(ann, bob, "erase")
    filed = await claim(bob, ann, "erase")
    first, second = await judges(home)
    await checked(filed["claim_id"], first, second)
    await wait(home, clock, 20)
    again = await ann.again("NEW")
    assert await state_of(first) == "stopped"
    await wait(home, clock, 20)
    assert (await again.did("GET", "/account/whoami"))["user_id"] == ann.user_id
    assert (await again.ask("POST", f"{MINE}/alive", {})).status_code == 404
    await claim(bob, ann, "erase")
    assert (await again.ask("POST", f"{MINE}/alive", {})).status_code == 200
    assert await state_of(first) == "stopped"


async def test_l_49_family_without_an_account_asks_at_the_desk_and_nobody_is_nobody(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    body = {"user_id": ann.user_id, "wants": ["erase"], "words": PAPERS}
    assert (await ann.did("DELETE", MINE))["state"] == "nobody"
    answer = await first.at("POST", DESK, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "legacies.arranged_otherwise")
    answer = await first.at("POST", DESK, body | {"user_id": bob.user_id})
    assert answer.status_code == 201, answer.text
    claim_id = answer.json()["claim"]["claim_id"]
    await checked(claim_id, first)
    await bob.did("DELETE", MINE)
    assert (await checked(claim_id, second))["code"] == "legacies.arranged_otherwise"
    reason = {"reason": "He wants nobody to."}
    refused = (await second.at("POST", f"{DESK}/{claim_id}/refuse", reason)).json()
    assert refused["claim"]["state"] == "refused"
    cat = await home.person()
    answer = await first.at("POST", DESK, body | {"user_id": cat.user_id})
    await checked(answer.json()["claim"]["claim_id"], first, second)
    await wait(home, clock, 30)
    clock.move(timedelta(minutes=6))
    await home.run_jobs()
    await home.run_jobs()
    sign_in = {"kind": "password", "user": cat.user_id, "password": "correct horse"}
    gone = await home.client.post("/api/v1/sessions", json=sign_in)
    assert gone.status_code in (401, 403)

    async def looked_for() -> bool:
        told = (await first.at("GET", "/erasures")).json()["erasures"]
        return [one["erase"] for one in told] == [True]

    await until(looked_for)
