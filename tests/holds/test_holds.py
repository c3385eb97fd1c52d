"""A hold stops the deletion of what it names, shows it to nobody, and lets all go when it ends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.cases.model.case import DELETE_AFTER, KEPT_FOR
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.cases.desk import Judge, body_of, judges, reported
from tests.living import Living, Person, living, q
from tests.rights.conftest import FOLLOWERS
from tests.rights.waiting import until

PLACE = "/holds"
DAY_MS = 24 * 60 * 60 * 1000
WORDS = "the-tea-of-july"
PASSWORD = {"type": "m.login.password", "password": "correct horse"}


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, wiper: asyncpg.Connection
) -> AsyncIterator[Living]:
    """A house at a time that stands still, whose followers stand at their places."""

    async def listening() -> bool:
        found = await wiper.fetch("select name from log_cursors")
        return {row["name"] for row in found} >= FOLLOWERS

    async with living(dsn, tmp_path, clock, files_unused_days=30) as opened:
        await opened.run_jobs()
        await until(listening)
        yield opened


def wanted(clock: FixedClock, *objects: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Return a hold of some objects as an operator asks for it."""
    return {
        "asker": "authority", "requester": "Ministry of State Security", "reference": "2021-7",
        "legal_basis": [{"law": "Cybersecurity Review Measures", "article": "10"}],
        "reason": "The review of July asks for it.",
        "objects": [{"kind": kind, "target": target} for kind, target in objects],
        "until_at": (clock.now() + timedelta(days=90)).isoformat(),
    } | more  # fmt: skip


