"""Matrix's calls that report; one's own reports; the operators' desk."""

from dataclasses import dataclass

import msgspec

from teahouse.complaints import wire
from teahouse.complaints.service import Complaints
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.rooms.model.event import with_room

V3 = "/_matrix/client/v3"
MINE = "/api/v1/complaints"
DESK = "/api/v1/operator/complaints"
REPORTING = Limit("complaints", per_minute=10, burst=20)
READERS = ("owner", "moderator", "auditor")
DECIDERS = ("owner", "moderator")


@dataclass(frozen=True)
class _People:
    complaints: Complaints

    async def event(self, request: Request) -> Response:
        """Report an event."""
        body = await request.struct(wire.EventBody)
        room_id, event_id = request.path["room_id"], request.path["event_id"]
        said = (body.reason or "", body.category)
        await self.complaints.of_event(request.caller, room_id, event_id, *said)
        return empty()

    async def room(self, request: Request) -> Response:
        """Report a room."""
        body = await request.struct(wire.ReasonBody)
        said = (body.reason, body.category)
        await self.complaints.of_room(request.caller, request.path["room_id"], *said)
        return empty()

    async def user(self, request: Request) -> Response:
        """Report somebody."""
        body = await request.struct(wire.ReasonBody)
        said = (body.reason, body.category)
        await self.complaints.of_user(request.caller, request.path["user_id"], *said)
        return empty()

    async def own(self, request: Request) -> Response:
        """Return what one has reported."""
        found = await self.complaints.own(request.caller.account_id)
        return json_response(wire.OwnComplaintsWire([wire.own_wire(one) for one in found]))


@dataclass(frozen=True)
class _Desk:
    complaints: Complaints

    async def listed(self, request: Request) -> Response:
        """Return reports."""
        decided, after = request.query_flag("decided"), request.query_one("after") or ""
        found = await self.complaints.listed(decided, after)
        return json_response(wire.ComplaintsWire(list(found)))

    async def look(self, request: Request) -> Response:
        """Return a report, and what it is about."""
        one, event = await self.complaints.look(
            request.operator.operator_id, request.path["complaint_id"]
        )
        told = None
        if event is not None:
            told = msgspec.json.decode(with_room(event.body, event.room_id))
        return json_response(wire.ComplaintDetailWire(wire.complaint_wire(one), told))

    async def decide(self, request: Request) -> Response:
        """Decide a report."""
        body = await request.struct(wire.DecisionBody)
        decided = await self.complaints.decide(
            request.operator.operator_id, request.path["complaint_id"], body.outcome, body.answer
        )
        return json_response(wire.complaint_wire(decided))


def routes(complaints: Complaints) -> list[Route]:
    """Return these routes."""
    people, desk = _People(complaints), _Desk(complaints)
    room = f"{V3}/rooms/{{room_id}}/report"
    return [
        Route("POST", room, people.room, limit=REPORTING),
        Route("POST", f"{room}/{{event_id}}", people.event, limit=REPORTING),
        Route("POST", f"{V3}/users/{{user_id}}/report", people.user, limit=REPORTING),
        Route(
            "GET", MINE, people.own, answer=wire.OwnComplaintsWire,
            summary="What one has reported, and what was decided",
        ),
        Route(
            "GET", DESK, desk.listed, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.ComplaintsWire,
            summary="Reports that wait; `decided=true`: those decided; `after` an id: more",
        ),
        Route(
            "GET", f"{DESK}/{{complaint_id}}", desk.look, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.ComplaintDetailWire, summary="A report, and what it is about as it is now",
        ),
        Route(
            "POST", f"{DESK}/{{complaint_id}}/decide", desk.decide, auth=Auth.OPERATOR,
            allow=DECIDERS, body=wire.DecisionBody, answer=wire.ComplaintWire,
            summary="Decide a report, with words for whoever made it",
        ),
    ]  # fmt: skip
