"""Operators' routes of assessments."""

from dataclasses import dataclass

from teahouse.assessments import wire
from teahouse.assessments.model.assessment import (
    ANSWERS_FOR,
    AssessmentText,
    requires,
)
from teahouse.assessments.model.procedure import AssessmentAct
from teahouse.assessments.service import Assessments
from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/assessments"
ONE = f"{DESK}/{{assessment_id}}"
READERS = ("owner", "registrar", "moderator", "auditor")
WRITERS = ("owner", "registrar")
OWNER = ("owner",)


@dataclass(frozen=True)
class _Desk:
    assessments: Assessments

    async def shown(self, _request: Request) -> Response:
        config, found = self.assessments.config, await self.assessments.overview()
        kinds = ANSWERS_FOR[config.profile]
        told = wire.assessments_wire(found, required=requires(config), answers_for=kinds)
        return json_response(told)

    async def one(self, request: Request) -> Response:
        found = await self.assessments.whole(request.path["assessment_id"])
        return json_response(wire.detail_wire(found))

    async def draft(self, request: Request) -> Response:
        body = await request.struct(wire.AssessmentBody)
        actor = request.operator.operator_id
        made = await self.assessments.draft(actor, body.kind, body.feature, body.text)
        return json_response(wire.detail_wire(made), 201)

    async def rewrite(self, request: Request) -> Response:
        text = await request.struct(AssessmentText)
        return json_response(
            wire.detail_wire(await self.assessments.rewrite(*_which(request), text))
        )

    async def act(self, request: Request) -> Response:
        body = await request.struct(wire.AssessmentActBody)
        if body.act not in {one.value for one in AssessmentAct}:
            raise Invalid("There is no such step.")
        asked = (AssessmentAct(body.act), body.words, body.days)
        return json_response(wire.detail_wire(await self.assessments.act(*_which(request), *asked)))

    async def declare(self, request: Request) -> Response:
        body = await request.struct(wire.DeclarationBody)
        actor, name = request.operator.operator_id, request.path["name"]
        await self.assessments.declare(actor, name, body.holds, body.reason)
        return await self.shown(request)

    async def forget(self, request: Request) -> Response:
        await self.assessments.forget(*_which(request))
        return empty()


def routes(assessments: Assessments) -> list[Route]:
    """Return every route of assessments."""
    desk, operator, detail = _Desk(assessments), Auth.OPERATOR, wire.AssessmentDetailWire
    return [
        Route(
            "GET", DESK, desk.shown, auth=operator, allow=READERS, answer=wire.AssessmentsWire,
            summary="Risky features and their assessments, and what is due",
        ),
        Route(
            "POST", DESK, desk.draft, auth=operator, allow=WRITERS, body=wire.AssessmentBody,
            answer=detail, status=201, summary="Draft an assessment",
        ),
        Route(
            "PUT", f"{DESK}/declared/{{name}}", desk.declare, auth=operator, allow=OWNER,
            body=wire.DeclarationBody, answer=wire.AssessmentsWire,
            summary="Say of the house what brings a yearly assessment, such as important data",
        ),
        Route(
            "GET", ONE, desk.one, auth=operator, allow=READERS, answer=detail,
            summary="An assessment, with what was done with it",
        ),
        Route(
            "PUT", ONE, desk.rewrite, auth=operator, allow=WRITERS, body=AssessmentText,
            answer=detail, summary="Write a draft anew",
        ),
        Route(
            "POST", f"{ONE}/acts", desk.act, auth=operator, allow=WRITERS,
            body=wire.AssessmentActBody, answer=detail,
            summary="Have an assessment looked at, approve, refuse, return or withdraw it",
        ),
        Route(
            "DELETE", ONE, desk.forget, auth=operator, allow=OWNER,
            summary="Forget an assessment, three years after its end",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["assessment_id"]
