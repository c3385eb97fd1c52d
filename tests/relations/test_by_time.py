"""The event nearest to a time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living, q


@pytest.fixture
async def house(
    database: Database, dsn: str, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Living]:
    """A house in which time stands still until it is moved."""
    async with living(dsn, tmp_path, clock) as home:
        yield home


async def test_the_event_nearest_to_a_time_on_the_side_asked_for(
    house: Living, clock: FixedClock
) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(preset="private_chat")
    path = f"/_matrix/client/v1/rooms/{q(room)}/timestamp_to_event"
    said: list[tuple[int, str]] = []
    for number in range(3):
        clock.move(timedelta(minutes=1))
        said.append((clock.ms(), await alice.say(room, str(number))))
    (first_ts, first), (ts, middle), (last_ts, last) = said
    for asked, direction, expected in (
        (ts, "f", middle),
        (ts, "b", middle),
        (ts - 1, "f", middle),
        (ts - 1, "b", first),
        (ts + 1, "f", last),
        (last_ts + 10**6, "b", last),
    ):
        told = await alice.did("GET", path, None, ts=asked, dir=direction)
        assert told["event_id"] == expected
    assert (await alice.did("GET", path, None, ts=first_ts, dir="f"))[
        "origin_server_ts"
    ] == first_ts
    assert await alice.refused("GET", path, None, ts=last_ts + 1, dir="f") == "404 M_NOT_FOUND"
    assert await alice.refused("GET", path, None, ts=0, dir="b") == "404 M_NOT_FOUND"
    assert await bob.refused("GET", path, None, ts=ts, dir="f") == "403 M_FORBIDDEN"
    assert await alice.refused("GET", path, None, dir="f") == "400 M_MISSING_PARAM"
    assert await alice.refused("GET", path, None, ts=ts) == "400 M_MISSING_PARAM"
    for query in ({"ts": "x", "dir": "f"}, {"ts": ts, "dir": "x"}, {"ts": -1, "dir": "f"}):
        assert await alice.refused("GET", path, None, **query) == "400 M_INVALID_PARAM"


async def test_only_what_one_may_read_is_near(house: Living, clock: FixedClock) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    seen = await alice.say(room, "seen")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    clock.move(timedelta(minutes=1))
    hidden = {"history_visibility": "joined"}
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.history_visibility", hidden)
    later = await alice.say(room, "later")
    path = f"/_matrix/client/v1/rooms/{q(room)}/timestamp_to_event"
    at = clock.ms()
    assert (await alice.did("GET", path, None, ts=at, dir="b"))["event_id"] == later
    assert (await bob.did("GET", path, None, ts=at, dir="b"))["event_id"] != later
    assert await bob.refused("GET", path, None, ts=at, dir="f") == "404 M_NOT_FOUND"
    assert seen
