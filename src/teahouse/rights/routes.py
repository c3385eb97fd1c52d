"""The routes of rights: what is held, exports and requests, for people; the desk, for operators."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.rights import wire
from teahouse.rights.model.holdings import Whose
from teahouse.rights.service.erasures import Erasures
from teahouse.rights.service.exporting import Exporting
from teahouse.rights.service.requests import Filing, Requests

MINE, DESK = "/api/v1/account", "/api/v1/operator"
HELD = Limit("rights.held", per_minute=10, burst=10)
EXPORTS = Limit("rights.exports", per_minute=10, burst=10)
FILING = Limit("rights.file", per_minute=2, burst=5, by="address")
LOOKING = Limit("rights.look", per_minute=20, burst=20, by="address")
READERS = ("owner", "registrar", "moderator", "auditor")
ANSWERERS = ("owner", "moderator")
ZIP = b"application/zip"


@dataclass(frozen=True)
class _Own:
    exporting: Exporting
    requests: Requests

    async def held(self, request: Request) -> Response:
        """Return what is held of the caller."""
        caller = request.caller
        whose = Whose(caller.account_id, caller.user_id, caller.account_class)
        return json_response(wire.held_wire(await self.exporting.held(whose)))

    async def exports(self, request: Request) -> Response:
        """Return the caller's exports."""
        found = await self.exporting.exports(request.caller.account_id)
        return json_response(wire.exports_wire(found))

    async def ask(self, request: Request) -> Response:
        """Ask for an export."""
        body = await request.struct(wire.ExportBody)
        export_id = await self.exporting.ask(request.caller, body.policy_version, body.lang)
        return json_response(wire.ExportAsked(export_id), 202)

    async def download(self, request: Request) -> Response:
        """Return an export's bytes."""
        chunks = await self.exporting.read(request.caller, request.path["export_id"])
        name = b'attachment; filename="teahouse-export.zip"'
        headers = ((b"content-disposition", name), (b"cache-control", b"no-store"))
        return Response(200, content_type=ZIP, headers=headers, chunks=chunks)

    async def filed(self, request: Request) -> Response:
        """Return the caller's requests."""
        now = self.requests.clock.now()
        found = await self.requests.own(request.caller.account_id)
        return json_response(wire.RequestsWire([wire.request_wire(one, now) for one in found]))


@dataclass(frozen=True)
class _Open:
    requests: Requests

    async def file(self, request: Request) -> Response:
        """Keep a request of anybody's."""
        body = await request.struct(wire.RequestBody)
        filing = Filing(body.kind, body.text, body.contact, body.lang, body.policy_version)
        reference, filed = await self.requests.file(request.caller_if_any, filing)
        told = wire.request_wire(filed, self.requests.clock.now())
        return json_response(wire.RequestFiled(reference, told), 201)

    async def look(self, request: Request) -> Response:
        """Return the request of a reference."""
        filed = await self.requests.by_reference(request.path["reference"])
        return json_response(wire.request_wire(filed, self.requests.clock.now()))

    async def figures(self, _request: Request) -> Response:
        """Return how requests are dealt with."""
        return json_response(wire.figures_wire(await self.requests.figures()))


@dataclass(frozen=True)
class _Desk:
    requests: Requests
    erasures: Erasures

    async def listed(self, request: Request) -> Response:
        """Return requests that are open, or answered."""
        now, answered = self.requests.clock.now(), request.query_flag("answered")
        found = await self.requests.listed(request.operator, not answered)
        told = [wire.operator_request_wire(one, now) for one in found]
        return json_response(wire.OperatorRequestsWire(told))

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        body = await request.struct(wire.AnswerBody)
        filed = await self.requests.answer(
            request.operator, request.path["request_id"], body.outcome, body.reasons
        )
        return json_response(wire.operator_request_wire(filed, self.requests.clock.now()))

    async def gone(self, _request: Request) -> Response:
        """Return whether erasures happened."""
        found = await self.erasures.listed()
        told = [wire.ErasureWire(one.account_id, *one[2:]) for one in found]  # not whose name
        return json_response(wire.ErasuresWire(told))


def routes(exporting: Exporting, requests: Requests, erasures: Erasures) -> list[Route]:
    """Return the routes of this domain."""
    return [
        *_own_routes(_Own(exporting, requests)),
        *_open_routes(_Open(requests)),
        *_desk_routes(_Desk(requests, erasures)),
    ]


def _own_routes(own: _Own) -> list[Route]:
    return [
        Route(
            "GET", f"{MINE}/held", own.held, limit=HELD, answer=wire.HeldListWire,
            summary="What is held of you: kinds, counts, and when the last came",
        ),
        Route(
            "GET", f"{MINE}/exports", own.exports, answer=wire.ExportsWire,
            summary="Your exports, newest first",
        ),
        Route(
            "POST", f"{MINE}/exports", own.ask, limit=EXPORTS, body=wire.ExportBody,
            answer=wire.ExportAsked, status=202, summary="Ask for a copy of your data",
        ),
        Route(
            "GET", f"{MINE}/exports/{{export_id}}/file", own.download, limit=EXPORTS,
            summary="Your copy, as a ZIP; for who has just shown who they are",
        ),
        Route(
            "GET", f"{MINE}/requests", own.filed, answer=wire.RequestsWire,
            summary="Your requests, newest first",
        ),
    ]  # fmt: skip


def _open_routes(anybody: _Open) -> list[Route]:
    return [
        Route(
            "POST", "/api/v1/requests", anybody.file, auth=Auth.OPTIONAL, limit=FILING,
            body=wire.RequestBody, answer=wire.RequestFiled, status=201,
            summary="Ask, complain or appeal, with an account or without",
        ),
        Route(
            "GET", "/api/v1/requests/figures", anybody.figures, auth=Auth.NONE, limit=LOOKING,
            answer=wire.FiguresWire, summary="How many requests are open, and how many late",
        ),
        Route(
            "GET", "/api/v1/requests/{reference}", anybody.look, auth=Auth.NONE, limit=LOOKING,
            answer=wire.RequestWire, summary="A request, by its reference",
        ),
    ]  # fmt: skip


def _desk_routes(desk: _Desk) -> list[Route]:
    return [
        Route(
            "GET", f"{DESK}/requests", desk.listed, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.OperatorRequestsWire, summary="Requests about personal data",
        ),
        Route(
            "POST", f"{DESK}/requests/{{request_id}}/answer", desk.answer, auth=Auth.OPERATOR,
            allow=ANSWERERS, body=wire.AnswerBody, answer=wire.OperatorRequestWire,
            summary="Answer a request, with reasons",
        ),
        Route(
            "GET", f"{DESK}/erasures", desk.gone, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.ErasuresWire, summary="Whether erasures happened in the back end",
        ),
    ]  # fmt: skip