async def ask(judge: Judge, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a hold and return it."""
    answer = await judge.at("POST", PLACE, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(judge: Judge, hold_id: str, name: str, reason: str = "") -> dict[str, Any]:
    """Take a step that must succeed, and return the hold."""
    said = {"act": name, "reason": reason}
    answer = await judge.at("POST", f"{PLACE}/{hold_id}/acts", said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def code(judge: Judge, path: str, body: Any) -> str:
    """Make a request that must be refused, and return its code."""
    answer = await judge.at("POST", PLACE + path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def held(
    home: Living, clock: FixedClock, *objects: tuple[str, str], **more: Any
) -> tuple[str, Callable[[], Awaitable[None]], Judge]:
    """Have two operators hold something; return the hold, how it is released, and an operator."""
    first, second = await judges(home)
    hold_id = (await ask(first, wanted(clock, *objects, **more)))["hold_id"]
    assert (await act(second, hold_id, "agree"))["state"] == "in_force"

    async def release() -> None:
        assert (await act(second, hold_id, "release", "The review is over."))["state"] == "ended"
        await home.run_jobs()

    return hold_id, release, first


async def take_back(person: Person, room: str, event_id: str) -> None:
    """Redact a message."""
    path = f"/rooms/{q(room)}/redact/{q(event_id)}/{next(person.txns)}"
    await person.did("PUT", path, {})


async def upload(person: Person) -> str:
    """Upload a file and return its id."""
    headers = {"authorization": f"Bearer {person.token}", "content-type": "text/plain"}
    place = "/_matrix/media/v3/upload"
    told = await person.living.client.post(place, content=b"green", headers=headers)
    return told.json()["content_uri"].rpartition("/")[2]


async def served(person: Person, media_id: str) -> int:
    """Return the status of a download."""
    return (await person.ask("GET", f"/_matrix/client/v1/media/download/s/{media_id}")).status_code


async def leave(person: Person) -> None:
    """Delete one's account with all that one said."""
    auth = PASSWORD | {"identifier": {"type": "m.id.user", "user": person.user_id}}
    await person.did("POST", "/account/deactivate", {"auth": auth, "erase": True})


async def test_r_082_a_hold_is_asked_for_by_one_agreed_to_by_another_and_ends_by_itself(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person()
    room = await ann.room()
    first, second = await judges(home)
    body = wanted(clock, ("room", room))
    assert await code(first, "", body | {"reason": "Law"}) == "holds.bad"
    assert await code(first, "", wanted(clock, ("room", "!no:s"))) == "holds.no_object"
    hold = await ask(first, body)
    place = f"/{hold['hold_id']}"
    assert (hold["state"], hold["may"]) == ("asked", ["agree", "refuse"])
    assert await code(first, f"{place}/acts", {"act": "agree"}) == "holds.same_person"
    assert await code(second, f"{place}/acts", {"act": "release", "reason": "Enough."}) == (
        "holds.bad_step"
    )
    assert (await act(second, hold["hold_id"], "agree"))["state"] == "in_force"
    assert await code(first, f"{place}/acts", {"act": "release", "reason": "Enough."}) == (
        "holds.same_person"
    )
    later = (clock.now() + timedelta(days=200)).isoformat()
    assert (await second.at("POST", f"{PLACE}{place}/renewal", {"until_at": later})).json()[
        "state"
    ] == "renewing"
    assert await code(second, f"{place}/acts", {"act": "agree"}) == "holds.same_person"
    assert (await act(first, hold["hold_id"], "agree"))["until_at"][:10] == later[:10]
    clock.move(timedelta(days=201))
    await home.run_jobs()
    (listed,) = (await first.at("GET", PLACE)).json()["holds"]
    assert (listed["state"], listed["ended_by"], listed["may"]) == ("ended", "system", [])
    acts = [entry.act for entry in await home.house.people.audit.page(act="holds")]
    assert sorted(acts) == ["holds.agree", "holds.agree", "holds.asked", "holds.lapse",
                            "holds.renew"]  # fmt: skip


async def test_r_082_l_19_what_is_held_outlives_its_time_and_nothing_else_does(
    home: Living, clock: FixedClock
) -> None:
    ann = await home.person()
    room = await ann.room()
    lifetime = {"max_lifetime": 7 * DAY_MS}
    await ann.did("PUT", f"/rooms/{q(room)}/state/m.room.retention", lifetime)
    kept, other = await ann.say(room, WORDS), await ann.say(room, "gone by then")
    await ann.say(room, "the newest stays anyway")
    _, release, _ = await held(home, clock, ("message", kept))
    clock.move(timedelta(days=8))
    await home.run_jobs()
    assert (await body_of(ann, room, kept))["body"] == WORDS
    missing = await ann.ask("GET", f"/rooms/{q(room)}/event/{q(other)}")
    assert missing.status_code == 404
    await release()
    clock.move(timedelta(days=1, minutes=1))
    await home.run_jobs()
    missing = await ann.ask("GET", f"/rooms/{q(room)}/event/{q(kept)}")
    assert missing.status_code == 404, "what was due goes at its next round"


@pytest.mark.parametrize("kind", ["message", "room", "account"])
async def test_r_082_what_is_taken_back_is_put_aside_and_read_by_nobody(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection, kind: str
) -> None:
    ann, bob = await home.person(), await home.person()
    room, elsewhere = await ann.room(bob), await bob.room(ann)
    said, free = await ann.say(room, WORDS), await bob.say(elsewhere, WORDS)
    named = {"message": said, "room": room, "account": ann.user_id}[kind]
    hold_id, release, judge = await held(home, clock, (kind, named))
    await take_back(ann, room, said)
    await take_back(bob, elsewhere, free)
    for one in (ann, bob):
        assert await body_of(one, room, said) == {}
    listed = await judge.at("GET", PLACE)
    assert listed.json()["holds"][0]["kept_count"] == 1, "of what is held, and of nothing else"
    assert WORDS not in listed.text
    (row,) = await wiper.fetch("select kept_id, event_id, body from holds_kept")
    assert (row["event_id"], WORDS.encode() in row["body"]) == (said, False)
    vault = home.house.ground.vault
    async with home.house.db.transaction() as tx:
        from teahouse.holds.store import BODY  # noqa: PLC0415 - what no service gives out

        opened = await vault.open(tx, BODY, hold_id, row["kept_id"], bytes(row["body"]))
    assert WORDS in opened
    await release()
    assert await wiper.fetchval("select count(*) from holds_kept") == 0
    async with home.house.db.read() as tx:
        assert await vault.is_erased(tx, hold_id)


async def test_r_082_a_held_case_and_what_it_took_away_outlive_their_time(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    room, said = await reported(ann, bob, WORDS)
    case_id = (await first.queue())[0]["case_id"]
    for name in ("verify", "order"):
        await first.act(case_id, name)
    await bob.did("POST", f"/api/v1/cases/{case_id}/comply", {})
    clock.move(DELETE_AFTER - timedelta(days=2))
    hold = await ask(first, wanted(clock, ("message", said)))
    await act(second, hold["hold_id"], "agree")
    clock.move(timedelta(days=3))
    await home.run_jobs()
    assert await wiper.fetchval("select count(*) from timeline_withheld") == 0
    assert await wiper.fetchval("select count(*) from holds_kept") == 1
    assert await body_of(ann, room, said) == {}
    clock.move(KEPT_FOR - DELETE_AFTER - timedelta(days=3))
    hold = await ask(first, wanted(clock, ("case", case_id)))
    await act(second, hold["hold_id"], "agree")
    clock.move(timedelta(days=5))
    await home.run_jobs()
    assert await wiper.fetchval("select count(*) from cases_cases") == 1
    await act(second, hold["hold_id"], "release", "The review is over.")
    clock.move(timedelta(days=1, minutes=1))
    await home.run_jobs()
    assert await wiper.fetchval("select count(*) from cases_cases") == 0


async def test_r_082_a_held_file_is_served_to_nobody_and_goes_when_the_hold_ends(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann, bob = await home.person(), await home.person()
    kept, other = await upload(ann), await upload(ann)
    _, release, judge = await held(home, clock, ("file", kept))
    assert await served(bob, kept) == 200, "a hold takes nothing away"
    await leave(ann)

    async def forgotten() -> bool:
        await home.run_jobs()
        return await wiper.fetchval("select count(*) from media_files") == 1

    await until(forgotten)
    assert (await served(bob, kept), await served(bob, other)) == (404, 404)
    clock.move(timedelta(minutes=11))
    await home.run_jobs()
    (told,) = (await judge.at("GET", "/erasures")).json()["erasures"]
    assert (told["found"], told["held"], told["done"]) == ("", "files: 1", False)
    await release()
    assert await wiper.fetchval("select count(*) from media_files") == 0
    (told,) = (await judge.at("GET", "/erasures")).json()["erasures"]
    assert (told["held"], told["done"]) == ("", True)


async def test_r_082_l_19_a_held_file_outlives_its_time_without_use(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann = await home.person()
    kept, other = await upload(ann), await upload(ann)
    _, release, _ = await held(home, clock, ("file", kept))
    clock.move(timedelta(days=31))
    await home.run_jobs()
    assert (await served(ann, kept), await served(ann, other)) == (200, 404)
    await release()
    clock.move(timedelta(days=31))
    await home.run_jobs()
    assert await wiper.fetchval("select count(*) from media_files") == 0


async def test_r_082_l_44_the_erasure_of_a_held_account_waits_and_says_so(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann, bob = await home.person(), await home.person()
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    room = await ann.room(bob)
    said = await ann.say(room, WORDS)
    told = "A court has asked for it."
    _, release, judge = await held(home, clock, ("account", ann.user_id), told=told)
    version = (await home.client.get("/api/v1/policy")).json()["version"]
    filing = {"kind": "erasure", "text": "Erase me.", "policy_version": version}
    filed = (await ann.ask("POST", "/api/v1/requests", filing)).json()
    assert filed["request"]["held_until"] is None
    await leave(ann)
    assert await ann.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    place = f"/api/v1/requests/{filed['reference']}"
    seen = (await home.client.get(place)).json()
    assert seen["held_until"] is not None
    assert seen["held_because"] == told
    (listed,) = (await judge.at("GET", "/erasures")).json()["erasures"]
    assert (listed["done"], listed["held_until"]) == (False, seen["held_until"])
    assert await wiper.fetchval("select exists (select from profiles_profiles)")
    await release()
    clock.move(timedelta(minutes=6))
    await home.run_jobs()  # asks for the end
    await home.run_jobs()  # and ends it

    async def erased() -> bool:
        return await body_of(bob, room, said) == {}

    await until(erased)
    assert (await home.client.get(place)).json()["held_until"] is None

    async def verified() -> bool:
        clock.move(timedelta(minutes=61))
        await home.run_jobs()
        (one,) = (await judge.at("GET", "/erasures")).json()["erasures"]
        return one["done"]

    await until(verified)


async def test_an_account_that_waits_can_be_called_back(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann = await home.person()
    _, release, judge = await held(home, clock, ("account", ann.user_id))
    await leave(ann)
    sign_in = {"kind": "password", "user": ann.user_id, "password": "correct horse"}
    refused = await home.client.post("/api/v1/sessions", json=sign_in)
    assert refused.json()["code"] == "accounts.leaving"
    again = await home.client.post("/api/v1/sessions", json=sign_in | {"restore": True})
    assert again.status_code == 200, again.text
    await release()
    clock.move(timedelta(minutes=6))
    await home.run_jobs()
    await home.run_jobs()
    assert (await judge.at("GET", "/erasures")).json()["erasures"] == []
    assert await wiper.fetchval("select count(*) from holds_due") == 0
