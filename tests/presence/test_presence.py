"""Who is there: said, seen, heard of by those who share a room, and by nobody else."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.presence.model import IDLE_MS, STAYS_MS, Told, arrived
from tests.living import Living, Person, living, q


@pytest.fixture
async def home(database: object, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def show(person: Person, presence: str, **more: Any) -> None:
    """Say what somebody is shown as."""
    await person.did("PUT", where(person), {"presence": presence, **more})


def where(person: Person) -> str:
    return f"/presence/{q(person.user_id)}/status"


def shown(told: Any) -> dict[str, Any]:
    """Return the presence that a sync tells, by person."""
    events = told.get("presence", {}).get("events", [])
    assert all(event["type"] == "m.presence" for event in events)
    return {event["sender"]: event["content"] for event in events}


async def test_what_somebody_shows_is_for_those_who_share_a_room(home: Living) -> None:
    ada, bob, eve = await home.person(), await home.person(), await home.person()
    await ada.room(bob)
    await eve.room()
    for one in (bob, eve):
        await one.sync()
    await show(ada, "online", status_msg="Brewing")
    told = shown(await bob.sync())
    assert told[ada.user_id] == {
        "presence": "online",
        "currently_active": True,
        "last_active_ago": 0,
        "status_msg": "Brewing",
    }
    assert shown(await bob.sync()) == {}, "it is told once"
    assert ada.user_id not in shown(await eve.sync())
    assert await bob.did("GET", where(ada)) == told[ada.user_id]
    assert await ada.did("GET", where(ada)) == told[ada.user_id]
    assert await eve.refused("GET", where(ada)) == "403 M_FORBIDDEN"
    assert await bob.refused("PUT", where(ada), {"presence": "online"}) == "403 M_FORBIDDEN"
    for wrong in ({"presence": "asleep"}, {"presence": "online", "status_msg": "x" * 501}):
        assert await ada.refused("PUT", where(ada), wrong) == "400 M_INVALID_PARAM"
    assert await ada.refused("PUT", where(ada), {}) == "400 M_MISSING_PARAM"


async def test_a_sync_says_that_somebody_is_there(home: Living, clock: FixedClock) -> None:
    ada, bob = await home.person(), await home.person()
    await ada.room(bob)
    await bob.sync(set_presence="offline")
    assert (await ada.did("GET", where(bob)))["presence"] == "offline"
    await ada.sync(set_presence="unavailable")
    assert shown(await bob.sync(set_presence="offline"))[ada.user_id]["presence"] == "unavailable"
    await ada.sync()
    assert (await bob.did("GET", where(ada)))["presence"] == "unavailable", "nobody said otherwise"
    await ada.sync(set_presence="online")
    assert shown(await bob.sync(set_presence="offline"))[ada.user_id]["presence"] == "online"
    assert await ada.refused("GET", "/sync", None, set_presence="x") == "400 M_INVALID_PARAM"
    clock.move(timedelta(milliseconds=STAYS_MS))
    home.house.talk.presence.settle()
    assert shown(await bob.sync(set_presence="offline"))[ada.user_id]["presence"] == "offline"


async def test_who_is_still_for_long_is_shown_so_until_they_speak(
    home: Living, clock: FixedClock
) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    await bob.sync()
    await ada.sync()
    for _ in range(IDLE_MS // 60_000):
        clock.move(timedelta(minutes=1))
        await ada.sync()
    home.house.talk.presence.settle()
    told = shown(await bob.sync())[ada.user_id]
    assert (told["presence"], told["currently_active"]) == ("unavailable", False)
    assert told["last_active_ago"] == IDLE_MS
    await ada.say(room, "still here")
    assert shown(await bob.sync())[ada.user_id]["presence"] == "online"


async def test_new_company_is_told_of_both_ways(home: Living) -> None:
    ada, bob, eve = await home.person(), await home.person(), await home.person()
    for one in (ada, bob, eve):
        await one.sync()
    room = await ada.room(bob)
    assert shown(await ada.sync())[bob.user_id]["presence"] == "online"
    assert shown(await bob.sync())[ada.user_id]["presence"] == "online"
    await eve.did("POST", f"/join/{q(room)}", {})
    assert eve.user_id in shown(await bob.sync())
    assert {ada.user_id, bob.user_id} <= shown(await eve.sync()).keys()
    eve.since = None
    assert {ada.user_id, bob.user_id, eve.user_id} == shown(await eve.sync()).keys()
    only = json.dumps({"presence": {"not_senders": [bob.user_id]}})
    eve.since = None
    assert {ada.user_id, eve.user_id} == shown(await eve.sync(filter=only)).keys()
    old = await eve.did("GET", "/initialSync")
    assert {event["content"]["user_id"] for event in old["presence"]} >= {eve.user_id, ada.user_id}


async def test_a_waiting_client_is_woken(home: Living) -> None:
    ada, bob = await home.person(), await home.person()
    await ada.room(bob)
    await bob.sync()
    waiting = asyncio.ensure_future(bob.sync(timeout=20_000))
    while not home.house.talk.hub.waiting_count:
        await asyncio.sleep(0)
    await show(ada, "online")
    assert ada.user_id in shown(await waiting)


async def test_a_status_is_kept_sealed_and_goes_with_the_account(
    database: object, dsn: str, tmp_path: Path
) -> None:
    async with living(dsn, tmp_path) as first:
        ada = await first.person()
        await show(ada, "online", status_msg="Oolong")
        async with first.house.db.read() as tx:
            kept = await tx.value("select status from presence_statuses")
        assert b"Oolong" not in kept
    async with living(dsn, tmp_path) as second:
        again = Person(second, ada.user_id, ada.token, ada.device_id)
        told = await again.did("GET", where(ada))
        assert told == {"presence": "offline", "status_msg": "Oolong"}
        await show(again, "online")
        async with second.house.db.read() as tx:
            assert await tx.value("select count(*) from presence_statuses") == 0
        await show(again, "online", status_msg="Oolong")
        auth = {"type": "m.login.password", "user": ada.user_id, "password": "correct horse"}
        await again.did("POST", "/account/deactivate", {"auth": auth})
        async with second.house.db.read() as tx:
            assert await tx.value("select count(*) from presence_statuses") == 0


async def test_operators_may_switch_it_off(database: object, dsn: str, tmp_path: Path) -> None:
    async with living(dsn, tmp_path, presence=False) as quiet:
        ada, bob = await quiet.person(), await quiet.person()
        await ada.room(bob)
        await show(ada, "online", status_msg="Oolong")
        assert shown(await bob.sync()) == {}
        assert await bob.did("GET", where(ada)) == {"presence": "offline"}


moments = st.integers(1, 10 * STAYS_MS)
asked = st.sampled_from([None, "online", "unavailable", "offline"])


@given(st.lists(st.tuples(st.integers(0, STAYS_MS), asked), max_size=20), moments)
def test_nobody_is_there_for_long_after_their_last_sign(
    signs: list[tuple[int, str | None]], later: int
) -> None:
    told, now, last = Told("@a:s"), 1, 0
    for wait, wanted in signs:
        now += wait
        new = arrived(told, wanted, now)
        told = new or told
        if wanted != "offline":
            last = now
            assert told.at(now) == (wanted or told.at(now))
            assert told.at(now) != "offline"
            assert told.until_ms - now >= STAYS_MS // 2, "the next sign is in time"
    there = told.at(now + later) != "offline"
    assert not there or (last and now + later < last + STAYS_MS)


async def test_a_new_name_or_picture_is_told_with_presence(home: Living) -> None:
    ada, bob, eve = [await home.person() for _ in range(3)]
    await ada.room(bob)
    for one in (ada, bob, eve):
        await one.sync()
    changes = {"displayname": "Ada", "avatar_url": "mxc://s/ada", "m.tz": "Asia/Shanghai"}
    for name, value in changes.items():
        await ada.did("PUT", f"/profile/{q(ada.user_id)}/{name}", {name: value})
    wanted = {"displayname": "Ada", "avatar_url": "mxc://s/ada", "presence": "online"}
    for one in (bob, ada):
        told: dict[str, Any] = {}
        while wanted.items() - told.items():
            told |= shown(await one.sync(timeout=10_000)).get(ada.user_id, {})
        assert "m.tz" not in told
    assert ada.user_id not in shown(await eve.sync())
    await show(ada, "unavailable")
    assert shown(await bob.sync())[ada.user_id]["displayname"] == "Ada"
    await ada.did("DELETE", f"/profile/{q(ada.user_id)}/displayname")
    told = {"displayname": ""}
    while "displayname" in told:
        told = shown(await bob.sync(timeout=10_000)).get(ada.user_id, told)
    assert told["avatar_url"] == "mxc://s/ada"
