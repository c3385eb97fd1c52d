"""Operators' routes. Owners and registrars decide; everyone may read; all acts are audited."""

from teahouse.gate.model.policies import ANY
from teahouse.gate.model.queues import Line
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.waitlist.model import check_line
from teahouse.waitlist.service import Waitlist
from teahouse.waitlist.wire import (
    DoneWire,
    ExpireBody,
    LetInBody,
    LinesWire,
    PauseBody,
    PlacesWire,
)

WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/waitlist"
ONE = f"{BASE}/{{region}}/{{account_class}}"


def routes(waitlist: Waitlist) -> list[Route]:
    """Return the routes of the desk."""
    desk = waitlist.desk

    async def lines(_request: Request) -> Response:
        return json_response(LinesWire(await desk.lines()))

    async def people(request: Request) -> Response:
        operator_id = request.operator.operator_id
        line = _line(request, request.query_one("door") or ANY)
        return json_response(PlacesWire(await desk.people(operator_id, line)))

    async def let_in(request: Request) -> Response:
        body = await request.struct(LetInBody)
        operator_id = request.operator.operator_id
        line = _line(request, body.door)
        called = await desk.let_in(operator_id, line, body.count, body.reason)
        return json_response(DoneWire(called))

    async def expire(request: Request) -> Response:
        body = await request.struct(ExpireBody)
        operator_id = request.operator.operator_id
        line = _line(request, body.door)
        gone = await desk.expire(operator_id, line, body.joined_before, body.reason)
        return json_response(DoneWire(gone))

    async def pause(request: Request) -> Response:
        body = await request.struct(PauseBody)
        operator_id = request.operator.operator_id
        await desk.pause(operator_id, _line(request, body.door), body.paused, body.reason)
        return json_response({})

    return [
        Route(
            "GET", BASE, lines, auth=Auth.OPERATOR, allow=READERS,
            summary="The lines, with how many wait and for how long", answer=LinesWire,
        ),
        Route(
            "GET", f"{ONE}/places", people, auth=Auth.OPERATOR, allow=WRITERS,
            summary="The first of a line, their contacts masked", answer=PlacesWire,
        ),
        Route(
            "POST", f"{ONE}/let-in", let_in, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Let in the next of a line", body=LetInBody, answer=DoneWire,
        ),
        Route(
            "POST", f"{ONE}/expire", expire, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Take those off who have waited too long", body=ExpireBody, answer=DoneWire,
        ),
        Route(
            "POST", f"{ONE}/pause", pause, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Stop calling a line, or go on", body=PauseBody,
        ),
    ]  # fmt: skip


def _line(request: Request, door: str) -> Line:
    return check_line(request.path["region"], request.path["account_class"], door)
