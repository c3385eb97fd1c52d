"""Rooms, as Synapse's tools ask for them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.adminapi import wire
from teahouse.adminapi.model import (
    ACTORS,
    READERS,
    Deletion,
    NotOffered,
    RoomWish,
    room_out,
)
from teahouse.adminapi.routes.asking import V1, V2, direction, flag, guarded, span
from teahouse.adminapi.service import AdminApi
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.operators.model import Role
from teahouse.rooms.model.event import with_room
from teahouse.timeline.model import LATEST, MESSAGES_MAX, position, token

MESSAGES_DEFAULT = 10


@dataclass(frozen=True, repr=False)
class _Halls:
    api: AdminApi

    async def listed(self, request: Request, actor: str) -> Response:
        """List rooms."""
        limit, offset = span(request)
        wish = RoomWish(
            term=request.query_one("search_term") or "",
            public=flag(request, "public_rooms"),
            empty=flag(request, "empty_rooms"),
            order=request.query_one("order_by") or "name",
            backwards=direction(request) == "b",
        )
        found = await self.api.halls.every(actor, wish)
        rows = found[offset : offset + limit]
        more = offset + len(rows)
        told: dict[str, Any] = {"rooms": rows, "offset": offset, "total_rooms": len(found)}
        if more < len(found):
            told["next_batch"] = more
        if offset:
            told["prev_batch"] = max(0, offset - limit)
        return json_response(told)

    async def one(self, request: Request, actor: str) -> Response:
        """Show a room."""
        state, listed = await self.api.halls.look(actor, request.path["room_id"])
        told = room_out(state, listed)
        told["topic"] = state.text("m.room.topic", "topic") or None
        told["avatar"] = state.text("m.room.avatar", "url") or None
        told["forgotten"] = not state.joined
        return json_response(told)

    async def members(self, request: Request, actor: str) -> Response:
        """List who is in a room."""
        state, _ = await self.api.halls.look(actor, request.path["room_id"])
        found = sorted(state.joined)
        return json_response({"members": found, "total": len(found)})

    async def state(self, request: Request, actor: str) -> Response:
        """Show what is set in a room."""
        state, _ = await self.api.halls.look(actor, request.path["room_id"])
        wanted = request.query_one("type")
        bodies = [
            msgspec.Raw(with_room(stated.body, state.room_id))
            for (event_type, _), stated in state.events.items()
            if wanted is None or event_type == wanted
        ]
        return json_response({"state": bodies})

    async def messages(self, request: Request, actor: str) -> Response:
        """Show what was said in a room."""
        backwards = direction(request) == "b"
        limit = request.query_int("limit", MESSAGES_DEFAULT, 1, MESSAGES_MAX)
        asked, room_id = request.query_one("from"), request.path["room_id"]
        start = position(asked) if asked else (LATEST if backwards else 0)
        events, end = await self.api.halls.read(actor, room_id, start, limit, backwards)
        told: dict[str, Any] = {
            "chunk": [msgspec.Raw(with_room(event.body, room_id)) for _, event in events],
            "start": asked or token(events[0][0] if events else 0),
        }
        if end is not None:
            told["end"] = token(end)
        return json_response(told)

    async def close(self, request: Request, actor: str) -> Response:
        """Have a room closed."""
        body = await request.struct(wire.CloseBody)
        if body.new_room_user_id:
            raise NotOffered
        delete_id = await self.api.halls.close(actor, request.path["room_id"], body.purge)
        return json_response({"delete_id": delete_id})

    async def blocked(self, request: Request, actor: str) -> Response:
        """Tell whether a room is closed."""
        room_id = request.path["room_id"]
        await self.api.halls.look(actor, room_id)
        return json_response({"block": await self.api.halls.is_closed(room_id)})

    async def tasks(self, _request: Request, _actor: str) -> Response:
        """List what is done by and by: rooms are closed."""
        rows = [_task_out(one) for one in await self.api.halls.tasks()]
        return json_response({"scheduled_tasks": rows})

    async def closing(self, request: Request, _actor: str) -> Response:
        """Tell how far the closing of a room is."""
        found = await self.api.halls.closing(request.path["delete_id"])
        return json_response(_closing_out(found))

    async def closings(self, request: Request, _actor: str) -> Response:
        """Tell of all closings of a room."""
        found = await self.api.halls.closings(request.path["room_id"])
        return json_response({"results": [_closing_out(one) for one in found]})


def _closing_out(found: Deletion) -> dict[str, Any]:
    return {
        "delete_id": found.delete_id,
        "room_id": found.room_id,
        "status": found.state,
        "shutdown_room": {
            "kicked_users": found.taken_out,
            "failed_to_kick_users": found.stayed,
            "local_aliases": found.aliases,
            "new_room_id": None,
        },
    }


def _task_out(found: Deletion) -> dict[str, Any]:
    states = {"complete": "complete", "failed": "failed", "scheduled": "scheduled"}
    return {
        "id": found.delete_id,
        "action": "shutdown_and_purge_room" if found.erases else "shutdown_room",
        "status": states.get(found.state, "active"),
        "timestamp_ms": int(found.asked_at.timestamp() * 1000),
        "resource_id": found.room_id,
    }


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for rooms."""
    halls = _Halls(api)
    room = f"{V1}/rooms/{{room_id}}"
    table: list[tuple[str, str, frozenset[Role], Any]] = [
        ("GET", f"{V1}/rooms", READERS, halls.listed),
        ("GET", room, READERS, halls.one),
        ("GET", f"{room}/members", READERS, halls.members),
        ("GET", f"{room}/state", ACTORS, halls.state),
        ("GET", f"{room}/messages", ACTORS, halls.messages),
        ("GET", f"{room}/block", READERS, halls.blocked),
        ("GET", f"{V1}/scheduled_tasks", READERS, halls.tasks),
        ("DELETE", f"{V2}/rooms/{{room_id}}", ACTORS, halls.close),
        ("GET", f"{V2}/rooms/delete_status/{{delete_id}}", READERS, halls.closing),
        ("GET", f"{V2}/rooms/{{room_id}}/delete_status", READERS, halls.closings),
    ]
    return [
        Route(method, path, guarded(api, allowed, asked)) for method, path, allowed, asked in table
    ]
