"""What was taken back is gone: from what is answered, and from every table."""

from typing import Any

import asyncpg

from tests.living import Living, q

WORDS = "only for your ears"


def holds(value: Any, words: str) -> bool:
    """Tell whether a value of a row holds words, however it is kept."""
    if isinstance(value, bytes | memoryview):
        return words.encode() in bytes(value)
    return words in str(value)


async def tables_that_hold(connection: asyncpg.Connection, words: str) -> set[str]:
    """Return every table with a row in which the words stand."""
    names = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {
        name
        for (name,) in names
        for row in await connection.fetch(f'select * from "{name}"')
        if any(holds(value, words) for value in row.values())
    }


async def test_a_redacted_text_is_in_no_table(house: Living, wiper: asyncpg.Connection) -> None:
    ada = await house.person()
    room = await ada.room()
    event_id = await ada.say(room, WORDS)
    assert await tables_that_hold(wiper, WORDS) == {"timeline_events", "log_entries"}
    await ada.did("PUT", f"/rooms/{q(room)}/redact/{q(event_id)}/r1", {})
    assert await tables_that_hold(wiper, WORDS) == set()
    told = await ada.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}")
    assert told["content"] == {}


async def test_a_redacted_topic_is_in_no_table(house: Living, wiper: asyncpg.Connection) -> None:
    ada = await house.person()
    room = await ada.room()
    path = f"/rooms/{q(room)}/state/m.room.topic"
    event_id = (await ada.did("PUT", path, {"topic": WORDS}))["event_id"]
    assert "rooms_state" in await tables_that_hold(wiper, WORDS)
    await ada.did("PUT", f"/rooms/{q(room)}/redact/{q(event_id)}/r1", {})
    assert await tables_that_hold(wiper, WORDS) == set()


async def test_an_erased_person_s_words_are_in_no_table(
    house: Living, wiper: asyncpg.Connection
) -> None:
    ada, ben = await house.person(), await house.person()
    room = await ada.room(ben)
    await ada.say(room, WORDS)
    await ben.say(room, "mine stay")
    await house.house.talk.timeline.erasing.erase(ada.user_id)
    assert await tables_that_hold(wiper, WORDS) == set()
    assert await tables_that_hold(wiper, "mine stay") == {"timeline_events", "log_entries"}


async def test_an_erased_person_s_name_is_in_no_table_of_rooms(
    house: Living, wiper: asyncpg.Connection
) -> None:
    ada, ben = await house.person(), await house.person()
    await ben.did("PUT", f"/profile/{q(ben.user_id)}/displayname", {"displayname": WORDS})
    room = await ada.room(ben, preset="private_chat")
    kick = {"user_id": ben.user_id}
    await ada.did("POST", f"/rooms/{q(room)}/kick", kick)
    await house.house.talk.timeline.erasing.erase(ben.user_id)
    tables = {"timeline_events", "rooms_state", "log_entries"}
    assert not tables & await tables_that_hold(wiper, WORDS)
    state = await ada.ask("GET", f"/rooms/{q(room)}/state")
    assert WORDS not in state.text
    assert WORDS not in (await ada.ask("GET", "/sync")).text


async def test_a_redacted_topic_is_not_told_by_the_next_one(
    house: Living, wiper: asyncpg.Connection
) -> None:
    ada = await house.person()
    room = await ada.room()
    path = f"/rooms/{q(room)}/state/m.room.topic"
    event_id = (await ada.did("PUT", path, {"topic": WORDS}))["event_id"]
    later = (await ada.did("PUT", path, {"topic": "tea"}))["event_id"]
    await ada.did("PUT", f"/rooms/{q(room)}/redact/{q(event_id)}/r1", {})
    assert await tables_that_hold(wiper, WORDS) == set()
    for where in (f"/rooms/{q(room)}/state", "/sync", f"/rooms/{q(room)}/event/{q(later)}"):
        told = (await ada.ask("GET", where)).text
        assert WORDS not in told
        assert later in told
    assert (await ada.did("GET", path)) == {"topic": "tea"}
