"""Operators' routes: owners act, everyone may read. And what everybody may know."""

from collections.abc import Awaitable, Callable

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.planning.model import PlanBody
from teahouse.upgrades.model.runs import Act, Run
from teahouse.upgrades.service.upgrades import Upgrades
from teahouse.upgrades.wire import (
    ActBody,
    RateBody,
    RunsWire,
    RunWire,
    UpgradeStatusWire,
    run_wire,
    status_wire,
    summary_wire,
)

WRITERS = ("owner",)
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/upgrades"
ONE = f"{BASE}/{{run_id}}"
LOOKING = Limit("upgrades.status", per_minute=60, burst=60, by="address")

Verb = Callable[[str, str, str], Awaitable[Run]]  # by whom, which run, and why


def routes(upgrades: Upgrades) -> list[Route]:
    """Return the routes of upgrades."""
    return [*_planning(upgrades), *_looking(upgrades), *_acting(upgrades), *_public(upgrades)]


async def told(upgrades: Upgrades, request: Request, run_id: str, status: int = 200) -> Response:
    """Answer with a run as it is now."""
    shown = await upgrades.show(run_id)
    actor = request.operator.operator_id
    return json_response(run_wire(shown, actor, upgrades.yard.clock.now()), status)


def _planning(upgrades: Upgrades) -> list[Route]:
    async def make(request: Request) -> Response:
        body = await request.struct(PlanBody)
        run = await upgrades.make(request.operator.operator_id, body.asking())
        return await told(upgrades, request, run.run_id, 201)

    return [
        Route(
            "POST", BASE, make, auth=Auth.OPERATOR, allow=WRITERS, body=PlanBody, answer=RunWire,
            status=201, summary="Plan an upgrade, to be started",
        ),
    ]  # fmt: skip


def _looking(upgrades: Upgrades) -> list[Route]:
    async def listed(_request: Request) -> Response:
        found = [summary_wire(run, steps) for run, steps in await upgrades.runs()]
        return json_response(RunsWire(found))

    async def one(request: Request) -> Response:
        return await told(upgrades, request, request.path["run_id"])

    return [
        Route(
            "GET", BASE, listed, auth=Auth.OPERATOR, allow=READERS, answer=RunsWire,
            summary="The upgrades, newest first",
        ),
        Route(
            "GET", ONE, one, auth=Auth.OPERATOR, allow=READERS, answer=RunWire,
            summary="An upgrade, live",
        ),
    ]  # fmt: skip


def _acting(upgrades: Upgrades) -> list[Route]:
    def verb(act: str, summary: str, do: Verb) -> Route:
        async def handle(request: Request) -> Response:
            body = await request.struct(ActBody)
            run_id = request.path["run_id"]
            await do(request.operator.operator_id, run_id, body.reason)
            return await told(upgrades, request, run_id)

        return Route(
            "POST", f"{ONE}/{act}", handle, auth=Auth.OPERATOR, allow=WRITERS, body=ActBody,
            answer=RunWire, summary=summary,
        )  # fmt: skip

    async def rate(request: Request) -> Response:
        body = await request.struct(RateBody)
        run_id = request.path["run_id"]
        await upgrades.rate(request.operator.operator_id, run_id, body.rate_max)
        return await told(upgrades, request, run_id)

    def agree(act: Act) -> Verb:
        return lambda who, run_id, why: upgrades.agree(who, run_id, act, why)

    return [
        verb("start", "Start an upgrade", lambda who, run, _: upgrades.start(who, run)),
        verb("pause", "Hold it where it is", lambda who, run, _: upgrades.pause(who, run, True)),
        verb("resume", "Let it go on", lambda who, run, _: upgrades.pause(who, run, False)),
        verb("abort", "Give it up, and go back to a state in which all is well", upgrades.abort),
        verb("verify", "Open everything again", lambda who, run, _: upgrades.verify(who, run)),
        verb("retry", "Try again what failed", lambda who, run, _: upgrades.retry(who, run)),
        verb("retire", "Disable the old keys; two persons", agree(Act.RETIRE)),
        verb("destroy", "Destroy the old keys; two persons", agree(Act.DESTROY)),
        verb(
            "lose_backups",
            "Let the old key go although back-ups are sealed under it; two persons",
            agree(Act.LOSE_BACKUPS),
        ),
        verb("force", "Go on although a worker lacks a key; two persons", agree(Act.FORCE)),
        Route(
            "POST", f"{ONE}/rate", rate, auth=Auth.OPERATOR, allow=WRITERS, body=RateBody,
            answer=RunWire, summary="Set how many rows a second there are at most",
        ),
    ]  # fmt: skip


def _public(upgrades: Upgrades) -> list[Route]:
    async def status(_request: Request) -> Response:
        words = {one.name: (one.zh, one.en) for one in upgrades.yard.steps}
        return json_response(status_wire(await upgrades.public(), words))

    return [
        Route(
            "GET", "/api/v1/upgrades/status", status, auth=Auth.NONE, limit=LOOKING,
            answer=UpgradeStatusWire, summary="How a security upgrade stands, for everybody",
        ),
    ]  # fmt: skip
