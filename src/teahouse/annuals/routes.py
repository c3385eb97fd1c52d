"""Operators' routes of yearly reports, and what everybody may read of them."""

from dataclasses import dataclass

from teahouse.annuals import wire
from teahouse.annuals.model.procedure import AnnualAct
from teahouse.annuals.model.report import markdown
from teahouse.annuals.service import Annuals
from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

PUBLIC = "/api/v1/annual-reports"
DESK = "/api/v1/operator/annuals"
ONE = f"{DESK}/{{report_id}}"
ADVICE = "/api/v1/operator/advice"
LOOKING = Limit("annuals.published", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "moderator", "auditor")
WRITERS = ("owner", "registrar")
OWNER = ("owner",)
AUDITOR = ("auditor",)
LANGS = ("zh", "en")
MARKDOWN = b"text/markdown; charset=utf-8"


@dataclass(frozen=True)
class _Desk:
    annuals: Annuals

    async def listed(self, _request: Request) -> Response:
        found, advice = await self.annuals.all(), await self.annuals.advice()
        return json_response(wire.annuals_wire(found, advice))

    async def draft(self, request: Request) -> Response:
        body = await request.struct(wire.AnnualBody)
        made = await self.annuals.draft(request.operator.operator_id, body.kind, body.year)
        return json_response(wire.annual_wire(made), 201)

    async def write(self, request: Request) -> Response:
        body = await request.struct(wire.AnnualTextsBody)
        return json_response(
            wire.annual_wire(await self.annuals.write(*_which(request), body.texts))
        )

    async def act(self, request: Request) -> Response:
        body = await request.struct(wire.AnnualActBody)
        if body.act not in {one.value for one in AnnualAct}:
            raise Invalid("There is no such step.")
        moved = await self.annuals.act(*_which(request), AnnualAct(body.act))
        return json_response(wire.annual_wire(moved))

    async def advise(self, request: Request) -> Response:
        body = await request.struct(wire.AdviceBody)
        made = await self.annuals.advise(request.operator.operator_id, body.text)
        (told,) = wire.advice_wire([made])
        return json_response(told, 201)

    async def answer(self, request: Request) -> Response:
        body = await request.struct(wire.AdviceBody)
        actor, advice_id = request.operator.operator_id, request.path["advice_id"]
        await self.annuals.answer(actor, advice_id, body.text)
        return empty()


@dataclass(frozen=True)
class _Public:
    annuals: Annuals

    async def listed(self, _request: Request) -> Response:
        found, advice = await self.annuals.public(), await self.annuals.advice()
        return json_response(wire.published_wire(found, advice))

    async def document(self, request: Request) -> Response:
        return json_response(await self.annuals.document(request.path["report_id"]))

    async def text(self, request: Request) -> Response:
        lang = request.query_one("lang") or "zh"
        if lang not in LANGS:
            raise Invalid("lang is zh or en.")
        told = await self.annuals.document(request.path["report_id"])
        return Response(200, markdown(told, lang).encode(), MARKDOWN)


def routes(annuals: Annuals) -> list[Route]:
    """Return every route of yearly reports."""
    return [*_desk_routes(_Desk(annuals)), *_public_routes(_Public(annuals))]


def _desk_routes(desk: _Desk) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.AnnualsWire,
            summary="Yearly reports, and what the independent board recommends",
        ),
        Route(
            "POST", DESK, desk.draft, auth=operator, allow=WRITERS, body=wire.AnnualBody,
            answer=wire.AnnualWire, status=201,
            summary="Begin a yearly report with the figures of the moment",
        ),
        Route(
            "PUT", ONE, desk.write, auth=operator, allow=WRITERS, body=wire.AnnualTextsBody,
            answer=wire.AnnualWire, summary="Write a draft's texts; figures are counted anew",
        ),
        Route(
            "POST", f"{ONE}/acts", desk.act, auth=operator, allow=WRITERS,
            body=wire.AnnualActBody, answer=wire.AnnualWire,
            summary="Ask for a report to be published, publish, return or withdraw it",
        ),
        Route(
            "POST", ADVICE, desk.advise, auth=operator, allow=AUDITOR, body=wire.AdviceBody,
            answer=wire.AdviceWire, status=201,
            summary="Recommend something to the house, in public",
        ),
        Route(
            "POST", f"{ADVICE}/{{advice_id}}/answer", desk.answer, auth=operator, allow=OWNER,
            body=wire.AdviceBody, summary="Answer a recommendation, in public",
        ),
    ]  # fmt: skip


def _public_routes(public: _Public) -> list[Route]:
    anybody = Auth.NONE
    return [
        Route(
            "GET", PUBLIC, public.listed, auth=anybody, limit=LOOKING,
            answer=wire.PublishedAnnuals,
            summary="Published yearly reports, and what was recommended and answered",
        ),
        Route(
            "GET", f"{PUBLIC}/{{report_id}}", public.document, auth=anybody, limit=LOOKING,
            summary="A published report as it was signed",
        ),
        Route(
            "GET", f"{PUBLIC}/{{report_id}}/text", public.text, auth=anybody, limit=LOOKING,
            summary="A published report as Markdown; `lang` is zh or en",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["report_id"]
