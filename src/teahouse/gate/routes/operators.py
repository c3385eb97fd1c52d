"""Operators' routes. Owners and registrars decide; everyone may read; all acts are audited."""

from teahouse.gate.model.bindings import Override
from teahouse.gate.model.drafts import DraftBody
from teahouse.gate.model.policies import Policy
from teahouse.gate.model.previews import Preview
from teahouse.gate.service import Gate
from teahouse.gate.wire import (
    EndBody,
    EndTogetherBody,
    GridWire,
    MeasureBody,
    NoticesWire,
    OverridesWire,
    PoliciesWire,
)
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/gate"


def routes(gate: Gate) -> list[Route]:
    """Return the gate's routes for operators."""
    made, thought_of = _policy_routes(gate), _thinking_routes(gate)
    together = [*_measure_routes(gate), *_override_routes(gate)]
    return [*made, *thought_of, *together]


def _policy_routes(gate: Gate) -> list[Route]:
    policies = gate.policies

    async def current(_request: Request) -> Response:
        return json_response(PoliciesWire(await policies.current()))

    async def history(_request: Request) -> Response:
        return json_response(PoliciesWire(await policies.history()))

    async def grid(_request: Request) -> Response:
        return json_response(GridWire(gate.keeper.clock.now(), await policies.grid()))

    async def create(request: Request) -> Response:
        body = await request.struct(DraftBody)
        operator = request.operator
        policy = await policies.set(operator.operator_id, operator.name, body.draft())
        return json_response(policy, 201)

    async def end(request: Request) -> Response:
        body = await request.struct(EndBody)
        policy_id = request.path["policy_id"]
        return json_response(
            await policies.end(request.operator.operator_id, policy_id, body.reason)
        )

    return [
        Route(
            "GET", f"{BASE}/policies", current, auth=Auth.OPERATOR, allow=READERS,
            summary="The policies that have not ended", answer=PoliciesWire,
        ),
        Route(
            "GET", f"{BASE}/history", history, auth=Auth.OPERATOR, allow=READERS,
            summary="Every policy there was", answer=PoliciesWire,
        ),
        Route(
            "GET", f"{BASE}/grid", grid, auth=Auth.OPERATOR, allow=READERS,
            summary="Regions, classes and doors with the state in force", answer=GridWire,
        ),
        Route(
            "POST", f"{BASE}/policies", create, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Put a policy in force", body=DraftBody, answer=Policy, status=201,
        ),
        Route(
            "POST", f"{BASE}/policies/{{policy_id}}/end", end, auth=Auth.OPERATOR, allow=WRITERS,
            summary="End a policy", body=EndBody, answer=Policy,
        ),
    ]  # fmt: skip


def _thinking_routes(gate: Gate) -> list[Route]:
    """Return what may be asked before a policy is put in force."""
    policies = gate.policies

    async def preview(request: Request) -> Response:
        body = await request.struct(DraftBody)
        return json_response(await policies.preview(body.draft()))

    return [
        Route(
            "POST", f"{BASE}/policies/preview", preview, auth=Auth.OPERATOR, allow=READERS,
            summary="Whom a policy would reach, and whom not", body=DraftBody, answer=Preview,
        ),
    ]  # fmt: skip


def _measure_routes(gate: Gate) -> list[Route]:
    policies = gate.policies

    async def preview(request: Request) -> Response:
        body = await request.struct(MeasureBody)
        return json_response(await policies.preview(*body.drafts()))

    async def create(request: Request) -> Response:
        body = await request.struct(MeasureBody)
        operator = request.operator
        made = await policies.set_together(operator.operator_id, operator.name, body.drafts())
        return json_response(PoliciesWire(made), 201)

    async def end(request: Request) -> Response:
        body = await request.struct(EndTogetherBody)
        actor = request.operator.operator_id
        ended = await policies.end_together(actor, body.policy_ids, body.reason)
        return json_response(PoliciesWire(ended))

    async def told(request: Request) -> Response:
        body = await request.struct(MeasureBody)
        shown = await policies.told(request.operator.name, *body.drafts())
        return json_response(NoticesWire(shown))

    return [
        Route(
            "POST", f"{BASE}/measures/end", end, auth=Auth.OPERATOR, allow=WRITERS,
            summary="End several policies at one moment", body=EndTogetherBody,
            answer=PoliciesWire,
        ),
        Route(
            "POST", f"{BASE}/measures/notices", told, auth=Auth.OPERATOR, allow=READERS,
            summary="The notices that people would get", body=MeasureBody, answer=NoticesWire,
        ),
        Route(
            "POST", f"{BASE}/measures", create, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Put several policies in force at one moment", body=MeasureBody,
            answer=PoliciesWire, status=201,
        ),
        Route(
            "POST", f"{BASE}/measures/preview", preview, auth=Auth.OPERATOR, allow=READERS,
            summary="Whom several policies would reach together", body=MeasureBody,
            answer=Preview,
        ),
    ]  # fmt: skip


def _override_routes(gate: Gate) -> list[Route]:
    """Return how two people open what still waits for its work."""
    waiting = gate.waiting

    async def open_ones(_request: Request) -> Response:
        return json_response(OverridesWire(await waiting.overrides()))

    async def propose(request: Request) -> Response:
        body = await request.struct(EndBody)
        who, policy_id = request.operator, request.path["policy_id"]
        made = await waiting.propose(who.operator_id, who.name, policy_id, body.reason)
        return json_response(made, 201)

    async def confirm(request: Request) -> Response:
        body = await request.struct(EndBody)
        actor, policy_id = request.operator.operator_id, request.path["policy_id"]
        return json_response(await waiting.confirm(actor, policy_id, body.reason))

    one = f"{BASE}/policies/{{policy_id}}/override"
    return [
        Route(
            "GET", f"{BASE}/overrides", open_ones, auth=Auth.OPERATOR, allow=READERS,
            summary="Wishes to open what waits for its work", answer=OverridesWire,
        ),
        Route(
            "POST", one, propose, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Wish to open a policy before its work is verified", body=EndBody,
            answer=Override, status=201,
        ),
        Route(
            "POST", f"{one}/confirm", confirm, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Confirm that wish, as the second person", body=EndBody, answer=Policy,
        ),
    ]  # fmt: skip
