"""Operators' routes: what can be made anew, and the dry run. Everyone may read."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from teahouse.gate.model.policies import REGIONS
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.planning.model import REGIONAL, WHOLE, Asking, Plan, PlanBody
from teahouse.planning.service import Planning
from teahouse.planning.wire import ClassesWire, ClassWire, PlanWire, ScopeWire, plan_wire

READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/upgrades"


class About(NamedTuple):
    """What those above know: the installation, how long old keys rest, what is under way."""

    scope: str
    soft_days: int
    plan: Callable[[Asking], Awaitable[Plan]]
    registration_open: Callable[[], Awaitable[bool]]


def routes(planning: Planning, about: About) -> list[Route]:
    """Return the routes of planning."""

    async def classes(_request: Request) -> Response:
        known = [
            ClassWire(one.name, one.zh, one.en, nth) for nth, one in enumerate(planning.steps, 1)
        ]
        suite, normaliser = await planning.suite(), await planning.normaliser()
        names = [one.name for one in planning.steps]
        regional = [name for name in names if name in REGIONAL]
        apart = await planning.scopes()
        scopes = [ScopeWire(WHOLE, True, names)]
        scopes += [ScopeWire(one, one in apart, regional) for one in REGIONS]
        told = ClassesWire(known, suite, normaliser, about.scope, about.soft_days, scopes)
        return json_response(told)

    async def plan(request: Request) -> Response:
        body = await request.struct(PlanBody)
        made = await about.plan(body.asking())
        return json_response(plan_wire(made, await about.registration_open()))

    return [
        Route(
            "GET", f"{BASE}/classes", classes, auth=Auth.OPERATOR, allow=READERS,
            answer=ClassesWire, summary="What can be made anew here",
        ),
        Route(
            "POST", f"{BASE}/plan", plan, auth=Auth.OPERATOR, allow=READERS, body=PlanBody,
            answer=PlanWire, summary="A dry run: what an upgrade would do, and what it takes",
        ),
    ]  # fmt: skip
