"""Regimes for everybody to read, tasks for whom they concern, and operators' decisions."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.regimes.model import Draft, Regime
from teahouse.regimes.service import Regimes
from teahouse.regimes.wire import AppealBody, AppealsWire, DecisionBody, RegimesWire, TasksWire

READING = Limit("regimes.read", per_minute=60, burst=60, by="address")
WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "auditor")


def routes(regimes: Regimes) -> list[Route]:
    """Return the routes of regimes and tasks."""
    return [*_public(regimes), *_tasks(regimes), *_operators(regimes)]


def _public(regimes: Regimes) -> list[Route]:
    async def published(_request: Request) -> Response:
        return json_response(RegimesWire(await regimes.published()))

    return [
        Route(
            "GET", "/api/v1/regimes", published, auth=Auth.NONE, limit=READING,
            answer=RegimesWire, summary="What new accounts have to show, every version",
        )
    ]  # fmt: skip


def _tasks(regimes: Regimes) -> list[Route]:
    async def tasks(request: Request) -> Response:
        return json_response(TasksWire(await regimes.tasks(request.caller)))

    async def appeal(request: Request) -> Response:
        body = await request.struct(AppealBody)
        await regimes.appeal(request.caller, body.words)
        return empty()

    return [
        Route(
            "GET", "/api/v1/tasks", tasks, answer=TasksWire,
            summary="What is asked of one, until when and why",
        ),
        Route(
            "POST", "/api/v1/tasks/realname/appeal", appeal, body=AppealBody,
            summary="Appeal against a task; until it is decided the date does not count",
        ),
    ]  # fmt: skip


def _operators(regimes: Regimes) -> list[Route]:
    base = "/api/v1/operator/regimes"

    async def publish(request: Request) -> Response:
        body = await request.struct(Draft)
        operator = request.operator
        regime = await regimes.publish(operator.operator_id, operator.name, body)
        return json_response(regime, 201)

    async def appeals(_request: Request) -> Response:
        return json_response(AppealsWire(await regimes.appeals()))

    async def decide(request: Request) -> Response:
        body = await request.struct(DecisionBody)
        actor, account_id = request.operator.operator_id, request.path["account_id"]
        await regimes.decide(actor, account_id, body.uphold, body.reason)
        return empty()

    return [
        Route(
            "POST", base, publish, auth=Auth.OPERATOR, allow=WRITERS, body=Draft, answer=Regime,
            status=201, summary="Publish what new accounts have to show from a date on",
        ),
        Route(
            "GET", f"{base}/appeals", appeals, auth=Auth.OPERATOR, allow=READERS,
            answer=AppealsWire, summary="The appeals that wait, oldest first",
        ),
        Route(
            "POST", f"{base}/appeals/{{account_id}}", decide, auth=Auth.OPERATOR, allow=WRITERS,
            body=DecisionBody, summary="Uphold an appeal, or leave the person a new date",
        ),
    ]  # fmt: skip
