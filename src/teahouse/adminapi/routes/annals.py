"""What was said in rooms, as Synapse's tools ask for it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.adminapi.model import ACTORS, READERS
from teahouse.adminapi.routes.asking import V1, direction, guarded
from teahouse.adminapi.service import AdminApi
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.operators.model import Role
from teahouse.rooms.model.event import with_room
from teahouse.spaces.model import DEPTH_MAX, ROOMS_PER_PAGE_DEFAULT, ROOMS_PER_PAGE_MAX, Walk
from teahouse.timeline.model import CONTEXT_MAX, Placed, token

AROUND_DEFAULT = 10
TS_MAX = 2**53 - 1


@dataclass(frozen=True, repr=False)
class _Annals:
    api: AdminApi

    async def event(self, request: Request, actor: str) -> Response:
        """Show an event of any room."""
        found = await self.api.annals.event(actor, request.path["event_id"])
        return json_response({"event": _out(found)})

    async def near(self, request: Request, actor: str) -> Response:
        """Tell which event is nearest to a time."""
        room_id, ts = request.path["room_id"], request.query_int("ts", 0, 0, TS_MAX)
        backwards = direction(request) == "b"
        _, event = await self.api.annals.near(actor, room_id, ts, backwards)
        return json_response({"event_id": event.event_id, "origin_server_ts": event.ts})

    async def around(self, request: Request, actor: str) -> Response:
        """Show an event, and what was said around it."""
        room_id, event_id = request.path["room_id"], request.path["event_id"]
        limit = request.query_int("limit", AROUND_DEFAULT, 0, CONTEXT_MAX)
        found = await self.api.annals.around(actor, room_id, event_id, limit)
        before, after, pos = found.before, found.after, found.event[0]
        first = before.events[-1][0] if before.events else pos
        last = after.events[-1][0] if after.events else pos
        state, _ = await self.api.halls.look(actor, room_id)
        bodies = [msgspec.Raw(with_room(one.body, room_id)) for one in state.events.values()]
        told: dict[str, Any] = {
            "event": _out(found.event),
            "events_before": [_out(one) for one in before.events],
            "events_after": [_out(one) for one in after.events],
            "state": bodies,
            "start": token(first - 1 if before.end is None else before.end),
            "end": token(last if after.end is None else after.end),
        }
        return json_response(told)

    async def hierarchy(self, request: Request, actor: str) -> Response:
        """List the rooms in a space."""
        room_id = request.path["room_id"]
        limit = request.query_int("limit", ROOMS_PER_PAGE_DEFAULT, 1, ROOMS_PER_PAGE_MAX)
        walk = Walk(request.query_int("max_depth", DEPTH_MAX, 0, DEPTH_MAX))
        place = request.query_one("from")
        await self.api.halls.look(actor, room_id)
        rooms, end = await self.api.spaces.hierarchy(
            None, room_id, walk if place is None else walk.going_on(place), limit
        )
        return json_response({"rooms": rooms} | ({} if end is None else {"next_batch": end}))

    async def extremities(self, request: Request, _actor: str) -> Response:
        """Tell where a room goes on: at its newest event, as there is one order."""
        pos, event = await self.api.annals.newest(request.path["room_id"])
        one = {
            "event_id": event.event_id,
            "state_group": pos,
            "depth": pos,
            "received_ts": event.ts,
        }
        return json_response({"count": 1, "results": [one]})

    async def files(self, request: Request, actor: str) -> Response:
        """List the files that a room's events name."""
        ours, others = await self.api.annals.files(actor, request.path["room_id"])
        local = [self.api.files.media.uri(one) for one in ours]
        return json_response({"local": local, "remote": others, "total": len(local)})

    async def quarantine(self, request: Request, actor: str) -> Response:
        """Serve the files that a room's events name no more."""
        await request.ignored_body()
        ours, _ = await self.api.annals.files(actor, request.path["room_id"])
        count = await self.api.files.quarantine_all(actor, ours)
        return json_response({"num_quarantined": count})

    async def quarantine_of(self, request: Request, actor: str) -> Response:
        """Serve nothing of somebody any more."""
        await request.ignored_body()
        account = await self.api.people.target(request.path["user_id"])
        count = await self.api.files.quarantine_of(actor, account.account_id)
        return json_response({"num_quarantined": count})

    async def largest(self, _request: Request, _actor: str) -> Response:
        """Tell which rooms are largest."""
        found = await self.api.annals.largest()
        rows = [{"room_id": room_id, "estimated_size": size} for room_id, size in found]
        return json_response({"rooms": rows})


def _out(placed: Placed) -> msgspec.Raw:
    return msgspec.Raw(with_room(placed[1].body, placed[1].room_id))


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for what was said."""
    annals = _Annals(api)
    room = f"{V1}/rooms/{{room_id}}"
    table: list[tuple[str, str, frozenset[Role], Any]] = [
        ("GET", f"{V1}/fetch_event/{{event_id}}", ACTORS, annals.event),
        ("GET", f"{room}/timestamp_to_event", ACTORS, annals.near),
        ("GET", f"{room}/context/{{event_id}}", ACTORS, annals.around),
        ("GET", f"{room}/hierarchy", READERS, annals.hierarchy),
        ("GET", f"{room}/forward_extremities", READERS, annals.extremities),
        ("GET", f"{V1}/room/{{room_id}}/media", ACTORS, annals.files),
        ("POST", f"{V1}/room/{{room_id}}/media/quarantine", ACTORS, annals.quarantine),
        ("POST", f"{V1}/user/{{user_id}}/media/quarantine", ACTORS, annals.quarantine_of),
        ("GET", f"{V1}/statistics/database/rooms", READERS, annals.largest),
    ]
    return [
        Route(method, path, guarded(api, allowed, asked)) for method, path, allowed, asked in table
    ]
