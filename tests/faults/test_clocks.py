"""Workers of one house whose clocks are hours and days apart, and jump: people notice nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock, SystemClock
from teahouse.ids import Ids
from teahouse.infra.engines.broker import Nats
from teahouse.infra.engines.places import DataDir
from tests.living import Living, Person, living, q
from tests.presence.test_presence import show, shown, where
from tests.presence.test_workers import at

pytestmark = pytest.mark.processes

JUMPS = [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1)]
ROUNDS = 4
TYPES_MS = 1500


class Pair:
    """Two workers who tell each other by NATS, each with a clock of its own."""

    def __init__(self, workers: list[Living], clocks: list[FixedClock]) -> None:
        self.workers, self.clocks = workers, clocks


@pytest.fixture
async def pair(database: object, dsn: str, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two workers whose clocks say the same."""
    broker = Nats(DataDir.open(str(tmp_path / "broker")), SystemClock(), Ids(SystemClock()))
    await broker.start()
    settings: dict[str, Any] = {"nats_url": broker.url, "workers": 2}
    clocks = [FixedClock(datetime.now(UTC)) for _ in range(2)]
    try:
        async with (
            living(dsn, tmp_path / "data", clocks[0], **settings) as one,
            living(dsn, tmp_path / "data", clocks[1], **settings) as other,
        ):
            yield Pair([one, other], clocks)
    finally:
        await broker.stop()


async def synced(person: Person, until: Any) -> dict[str, Any]:
    """Sync until something holds of an answer, and return that."""
    async with asyncio.timeout(30):
        while not until(told := await person.sync(timeout=5_000)):
            pass
    return told


def said(told: Any, room_id: str) -> list[str]:
    """Return what a sync tells of what was said in a room."""
    room = told.get("rooms", {}).get("join", {}).get(room_id, {})
    events = room.get("timeline", {}).get("events", [])
    return [one["content"]["body"] for one in events if one["type"] == "m.room.message"]


def typing(told: Any, room_id: str) -> list[str] | None:
    """Return who a sync tells is typing in a room, if it does."""
    room = told.get("rooms", {}).get("join", {}).get(room_id, {})
    events = room.get("ephemeral", {}).get("events", [])
    found = [one["content"]["user_ids"] for one in events if one["type"] == "m.typing"]
    return found[-1] if found else None


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_what_is_said_is_in_order_whatever_the_clocks_say(
    pair: Pair, jump: timedelta
) -> None:
    here, there = pair.workers
    ada, bob = await here.person(), await here.person()
    room_id = await ada.room(bob)
    listeners = [at(here, bob), at(there, bob)]
    for one in listeners:
        await one.sync()
    heard: list[list[str]] = [[], []]
    wanted: list[str] = []
    path = f"/rooms/{q(room_id)}/send/m.room.message"
    for nth in range(ROUNDS):
        pair.clocks[nth % 2].jump(jump if nth % 4 < 2 else -jump)
        for worker in (here, there):
            wanted.append(f"{nth} {len(wanted)}")
            for _ in range(2):  # and again, as a client does
                await at(worker, ada).did("PUT", f"{path}/{len(wanted)}", {"body": wanted[-1]})
    for one, bodies in zip(listeners, heard, strict=True):
        async with asyncio.timeout(30):
            while len(bodies) < len(wanted):
                bodies.extend(said(await one.sync(timeout=5_000), room_id))
    assert heard == [wanted, wanted]


@pytest.mark.parametrize("jump", JUMPS[-2:], ids=str)
async def test_who_types_and_who_is_there_is_told_rightly(pair: Pair, jump: timedelta) -> None:
    here, there = pair.workers
    ada, bob = await here.person(), await here.person()
    room_id = await ada.room(bob)
    far = at(there, bob)
    await far.sync(set_presence="offline")
    pair.clocks[1].jump(jump)
    types = f"/rooms/{q(room_id)}/typing/{q(ada.user_id)}"
    waits = asyncio.ensure_future(synced(far, lambda told: typing(told, room_id) == [ada.user_id]))
    while not there.house.talk.hub.waiting_count:
        await asyncio.sleep(0)
    await ada.did("PUT", types, {"typing": True, "timeout": TYPES_MS})
    await waits
    await synced(far, lambda told: typing(told, room_id) == [])
    await show(ada, "online", status_msg="Brewing")
    told = await synced(far, lambda told: ada.user_id in shown(told))
    assert shown(told)[ada.user_id]["currently_active"]
    assert (await far.did("GET", where(ada)))["last_active_ago"] < 60_000
    pair.clocks[1].jump(-jump)
    assert (await far.did("GET", where(ada)))["presence"] == "online"
    pair.clocks[1].move(timedelta(minutes=3))
    assert (await far.did("GET", where(ada)))["presence"] == "offline", "a jump kept nobody here"
