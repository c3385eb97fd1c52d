"""The calls of before ``/sync``: ``/events``, ``/initialSync`` and a room's ``/initialSync``.

Deprecated since r0, still asked for by old clients and by tools that test servers.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accountdata.model import Filter, RoomEventFilter, RoomFilter
from teahouse.directory.service import Directory
from teahouse.infra.http.caller import Caller
from teahouse.receipts.model import contents
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room
from teahouse.sync.model import Token, Wish
from teahouse.sync.service.syncing import Syncing
from teahouse.timeline.model import NoSuchEvent, token

MESSAGES_MAX = 100
EVENTS_MAX = 1_000


@dataclass(frozen=True)
class Legacy:
    """Old calls, answered from what ``/sync`` knows."""

    syncing: Syncing
    directory: Directory

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

    async def peek(
        self, caller: Caller, room_id: str, since: Token, timeout_ms: int
    ) -> dict[str, Any]:
        """Return what happened in one room that may be read (``GET /events?room_id=``).

        Raises ``NotInRoom``.
        """
        reading, log = self.syncing.building.reading, self.syncing.log
        deadline = self.syncing.clock.monotonic() + timeout_ms / 1000
        ignored = await self.syncing.account_data.ignored(caller.user_id)
        choice = Choice(ignored=ignored)
        while True:
            room, visibility = await reading.access_readable(caller, room_id)
            here = self.syncing.here(since)
            page = await reading.page(
                room_id, visibility, since.pos, here.pos, EVENTS_MAX, False, choice
            )
            left = deadline - self.syncing.clock.monotonic()
            if page.events or left <= 0 or self.syncing.hub.closed:
                break
            await self.syncing.hub.wait_at(
                room.state.room_id, caller, left, lambda at=here.pos: log.applied > at
            )
        end = here if page.end is None else msgspec.structs.replace(here, pos=page.end)
        bodies = await reading.dressed(caller, visibility, page.events)
        chunk = [msgspec.Raw(body) for body in reading.given(room_id, bodies)]
        return {"chunk": chunk, "start": str(since), "end": str(end)}

    async def event(self, caller: Caller, event_id: str) -> bytes:
        """Return an event of whichever room it is in. Raises ``NoSuchEvent``."""
        reading = self.syncing.building.reading
        async with self.syncing.db.read() as tx:
            found = await reading.events_by_id(tx, [event_id])
        if event_id not in found:
            raise NoSuchEvent
        room_id = found[event_id][1].room_id
        visibility = await reading.access_event(caller, room_id, event_id)
        bodies = await reading.dressed(caller, visibility, [found[event_id]])
        return reading.given(room_id, bodies)[0]

    async def initial(self, caller: Caller, limit: int, archived: bool) -> dict[str, Any]:
        """Return every room that the caller has to do with (``GET /initialSync``).

        ``archived``: those that the caller is out of as well.
        """
        here = self.syncing.here(None)
        memberships = await self.syncing.rooms.memberships(caller.user_id)
        rooms: list[dict[str, Any]] = []
        for room_id, what in memberships.items():
            if what.membership == "join":
                rooms.append(await self.room(caller, room_id, limit))
            elif what.membership == "invite":
                if not await self.syncing.keeps_away(caller.user_id, what):
                    rooms.append(await self._invited(caller, room_id))
            elif archived and what.membership in ("leave", "ban"):
                with suppress(NotInRoom):  # they were never in, or have forgotten it
                    rooms.append(await self.room(caller, room_id, limit))
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

    async def _invited(self, caller: Caller, room_id: str) -> dict[str, Any]:
        room = await self.syncing.rooms.room(room_id)
        stated = room.state.get(MEMBER, caller.user_id)
        assert stated is not None, "an invitation is in the room's state"
        [invite] = self.syncing.building.reading.given(room_id, [stated.body])
        return {"room_id": room_id, "membership": "invite", "invite": msgspec.Raw(invite)}

    async def _receipts(self, caller: Caller, room: Room) -> list[dict[str, Any]]:
        """Return how far the members of a room have read, for one of them."""
        if caller.user_id not in room.state.joined:
            return []
        room_id = room.state.room_id
        held = await self.syncing.building.receipts.of_room(room_id)
        told = contents((one.receipt for one in held.values()), caller.user_id)
        return [{"type": "m.receipt", "room_id": room_id, "content": one} for one in told]

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
        listed = await self.directory.is_listed(room_id)
        shown = reading.given(room_id, bodies)
        state = reading.given(room_id, (body for _, _, body in pieces))
        return {
            "room_id": room_id,
            "membership": room.state.membership(caller.user_id),
            "messages": {
                "chunk": [msgspec.Raw(body) for body in shown],
                "start": token(start),
                "end": token(until),
            },
            "state": [msgspec.Raw(body) for body in state],
            "visibility": "public" if listed else "private",
            "presence": _presence(await self.syncing.company.members(caller.user_id, room)),
            "receipts": await self._receipts(caller, room),
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
