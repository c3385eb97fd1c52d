"""People report what troubles them; operators look, decide, and say why."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.complaints.model import KEPT_FOR, REASON_LETTERS_MAX
from tests.living import Living, Owner, Person, living, q

MINE = "/api/v1/complaints"


@pytest.fixture
async def home(database: object, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def own(person: Person) -> list[dict[str, Any]]:
    """Return what somebody has reported."""
    return (await person.did("GET", MINE))["complaints"]


async def waiting(owner: Owner, **query: str) -> list[dict[str, Any]]:
    """Return the reports that wait for operators."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return (await owner.did("GET", f"/complaints?{asked}"))["complaints"]


async def test_a_report_is_looked_at_decided_and_answered(home: Living) -> None:
    ada, bob, owner = await home.person(), await home.person(), await home.owner()
    room = await ada.room(bob)
    event = await bob.say(room, "Buy my tea")
    path = f"/rooms/{q(room)}/report/{q(event)}"
    await ada.did("POST", path, {"reason": "Advertising", "score": -100})
    await ada.did("POST", path, {"reason": "Again"})  # the same, until it is decided
    (listed,) = await waiting(owner)
    assert (listed["kind"], listed["about"]) == ("event", bob.user_id)
    assert not {"reason", "answer"} & listed.keys(), "a list shows nothing sealed"
    at = f"/complaints/{listed['complaint_id']}"
    told = await owner.did("GET", at)
    assert (told["event"]["content"]["body"], told["event"]["room_id"]) == ("Buy my tea", room)
    shown = told["complaint"]
    assert (shown["user_id"], shown["reason"]) == (ada.user_id, "Advertising")
    (mine,) = await own(ada)
    assert (mine["outcome"], mine["answer"]) == (None, None)
    assert await own(bob) == []
    blank = await owner.ask("POST", f"{at}/decide", {"outcome": "acted", "answer": " "})
    assert (blank.status_code, blank.json()["code"]) == (422, "complaints.answer_needed")
    wrong = await owner.ask("POST", f"{at}/decide", {"outcome": "shrug", "answer": "x"})
    assert wrong.status_code == 400
    words = {"outcome": "acted", "answer": "The account was suspended."}
    decided = await owner.did("POST", f"{at}/decide", words)
    assert decided["outcome"] == "acted"
    twice = await owner.ask("POST", f"{at}/decide", words)
    assert (twice.status_code, twice.json()["code"]) == (409, "complaints.decided")
    (mine,) = await own(ada)
    assert (mine["outcome"], mine["answer"]) == ("acted", "The account was suspended.")
    assert await waiting(owner) == []
    assert [one["complaint_id"] for one in await waiting(owner, decided="true")] == [
        listed["complaint_id"]
    ]
    acts = [entry["act"] for entry in (await owner.did("GET", "/audit"))["entries"]]
    assert [act for act in acts if act.startswith("complaints.")] == [
        "complaints.decided", "complaints.look",
    ]  # fmt: skip
    await bob.did("PUT", f"/rooms/{q(room)}/redact/{q(event)}/1", {})
    assert (await owner.did("GET", at))["event"]["content"] == {}, "what is gone is gone"


async def test_rooms_and_people_are_reported_and_nothing_is_told_of_them(home: Living) -> None:
    ada, bob, owner = await home.person(), await home.person(), await home.owner()
    room = await bob.room(preset="private_chat")
    for path in (
        f"/rooms/{q(room)}/report",
        f"/rooms/{q('!nowhere:s')}/report",
        f"/users/{q(bob.user_id)}/report",
        f"/users/{q('@nobody:s')}/report",
    ):
        assert await ada.did("POST", path, {"reason": ""}) == {}
        assert await ada.refused("POST", path, {}) == "400 M_MISSING_PARAM"
        assert await ada.refused("POST", path, {"reason": 1}) == "400 M_BAD_JSON"
        long = {"reason": "x" * (REASON_LETTERS_MAX + 1)}
        assert await ada.refused("POST", path, long) == "400 M_INVALID_PARAM"
    found = [(one["kind"], one["room_id"], one["about"]) for one in await waiting(owner)]
    assert found == [("room", room, ""), ("user", "", bob.user_id)]


async def test_an_event_is_reported_by_who_is_in_its_room(home: Living) -> None:
    ada, bob = await home.person(), await home.person()
    room, other = await ada.room(), await bob.room()
    event = await ada.say(room, "hello")
    for one, where, what in (
        (bob, room, event),
        (bob, other, event),
        (ada, room, "$nothing"),
        (ada, "!nowhere:s", event),
    ):
        path = f"/rooms/{q(where)}/report/{q(what)}"
        assert await one.refused("POST", path, {"reason": "x"}) == "404 M_NOT_FOUND"
    assert await ada.did("POST", f"/rooms/{q(room)}/report/{q(event)}", {}) == {}
    assert len(await own(ada)) == 1
    assert await own(bob) == []


async def test_reports_are_sealed_and_go_in_time(home: Living, clock: FixedClock) -> None:
    ada, bob, owner = await home.person(), await home.person(), await home.owner()
    await ada.did("POST", f"/users/{q(bob.user_id)}/report", {"reason": "Oolong"})
    async with home.house.db.read() as tx:
        assert b"Oolong" not in await tx.value("select reason from complaints_complaints")
    auth = {"type": "m.login.password", "user": ada.user_id, "password": "correct horse"}
    await ada.did("POST", "/account/deactivate", {"auth": auth})
    (kept,) = await waiting(owner)
    assert (kept["account_id"], kept["user_id"]) == (None, "")
    shown = await owner.did("GET", f"/complaints/{kept['complaint_id']}")
    assert shown["complaint"]["reason"] == "Oolong"
    words = {"outcome": "dismissed", "answer": "We see nothing wrong."}
    await owner.did("POST", f"/complaints/{kept['complaint_id']}/decide", words)
    clock.move(KEPT_FOR + timedelta(days=2))
    await home.run_jobs()
    async with home.house.db.read() as tx:
        assert await tx.value("select count(*) from complaints_complaints") == 0


async def test_the_desk_is_for_operators(home: Living) -> None:
    ada, owner = await home.person(), await home.owner()
    headers = {"authorization": f"Bearer {ada.token}"}
    for path in ("", "/x"):
        answer = await home.client.get(f"/api/v1/operator/complaints{path}", headers=headers)
        assert answer.status_code == 401
    assert (await owner.ask("GET", "/complaints/x")).json()["code"] == "complaints.not_found"
