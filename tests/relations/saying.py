"""Ways of relating to what somebody said."""

from typing import Any

from tests.living import Person, q


async def relate(
    person: Person, room: str, target: str, rel_type: str, body: Any = None, kind: str = ""
) -> str:
    """Send an event that relates to another; return its id."""
    path, content = sent(room, target, rel_type, body, kind, str(next(person.txns)))
    return (await person.did("PUT", path, content))["event_id"]


async def refused(
    person: Person, room: str, target: str, rel_type: str, body: Any = None, kind: str = ""
) -> str:
    """Send such an event, which must be refused; return how."""
    path, content = sent(room, target, rel_type, body, kind, str(next(person.txns)))
    return await person.refused("PUT", path, content)


def sent(
    room: str, target: str, rel_type: str, body: Any, kind: str, txn: str
) -> tuple[str, dict[str, Any]]:
    """Return where such an event is sent to, and its content."""
    content: dict[str, Any] = {"msgtype": "m.text", "body": "x"} | (body or {})
    relation = {"rel_type": rel_type, "event_id": target, **content.pop("relation", {})}
    path = f"/rooms/{q(room)}/send/{kind or 'm.room.message'}/r{txn}"
    return path, content | {"m.relates_to": relation}


async def edit(person: Person, room: str, target: str, text: str) -> str:
    """Edit a message."""
    new = {"msgtype": "m.text", "body": text}
    return await relate(
        person, room, target, "m.replace", {"body": f"* {text}", "m.new_content": new}
    )


async def react(person: Person, room: str, target: str, key: str) -> str:
    """React to a message."""
    body = {"relation": {"key": key}}
    return await relate(person, room, target, "m.annotation", body, "m.reaction")


async def redact(person: Person, room: str, event_id: str) -> None:
    """Take a message back."""
    await person.did("PUT", f"/rooms/{q(room)}/redact/{q(event_id)}/{next(person.txns)}", {})


async def ignore(person: Person, *others: Person) -> None:
    """Ignore some people, and nobody else."""
    body = {"ignored_users": {other.user_id: {} for other in others}}
    path = f"/user/{q(person.user_id)}/account_data/m.ignored_user_list"
    await person.did("PUT", path, body)


async def around(person: Person, room: str, event_id: str) -> dict[str, Any]:
    """Return what is told of relations to an event, the same wherever it is told."""
    place = f"/rooms/{q(room)}"
    one = await person.did("GET", f"{place}/event/{q(event_id)}")
    told = _related(one)
    page = await person.did("GET", f"{place}/messages", dir="b", limit=100)
    context = await person.did("GET", f"{place}/context/{q(event_id)}")
    first = (await person.did("GET", "/sync", filter='{"room":{"timeline":{"limit":100}}}'))[
        "rooms"
    ]
    synced = first["join"].get(room, {"timeline": {"events": []}})["timeline"]["events"]
    among = [event for event in [*page["chunk"], *synced] if event["event_id"] == event_id]
    for event in [*among, context["event"]]:
        assert _related(event) == told
    return told


def _related(event: Any) -> Any:
    """Return what is told of relations to an event, without how old they are at this moment."""
    related = event["unsigned"].get("m.relations", {})
    return {kind: _ageless(one) for kind, one in related.items()}


def _ageless(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _ageless(one) for key, one in told.items() if key != "age"}
    return told


async def children(
    person: Person, room: str, event_id: str, *kinds: str, **query: Any
) -> list[str]:
    """Return the events that relate to one, as the API tells them."""
    return [
        event["event_id"]
        for event in (await listed(person, room, event_id, *kinds, **query))["chunk"]
    ]


async def listed(person: Person, room: str, event_id: str, *kinds: str, **query: Any) -> Any:
    """Return a page of the events that relate to one."""
    path = "/".join(["/_matrix/client/v1/rooms", q(room), "relations", q(event_id), *map(q, kinds)])
    return await person.did("GET", path, None, **query)


async def threads(person: Person, room: str, **query: Any) -> Any:
    """Return a page of a room's threads."""
    return await person.did("GET", f"/_matrix/client/v1/rooms/{q(room)}/threads", None, **query)
