"""How old an event is: told with every event, exactly, also where answers are shared."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, living, q
from tests.relations.saying import edit, relate
from tests.slidingsync.asking import Line

LAZY = q('{"lazy_load_members":true}')


@pytest.fixture
async def still(
    database: Database, dsn: str, tmp_path_factory: pytest.TempPathFactory, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in which time passes only when it is told to."""
    async with living(dsn, tmp_path_factory.mktemp("data"), clock=clock) as home:
        yield home


def ages(told: Any) -> set[int]:
    """Return every age in an answer; every whole event has one."""
    if isinstance(told, list):
        return {age for one in told for age in ages(one)}
    if not isinstance(told, dict):
        return set()
    found = {age for key, one in told.items() if key != "unsigned" for age in ages(one)}
    if "event_id" in told and "sender" in told:
        found.add(told["unsigned"]["age"])
        found |= ages(told["unsigned"].get("m.relations", {}))
    return found


async def test_every_answer_tells_how_old_an_event_is(still: Living, clock: FixedClock) -> None:
    ada, bob = await still.person(), await still.person()
    room = await ada.room(bob)
    root = await ada.say(room, "oolong")
    await edit(ada, room, root, "pu-erh")
    await relate(bob, room, root, "m.thread")
    clock.move(timedelta(seconds=90))
    place, v1 = f"/rooms/{q(room)}", f"/_matrix/client/v1/rooms/{q(room)}"
    for path in (
        f"{place}/messages?dir=b&limit=50",
        f"{place}/messages?dir=f&filter={LAZY}",
        f"{place}/context/{q(root)}",
        f"{place}/event/{q(root)}",
        f"{place}/state",
        f"{place}/state/m.room.create/?format=event",
        f"{place}/members",
        f"{place}/initialSync",
        f"/events/{q(root)}",
        "/initialSync",
        "/notifications",
        f"{v1}/relations/{q(root)}",
        f"{v1}/threads",
    ):
        assert ages(await bob.did("GET", path)) == {90_000}, path
    wish = {"search_term": "pu-erh", "event_context": {}, "include_state": True}
    asked = {"search_categories": {"room_events": wish}}
    assert await still.house.log.settled(10), "what was said can be found"
    assert ages(await bob.did("POST", "/search", asked)) == {90_000}
    assert ages(await Line(bob).rooms()) == {90_000}


async def test_an_answer_made_for_one_is_as_old_as_it_is_for_the_next(
    still: Living, clock: FixedClock
) -> None:
    ada, bob, eve = [await still.person() for _ in range(3)]
    room = await ada.room(bob, eve)
    for one in (bob, eve):
        await one.sync()
    await ada.say(room, "oolong")
    for person, seconds in ((bob, 1), (eve, 60)):
        clock.move(timedelta(seconds=seconds))
        told = (await person.sync())["rooms"]["join"][room]
        assert ages(told["timeline"]) == {seconds * 1000 + (1000 if seconds > 1 else 0)}
    for lazy in (False, True):
        bob.since = eve.since = None
        filtered = {"filter": '{"room":{"state":{"lazy_load_members":true}}}'} if lazy else {}
        for person in (bob, eve):
            first = (await person.sync(**filtered))["rooms"]["join"][room]
            clock.move(timedelta(seconds=9))
            assert len(ages(first)) == 1
            person.since = None
            again = (await person.sync(**filtered))["rooms"]["join"][room]
            assert ages(again) == {age + 9_000 for age in ages(first)}


async def test_an_event_is_as_old_in_whichever_shape_it_is_wanted(
    still: Living, clock: FixedClock
) -> None:
    ada = await still.person()
    room = await ada.room()
    await ada.say(room, "oolong")
    clock.move(timedelta(seconds=5))
    for shape in ('{"event_format":"federation"}', '{"event_fields":["unsigned.age","content"]}'):
        ada.since = None
        told = (await ada.sync(filter=shape))["rooms"]["join"][room]
        assert ages(told) == {5_000}, shape
    await ada.did("POST", f"/rooms/{q(room)}/leave", {})
    clock.move(timedelta(seconds=5))
    told = (await ada.sync())["rooms"]["leave"][room]
    assert ages(told["timeline"]) == {5_000}
