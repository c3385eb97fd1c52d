"""Waiting until what was said is in the index: the follower works beside the requests."""

from typing import Any

from teahouse.search.service.indexing import FOLLOWER, Indexing
from tests.living import Living, Person, q

SETTLE_SECONDS = 20.0


async def begun(house: Living) -> Indexing:
    """Wait until the index follows the log: what is said from now on is in it."""
    log = house.house.log
    while True:
        async with house.house.db.read() as tx:
            if await log.is_followed(tx, FOLLOWER):
                return house.house.talk.search.indexing
        await log.catch_up()


async def settled(house: Living) -> None:
    """Let every follower act on all there is."""
    assert await house.house.log.settled(SETTLE_SECONDS)


async def events(person: Person, term: str, batch: str = "", **more: Any) -> dict[str, Any]:
    """Return what Matrix's search answers about events of rooms."""
    body = {"search_categories": {"room_events": {"search_term": term, **more}}}
    query = {"next_batch": batch} if batch else {}
    told = await person.did("POST", "/search", body, **query)
    return told["search_categories"]["room_events"]


def ids(answer: dict[str, Any]) -> list[str]:
    """Return which events an answer names, in order."""
    return [one["result"]["event_id"] for one in answer["results"]]


async def found(person: Person, term: str, **more: Any) -> list[str]:
    """Return which events Matrix's search finds, in order."""
    return ids(await events(person, term, **more))


async def typed(person: Person, term: str, **query: Any) -> dict[str, list[str]]:
    """Return what our own search finds while somebody types, by kind."""
    told = await person.did("GET", "/api/v1/search", None, q=term, **query)
    return {
        "people": [one["user_id"] for one in told["people"]],
        "rooms": [one["room_id"] for one in told["rooms"]],
        "messages": [one["event_id"] for one in told["messages"]],
    }


async def edit(person: Person, room: str, event_id: str, text: str) -> str:
    """Give a message another text, and return the edit's id."""
    content = {
        "msgtype": "m.text",
        "body": f"* {text}",
        "m.new_content": {"msgtype": "m.text", "body": text},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }
    path = f"/rooms/{q(room)}/send/m.room.message/e{next(person.txns)}"
    return (await person.did("PUT", path, content))["event_id"]


async def redact(person: Person, room: str, event_id: str) -> None:
    """Take a message back."""
    path = f"/rooms/{q(room)}/redact/{q(event_id)}/r{next(person.txns)}"
    await person.did("PUT", path, {})


async def state(person: Person, room: str, event_type: str, content: dict[str, Any]) -> str:
    """Set a piece of a room's state."""
    path = f"/rooms/{q(room)}/state/{event_type}/"
    return (await person.did("PUT", path, content))["event_id"]
