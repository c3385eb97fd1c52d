"""What a message says is withheld from its readers, and given back byte for byte."""

from pathlib import Path
from typing import Any

import pytest

from teahouse.infra.db.pool import Tx
from tests.living import Living, Person, living, q


@pytest.fixture
async def home(database: object, dsn: str, tmp_path: Path):  # noqa: ANN201
    """A house."""
    async with living(dsn, tmp_path) as opened:
        yield opened


async def change(home: Living, what: str, event_id: str) -> bool:
    """Withhold a message or give it back, as a case does; tell whether there was anything to do."""
    house = home.house
    verb = getattr(house.talk.timeline.withholding, what)
    async with house.db.transaction() as tx:
        told = await verb(tx, event_id)
        if told:
            await house.log.put(tx, *told)
    return bool(told)


async def stored(home: Living, event_id: str) -> bytes:
    """Return an event as it is stored."""
    async with home.house.db.read() as tx:
        return await body_of(tx, event_id)


async def body_of(tx: Tx, event_id: str) -> bytes:
    return await tx.value("select body from timeline_events where event_id = $1", event_id)


async def seen(person: Person, room: str, event_id: str) -> list[Any]:
    """Return an event's content by every way that it is read."""
    at = f"/rooms/{q(room)}"
    one = await person.did("GET", f"{at}/event/{q(event_id)}")
    page = await person.did("GET", f"{at}/messages", dir="b", limit=20)
    around = await person.did("GET", f"{at}/context/{q(event_id)}", limit=0)
    person.since = None
    synced = (await person.sync())["rooms"]["join"][room]["timeline"]["events"]
    found = [one, around["event"], *page["chunk"], *synced]
    return [each["content"] for each in found if each["event_id"] == event_id]


async def found(person: Person, term: str) -> int:
    """Return how many messages a search finds."""
    asked = {"search_categories": {"room_events": {"search_term": term}}}
    told = await person.did("POST", "/search", asked)
    return told["search_categories"]["room_events"]["count"]


async def test_what_is_withheld_is_read_by_nobody_and_comes_back_as_it_was(home: Living) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    event_id = await bob.say(room, "Oolong for sale")
    whole = await stored(home, event_id)
    before = await seen(ada, room, event_id)
    await home.run_jobs()
    assert before == [{"msgtype": "m.text", "body": "Oolong for sale"}] * 4
    assert await change(home, "withhold", event_id)
    assert not await change(home, "withhold", event_id), "there is nothing left to withhold"
    assert await seen(ada, room, event_id) == [{}] * 4
    assert await found(ada, "Oolong") == 0
    assert await change(home, "give_back", event_id)
    assert not await change(home, "give_back", event_id)
    assert await stored(home, event_id) == whole
    assert await seen(ada, room, event_id) == before


async def test_who_takes_a_withheld_message_back_takes_it_for_good(home: Living) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    event_id = await bob.say(room, "Oolong for sale")
    assert await change(home, "withhold", event_id)
    await bob.did("PUT", f"/rooms/{q(room)}/redact/{q(event_id)}/1", {})
    assert not await change(home, "give_back", event_id)
    assert b"Oolong" not in await stored(home, event_id)


async def test_erasing_reaches_what_is_withheld(home: Living) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    event_id = await bob.say(room, "Oolong for sale")
    assert await change(home, "withhold", event_id)
    await home.house.talk.timeline.erasing.erase(bob.user_id)
    assert not await change(home, "give_back", event_id)


async def test_state_is_not_withheld(home: Living) -> None:
    ada = await home.person()
    room = await ada.room(name="Tea")
    told = await ada.did("GET", f"/rooms/{q(room)}/state")
    (name,) = [one["event_id"] for one in told if one["type"] == "m.room.name"]
    assert not await change(home, "withhold", name)
