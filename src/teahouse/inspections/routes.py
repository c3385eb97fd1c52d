"""Visits, for the operators who let inspectors in; and an inspector's own."""

from collections.abc import Sequence

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.inspections import wire
from teahouse.inspections.model import INSPECTOR, Visit, VisitRegister, VisitWanted
from teahouse.inspections.service import Inspections

BASE = "/api/v1/operator/inspections"
MINE = f"{BASE}/mine"
READERS = ("owner", "moderator", "auditor")
OWNERS = ("owner",)
SECONDS = ("owner", "moderator", "auditor")


def routes(inspections: Inspections, registers: Sequence[VisitRegister]) -> list[Route]:
    """Return the routes of this domain."""
    return [*_looking(inspections, registers), *_letting_in(inspections)]


def _told(inspections: Inspections, found: Visit, status: int = 200) -> Response:
    return json_response(wire.visit_wire(found, inspections.clock.now()), status)


def _looking(inspections: Inspections, registers: Sequence[VisitRegister]) -> list[Route]:
    async def listed(_request: Request) -> Response:
        now = inspections.clock.now()
        found = [wire.visit_wire(one, now) for one in await inspections.visits()]
        return json_response(wire.visits_wire(found, registers))

    async def mine(request: Request) -> Response:
        now = inspections.clock.now()
        own = await inspections.own(request.operator.operator_id)
        told = [wire.visit_wire(one, now) for one in own]
        return json_response(wire.visits_wire(told, registers))

    async def looks(request: Request) -> Response:
        found = await inspections.looks(request.path["visit_id"])
        return json_response(wire.LooksWire([wire.look_wire(one) for one in found]))

    return [
        Route(
            "GET", BASE, listed, auth=Auth.OPERATOR, allow=READERS, answer=wire.VisitsWire,
            summary="Visits of inspectors",
        ),
        Route(
            "GET", MINE, mine, auth=Auth.OPERATOR, allow=(*OWNERS, INSPECTOR), answer=wire.VisitsWire,
            summary="An inspector's own visits, and what may be read in each",
        ),
        Route(
            "GET", f"{BASE}/{{visit_id}}/looks", looks, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.LooksWire, summary="What an inspector looked at, the newest first",
        ),
    ]  # fmt: skip


def _letting_in(inspections: Inspections) -> list[Route]:
    async def ask(request: Request) -> Response:
        wanted = await request.struct(VisitWanted)
        made = await inspections.ask(request.operator.operator_id, wanted)
        return _told(inspections, made, 201)

    async def agree(request: Request) -> Response:
        await request.ignored_body()
        who, visit_id = request.operator.operator_id, request.path["visit_id"]
        return _told(inspections, await inspections.agree(who, visit_id))

    async def end(request: Request) -> Response:
        await request.ignored_body()
        who, visit_id = request.operator.operator_id, request.path["visit_id"]
        return _told(inspections, await inspections.end(who, visit_id))

    one = f"{BASE}/{{visit_id}}"
    return [
        Route(
            "POST", BASE, ask, auth=Auth.OPERATOR, allow=OWNERS, body=VisitWanted, status=201,
            answer=wire.VisitWire, summary="Ask, as the first person, to let an inspector in",
        ),
        Route(
            "POST", f"{one}/agree", agree, auth=Auth.OPERATOR, allow=SECONDS,
            answer=wire.VisitWire, summary="Agree to a visit as the second person",
        ),
        Route(
            "POST", f"{one}/end", end, auth=Auth.OPERATOR, allow=OWNERS,
            answer=wire.VisitWire, summary="End a visit before its time",
        ),
    ]  # fmt: skip
