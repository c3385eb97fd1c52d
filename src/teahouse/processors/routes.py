"""Operators' routes of the register, and what everybody may read of it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from teahouse.infra.egress.ways import PASSAGES, Way
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.processors import wire
from teahouse.processors.model.register import (
    Clearing,
    HandingBody,
    ProcessorAct,
    ProcessorBody,
    holds_back,
)
from teahouse.processors.service.offboarding import Offboarding
from teahouse.processors.service.processors import Processors

PUBLIC = "/api/v1/processors"
DESK = "/api/v1/operator/processors"
ONE = f"{DESK}/{{processor_id}}"
RECORDS = "/api/v1/operator/providings"
LOOKING = Limit("processors.receivers", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "auditor")
ACTORS = ("owner", "registrar")
DAYS_SHOWN = 90

# Where the configuration sends something now.
Destinations = Callable[[], Iterable[tuple[Way, str]]]


@dataclass(frozen=True)
class _Desk:
    processors: Processors
    offboarding: Offboarding
    destinations: Destinations

    async def receivers(self, _request: Request) -> Response:
        found = await self.processors.all()
        return json_response(wire.receivers_wire(found, self.processors.guarding.today()))

    async def listed(self, _request: Request) -> Response:
        found, guarding = await self.processors.all(), self.processors.guarding
        mode = guarding.config.registers_enforce
        to: list[wire.DestinationWire] = []
        for way, host in self.destinations():
            passage, fitting = PASSAGES[way], guarding.fit(way, host)
            personal = passage.personal
            held = personal and not passage.essential and holds_back(mode, fitting[0])
            to.append(wire.destination_wire(way.value, host, fitting, personal=personal, held=held))
        keys = await self.processors.keys()
        return json_response(wire.processors_wire(mode, found, keys, to, guarding.today()))

    async def records(self, _request: Request) -> Response:
        days, handings = await self.processors.records(DAYS_SHOWN)
        return json_response(wire.ProvidingsWire(days=list(days), handings=list(handings)))

    async def propose(self, request: Request) -> Response:
        body = await request.struct(ProcessorBody)
        await self.processors.propose(request.operator.operator_id, body)
        return empty()

    async def hand(self, request: Request) -> Response:
        body = await request.struct(HandingBody)
        handing_id = await self.processors.hand(*_which(request), body)
        return json_response(wire.HandedWire(handing_id), 201)

    async def clear(self, request: Request) -> Response:
        body = await request.struct(Clearing)
        await self.offboarding.clear(*_which(request), body)
        return empty()

    async def proof(self, request: Request) -> Response:
        return json_response(await self.offboarding.proof(*_which(request)))

    def go(self, act: ProcessorAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            await request.ignored_body()
            await self.processors.act(*_which(request), act)
            return empty()

        return handle

    def end(self, act: ProcessorAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await request.struct(wire.ProcessorReasonBody)
            await self.processors.act(*_which(request), act, body.reason)
            return empty()

        return handle


def routes(
    processors: Processors, offboarding: Offboarding, destinations: Destinations
) -> list[Route]:
    """Return every route of the register."""
    desk, operator, why = (
        _Desk(processors, offboarding, destinations),
        Auth.OPERATOR,
        wire.ProcessorReasonBody,
    )
    return [
        Route(
            "GET", PUBLIC, desk.receivers, auth=Auth.NONE, limit=LOOKING, answer=wire.ReceiversWire,
            summary="Who is given personal data by this house, what, and what for",
        ),
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.ProcessorsWire,
            summary="Processors, and where the configuration sends anything",
        ),
        Route(
            "POST", DESK, desk.propose, auth=operator, allow=ACTORS, body=ProcessorBody,
            summary="Propose a processor",
        ),
        Route(
            "POST", f"{ONE}/agree", desk.go(ProcessorAct.AGREE), auth=operator, allow=ACTORS,
            summary="Agree to a processor that somebody else proposed",
        ),
        Route(
            "POST", f"{ONE}/start", desk.go(ProcessorAct.START), auth=operator, allow=ACTORS,
            summary="Bring a processor into use: from now on data may go there",
        ),
        Route(
            "POST", f"{ONE}/end", desk.end(ProcessorAct.END), auth=operator, allow=ACTORS, body=why,
            summary="End a processor: nothing goes there any more",
        ),
        Route(
            "POST", f"{ONE}/drop", desk.end(ProcessorAct.DROP), auth=operator, allow=ACTORS,
            body=why, summary="Drop a processor before anything went there",
        ),
        Route(
            "POST", f"{ONE}/clear", desk.clear, auth=operator, allow=ACTORS, body=Clearing,
            summary="Destroy an ended processor's key, and record what became of the data",
        ),
        Route(
            "GET", f"{ONE}/proof", desk.proof, auth=operator, allow=READERS,
            answer=wire.ProcessorProofWire, summary="The signed proof of a processor's end",
        ),
        Route(
            "POST", f"{ONE}/handings", desk.hand, auth=operator, allow=ACTORS, body=HandingBody,
            answer=wire.HandedWire, status=201, summary="Record data that is handed over by hand",
        ),
        Route(
            "GET", RECORDS, desk.records, auth=operator, allow=READERS, answer=wire.ProvidingsWire,
            summary="What was handed on in ninety days: counts by the day, and acts",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["processor_id"]
