"""The calls of before ``/sync``: ``/events``, ``/initialSync`` and a room's ``/initialSync``.

Deprecated since r0, still asked for by old clients and by tools that test servers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accountdata.model import Filter, RoomEventFilter, RoomFilter
from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import with_room
from teahouse.sync.model import Token, Wish
from teahouse.sync.service.syncing import Syncing
from teahouse.timeline.model import NoSuchEvent, token

MESSAGES_MAX = 100
EVENTS_MAX = 1_000


@dataclass(frozen=True)
class Legacy:
    """Old calls, answered from what ``/sync`` knows."""

    syncing: Syncing

    async def events(self, caller: Caller, since: Token, timeout_ms: int) -> dict[str, Any]:
        """Return everything that happened since a token, in order, as one list."""
        text = await self.syncing.sync(caller, since, _wish(EVENTS_MAX), timeout_ms)
        told: dict[str, Any] = msgspec.json.decode(text)
        chunk: list[dict[str, Any]] = []
        rooms: dict[str, dict[str, Any]] = told.get("rooms", {})
        for kind in ("join", "leave"):
            for room_id, part in rooms.get(kind, {}).items():
                events = [*part["timeline"]["events"]]
                events += part.get("ephemeral", {}).get("events", [])
                chunk += [{"room_id": room_id, **event} for event in events]
        for room_id, part in rooms.get("invite", {}).items():
            mine = [e for e in part["invite_state"]["events"] if e["type"] == "m.room.member"]
            own = [event for event in mine if event["state_key"] == caller.user_id]
            chunk += [{"room_id": room_id, **event} for event in own]
        chunk.sort(key=lambda event: event.get("origin_server_ts", 2**60))
        chunk += _presence(told.get("presence", {}).get("events", ()))
        return {"chunk": chunk, "start": str(since), "end": told["next_batch"]}

    async def event(self, caller: Caller, event_id: str) -> bytes:
        """Return an event of whichever room it is in. Raises ``NoSuchEvent``."""
        reading = self.syncing.building.reading
        async with self.syncing.db.read() as tx:
            found = await reading.events_by_id(tx, [event_id])
        if event_id not in found:
            raise NoSuchEvent
        room_id = found[event_id][1].room_id
        visibility = await reading.access_event(caller, room_id, event_id)
        [body] = await reading.dressed(caller, visibility, [found[event_id]])
        return with_room(body, room_id)

    async def initial(self, caller: Caller, limit: int) -> dict[str, Any]:
        """Return every room that the caller has to do with (``GET /initialSync``)."""
        here = self.syncing.here(None)
        memberships = await self.syncing.rooms.memberships(caller.user_id)
        rooms: list[dict[str, Any]] = []
        for room_id, what in memberships.items():
            if what.membership == "join":
                rooms.append(await self.room(caller, room_id, limit))
            elif what.membership == "invite":
                room = await self.syncing.rooms.room(room_id)
                part = self.syncing.building.invited(room, caller.user_id, b"invite_state")
                events = msgspec.json.decode(part)["invite_state"]["events"]
                invite = next(e for e in events if e.get("state_key") == caller.user_id)
                rooms.append({"room_id": room_id, "membership": "invite", "invite": invite})
        async with self.syncing.db.read() as tx:
            data = await self.syncing.account_data.all(tx, caller.user_id)
        account_data = [
            {"type": datum.type, "content": msgspec.Raw(datum.content)}
            for datum in data
            if not datum.room_id
        ]
        there = await self.syncing.company.everybody(caller.user_id, Wish())
        return {
            "end": str(here),
            "rooms": rooms,
            "presence": _presence(there),
            "account_data": account_data,
        }

    async def room(self, caller: Caller, room_id: str, limit: int) -> dict[str, Any]:
        """Return one room as it may be seen (``GET /rooms/{roomId}/initialSync``)."""
        reading = self.syncing.building.reading
        room, visibility = await reading.access_readable(caller, room_id)
        until = min(self.syncing.log.applied, visibility.last_readable)
        ignored = await self.syncing.account_data.ignored(caller.user_id)
        choice = Choice(ignored=ignored)
        page = await reading.page(room_id, visibility, until, 0, limit, True, choice)
        events = page.events[::-1]
        start = events[0][0] - 1 if events else until
        bodies = await reading.dressed(caller, visibility, events)
        pieces = await reading.state(caller, room_id)
        async with self.syncing.db.read() as tx:
            data = await self.syncing.account_data.all(tx, caller.user_id)
        return {
            "room_id": room_id,
            "membership": room.state.membership(caller.user_id),
            "messages": {
                "chunk": [msgspec.Raw(with_room(body, room_id)) for body in bodies],
                "start": token(start),
                "end": token(until),
            },
            "state": [msgspec.Raw(with_room(body, room_id)) for _, _, body in pieces],
            "visibility": "private",
            "presence": _presence(await self.syncing.company.members(caller.user_id, room)),
            "receipts": [],
            "account_data": [
                {"type": datum.type, "content": msgspec.Raw(datum.content)}
                for datum in data
                if datum.room_id == room_id
            ],
        }


def _presence(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return presence as it was told of old: with the person in the content too."""
    return [
        {**event, "content": {**event["content"], "user_id": event["sender"]}} for event in events
    ]


def _wish(limit: int) -> Wish:
    chosen = Filter(room=RoomFilter(timeline=RoomEventFilter(limit=limit)))
    return Wish(chosen, of_device=False)
