"""What is said in a room goes when its time is over, everywhere, and nothing else does."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living, q
from tests.settings.conftest import owner

DAY_MS = 24 * 60 * 60 * 1000
SETTING = "/api/v1/operator/settings/retention"
HELD_IN = ("timeline_events", "log_entries", "relations_edges", "search_messages")


@pytest.fixture
async def home(database: Database, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def keep(person: Person, room: str, **lifetimes: Any) -> None:
    """Have a room keep its messages for some time."""
    await person.did("PUT", f"/rooms/{q(room)}/state/m.room.retention", lifetimes)


async def said(person: Person, room: str) -> list[str]:
    """Return the texts that a room holds, the newest first, by going through its pages."""
    texts: list[str] = []
    at: dict[str, Any] = {}
    while True:
        page = await person.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=3, **at)
        texts += [one["content"].get("body", "") for one in page["chunk"] if "state_key" not in one]
        if "end" not in page:
            return texts
        at = {"from": page["end"]}


async def pass_by(home: Living, clock: FixedClock, **by: float) -> None:
    """Let time pass, and do what is due then."""
    clock.move(timedelta(**by))
    await home.run_jobs()


async def left(database: Database, words: str) -> list[str]:
    """Return the tables in which some words can still be found."""
    found: list[str] = []
    async with database.read() as tx:
        for table in HELD_IN:
            rows = await tx.rows(f"select t::text from {table} t")
            if any(words in row[0] or words.encode().hex() in row[0] for row in rows):
                found.append(table)
    return found


async def test_a_message_goes_when_its_time_is_over(
    home: Living, database: Database, clock: FixedClock
) -> None:
    ada, bob = await home.person(), await home.person()
    room, other = await ada.room(bob, name="Tea"), await ada.room(bob)
    await keep(ada, room, max_lifetime=7 * DAY_MS)
    old = await ada.say(room, "quincunx")
    reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": old, "key": "+"}}
    await bob.did("PUT", f"/rooms/{q(room)}/send/m.reaction/1", reaction)
    await ada.say(other, "elsewhere")
    await bob.sync()
    before = bob.since
    assert await home.house.ground.log.settled(20)
    assert set(await left(database, "quincunx")) == {
        "timeline_events",
        "log_entries",
        "search_messages",
    }
    await pass_by(home, clock, days=4)
    middle = await bob.say(room, "middle")
    await ada.say(room, "newest")
    assert await said(ada, room) == ["newest", "middle", "", "quincunx"]

    await pass_by(home, clock, days=4)
    assert await said(ada, room) == ["newest", "middle"]
    assert await said(ada, other) == ["elsewhere"]
    assert await left(database, "quincunx") == []
    for path in (f"event/{q(old)}", f"context/{q(old)}"):
        assert await bob.refused("GET", f"/rooms/{q(room)}/{path}") == "404 M_NOT_FOUND"
    redact = f"/rooms/{q(room)}/redact/{q(old)}/1"
    assert await ada.refused("PUT", redact, {}) == "404 M_NOT_FOUND"
    told = await bob.did("GET", "/sync", since=before, timeout=0)
    timeline = told["rooms"]["join"][room]["timeline"]
    assert [one["content"]["body"] for one in timeline["events"]] == ["middle", "newest"]
    hits = await bob.did(
        "POST", "/search", {"search_categories": {"room_events": {"search_term": "quincunx"}}}
    )
    assert hits["search_categories"]["room_events"]["results"] == []
    fresh = await (await home.person()).did("POST", f"/join/{q(room)}", {})
    assert fresh["room_id"] == room, "the room goes on"

    await pass_by(home, clock, days=30)
    assert await said(ada, room) == [], "the newest event is the one of coming in"
    assert await bob.refused("GET", f"/rooms/{q(room)}/event/{q(middle)}") == "404 M_NOT_FOUND"
    state = await ada.did("GET", f"/rooms/{q(room)}/state")
    assert {"m.room.create", "m.room.name", "m.room.retention"} <= {one["type"] for one in state}


async def test_the_newest_stays_and_a_report_holds_what_it_is_about(
    home: Living, clock: FixedClock
) -> None:
    ada, bob, operator = await home.person(), await home.person(), await home.owner()
    room, quiet = await ada.room(bob), await ada.room()
    for one in (room, quiet):
        await keep(ada, one, max_lifetime=DAY_MS)
    reported = await bob.say(room, "Buy my tea")
    await bob.say(room, "Really")
    last = await ada.say(quiet, "the last word")
    await ada.did("POST", f"/rooms/{q(room)}/report/{q(reported)}", {"reason": "Advertising"})
    await ada.say(room, "newest")
    await pass_by(home, clock, days=3)
    assert await said(ada, room) == ["newest", "Buy my tea"]
    assert await said(ada, quiet) == ["the last word"]
    operator = Person(home, "", (await owner(home)).token, "")
    (waiting,) = (await operator.did("GET", "/api/v1/operator/complaints"))["complaints"]
    place = f"/api/v1/operator/complaints/{waiting['complaint_id']}"
    await operator.did("POST", f"{place}/decide", {"outcome": "dismissed", "answer": "No."})
    await ada.say(quiet, "one more")
    await pass_by(home, clock, days=1, minutes=1)
    assert await said(ada, room) == ["newest"]
    assert await said(ada, quiet) == ["one more"]
    assert await ada.refused("GET", f"/rooms/{q(quiet)}/event/{q(last)}") == "404 M_NOT_FOUND"


async def test_operators_say_how_long_and_within_which_bounds(
    home: Living, clock: FixedClock
) -> None:
    ada, bob, operator = await home.person(), await home.person(), await owner(home)
    silent, short, long = await ada.room(), await ada.room(), await ada.room(bob)
    await keep(ada, short, max_lifetime=1)
    await keep(ada, long, max_lifetime=900 * DAY_MS)
    await ada.did("PUT", f"/rooms/{q(long)}/state/m.room.encryption", {"algorithm": "m.megolm.v1"})
    for one in (silent, short, long):
        await ada.say(one, "first")
        await ada.say(one, "second")
    wrong = {"default_days": 5, "least_days": 10, "most_days": 60}
    refused = await operator.ask("PUT", SETTING, wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "settings.bad_retention")
    clock.move(timedelta(days=9))
    await home.run_jobs()
    assert await said(ada, short) == ["second"], "a day, which is the least by default"
    operator = await owner(home)
    right = {"default_days": 30, "least_days": 10, "most_days": 60}
    assert (await operator.did("PUT", SETTING, right))["retention"] == right
    able = (await ada.did("GET", "/capabilities"))["capabilities"]["org.teahouse.retention"]
    assert able == {"default": 30 * DAY_MS, "least": 10 * DAY_MS, "most": 60 * DAY_MS}
    await ada.say(short, "third")
    await pass_by(home, clock, days=2)
    assert await said(ada, short) == ["third"], "the second waited for an event after it"
    assert await said(ada, silent) == ["second", "first"]
    await pass_by(home, clock, days=20)
    assert await said(ada, silent) == ["second"]
    assert await said(ada, long) == ["second", "first"]
    await pass_by(home, clock, days=35)
    assert await said(ada, long) == ["second"]
    operator = await owner(home)
    disk = await operator.did("GET", "/api/v1/operator/storage")
    assert disk["freed"]["messages_count"] == 1, "of the last thirty days"
    assert disk["freed"]["messages_bytes"] > 100
    acts = (await operator.did("GET", "/api/v1/operator/audit"))["entries"]
    changed = [one["detail"] for one in acts if one["act"] == "settings.changed"]
    assert changed == [{"names": ["retention_days", "retention_days_least", "retention_days_most"]}]


async def test_a_thread_outlives_its_root(home: Living, clock: FixedClock) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    await keep(ada, room, max_lifetime=7 * DAY_MS)
    root = await ada.say(room, "root")
    await pass_by(home, clock, days=5)
    thread = {"rel_type": "m.thread", "event_id": root}
    answer = {"msgtype": "m.text", "body": "answer", "m.relates_to": thread}
    sent = await bob.did("PUT", f"/rooms/{q(room)}/send/m.room.message/a", answer)
    threads = f"/_matrix/client/v1/rooms/{q(room)}/threads"
    assert len((await ada.did("GET", threads))["chunk"]) == 1
    await pass_by(home, clock, days=3)
    assert await said(ada, room) == ["answer"]
    assert (await ada.did("GET", threads))["chunk"] == []
    related = f"/_matrix/client/v1/rooms/{q(room)}/relations/{q(root)}"
    assert await ada.refused("GET", related) == "404 M_NOT_FOUND"
    path = f"/rooms/{q(room)}/receipt/m.read/{q(sent['event_id'])}"
    await ada.did("POST", path, {"thread_id": root})


async def test_many_go_in_batches_around_what_stays(
    home: Living, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.retention.service.EVENTS_AT_ONCE_MAX", 3)
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    await keep(ada, room, max_lifetime=DAY_MS)
    held = await bob.say(room, "held")
    for nth in range(7):
        await ada.say(room, f"m{nth}")
        await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.topic", {"topic": f"t{nth}"})
    await ada.did("POST", f"/rooms/{q(room)}/report/{q(held)}", {"reason": "x"})
    await ada.say(room, "newest")
    await pass_by(home, clock, days=2)
    assert await said(ada, room) == ["newest", "held"]
    async with database.read() as tx:
        assert await tx.value("select count(*) from retention_rooms where untold_pos > 0") == 0
        assert await tx.value("select count(*) from retention_rooms where due_at is null") == 0


@pytest.mark.parametrize(
    "content",
    [
        {"max_lifetime": "1d"},
        {"max_lifetime": True},
        {"min_lifetime": -1},
        {"min_lifetime": 2 * DAY_MS, "max_lifetime": DAY_MS},
    ],
)
async def test_what_a_room_says_makes_sense(home: Living, content: dict[str, Any]) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    path = f"/rooms/{q(room)}/state/m.room.retention"
    assert await ada.refused("PUT", path, content) == "400 M_BAD_JSON"
    assert await bob.refused("PUT", path, {"max_lifetime": DAY_MS}) == "403 M_FORBIDDEN"
    await ada.did("PUT", path, {"min_lifetime": DAY_MS, "max_lifetime": None})
