"""Operators' routes of the register, and what is published of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.disclosures import wire
from teahouse.disclosures.model import DisclosureBody, RequestAct
from teahouse.disclosures.service import Disclosures
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

PUBLIC = "/api/v1/disclosures"
DESK = "/api/v1/operator/disclosures"
ONE = f"{DESK}/{{request_id}}"
LOOKING = Limit("disclosures.figures", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "auditor")
ACTORS = ("owner", "registrar")


@dataclass(frozen=True)
class _Desk:
    disclosures: Disclosures

    async def figures(self, _request: Request) -> Response:
        return json_response(wire.DisclosureFiguresWire(await self.disclosures.published()))

    async def listed(self, request: Request) -> Response:
        found = await self.disclosures.listed(request.operator.operator_id)
        return json_response(wire.disclosures_wire(found))

    async def record(self, request: Request) -> Response:
        body = await request.struct(DisclosureBody)
        request_id = await self.disclosures.record(request.operator.operator_id, body)
        return json_response(wire.DisclosureRecordedWire(request_id), 201)

    async def propose(self, request: Request) -> Response:
        body = await request.struct(wire.ProposalBody)
        said = (body.given, body.accounts, body.approval)
        await self.disclosures.propose(*_which(request), *said)
        return empty()

    async def give(self, request: Request) -> Response:
        await request.ignored_body()
        await self.disclosures.give(*_which(request))
        return empty()

    def end(self, act: RequestAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await request.struct(wire.DisclosureReasonBody)
            await self.disclosures.end(*_which(request), act, body.reason)
            return empty()

        return handle


def routes(disclosures: Disclosures) -> list[Route]:
    """Return every route of the register."""
    desk, operator, why = _Desk(disclosures), Auth.OPERATOR, wire.DisclosureReasonBody
    return [
        Route(
            "GET", PUBLIC, desk.figures, auth=Auth.NONE, limit=LOOKING, answer=wire.DisclosureFiguresWire,
            summary="How often authorities asked for data, by year and country",
        ),
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.DisclosuresWire,
            summary="The register of authorities' requests for data, the newest first",
        ),
        Route(
            "POST", DESK, desk.record, auth=operator, allow=ACTORS, body=DisclosureBody,
            answer=wire.DisclosureRecordedWire, status=201,
            summary="Write down what an authority asked for",
        ),
        Route(
            "POST", f"{ONE}/propose", desk.propose, auth=operator, allow=ACTORS,
            body=wire.ProposalBody, summary="Say what would be given; a second operator gives it",
        ),
        Route(
            "POST", f"{ONE}/give", desk.give, auth=operator, allow=ACTORS,
            summary="Agree, as the second operator, that it is given as proposed",
        ),
        Route(
            "POST", f"{ONE}/refuse", desk.end(RequestAct.REFUSE), auth=operator, allow=ACTORS,
            body=why, summary="Refuse it, with the reason",
        ),
        Route(
            "POST", f"{ONE}/withdraw", desk.end(RequestAct.WITHDRAW), auth=operator, allow=ACTORS,
            body=why, summary="Note that whoever asked took it back",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["request_id"]
