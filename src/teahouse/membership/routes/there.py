"""Routes that tell who is in a room, and who was."""

from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.rooms.model.event import content_of
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.model.state import MEMBER
from teahouse.timeline.model import json_list, position
from teahouse.timeline.service.reading import Reading

ROOM = "/_matrix/client/v3/rooms/{room_id}"
MEMBERSHIPS = ("join", "invite", "leave", "ban", "knock")


def routes(reading: Reading) -> list[Route]:
    """Return the routes for the members of a room."""
    there = _There(reading)
    return [
        Route("GET", f"{ROOM}/members", there.members),
        Route("GET", f"{ROOM}/joined_members", there.joined_members),
    ]


class _There:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def members(self, request: Request) -> Response:
        room_id = request.path["room_id"]
        keep = _membership_filter(request)
        at = request.query_one("at")
        if at is not None:
            _, visibility = await self._reading.access_readable(request.caller, room_id)
            until = min(position(at), visibility.last_readable)
            pieces = await self._reading.state_at(room_id, until)
        else:
            pieces = await self._reading.state(request.caller, room_id)
        kept = [
            body
            for event_type, _, body in pieces
            if event_type == MEMBER and keep(str(content_of(body).get("membership")))
        ]
        bodies = self._reading.given(room_id, kept)
        return Response(200, b'{"chunk":' + json_list(bodies) + b"}")

    async def joined_members(self, request: Request) -> Response:
        room = await self._reading.rooms.room(request.path["room_id"])
        if not self._reading.has_there(request.caller, room):
            raise NotInRoom
        joined: dict[str, dict[str, str]] = {}
        for user_id in sorted(room.state.joined):
            content = room.state.content(MEMBER, user_id)
            shown = {
                "display_name": content.get("displayname"),
                "avatar_url": content.get("avatar_url"),
            }
            joined[user_id] = {key: value for key, value in shown.items() if value is not None}
        return json_response({"joined": joined})


class _Keep:
    def __init__(self, only: str | None, never: str | None) -> None:
        self._only, self._never = only, never

    def __call__(self, membership: str) -> bool:
        if self._only is None and self._never is None:
            return True
        if self._only is not None and membership == self._only:
            return True
        return self._never is not None and membership != self._never


def _membership_filter(request: Request) -> _Keep:
    only, never = request.query_one("membership"), request.query_one("not_membership")
    for value in (only, never):
        if value is not None and value not in MEMBERSHIPS:
            raise Invalid("membership must be join, invite, leave, ban or knock.")
    return _Keep(only, never)
