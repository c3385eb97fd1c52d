"""Routes for those who wait, and for operators, who decide. All decisions are audited."""

from teahouse.approvals.model import BadVerdict
from teahouse.approvals.service import Approvals
from teahouse.approvals.wire import (
    ApprovalRuleBody,
    ApprovalRulesWire,
    ApprovalScopeBody,
    DecideBody,
    DecidedWire,
    OwnRequestWire,
    ReasonBody,
    RequestDetailWire,
    RequestsWire,
    own_wire,
    request_wire,
    round_wire,
    templates_wire,
)
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

STEP = Limit("approvals.step", per_minute=60, burst=60, by="address")
WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
OWN = "/api/v1/registrations/{registration_id}/approval"
BASE = "/api/v1/operator/approvals"
PAGE_DEFAULT = 50
PAGE_MOST = 100
DOORS_HERE = "phone email official invite"


def routes(approvals: Approvals) -> list[Route]:
    """Return the routes of this domain."""
    return [*_own_routes(approvals), *_queue_routes(approvals), *_rule_routes(approvals)]


def _own_routes(approvals: Approvals) -> list[Route]:
    """Return what those who wait may ask and do."""

    async def own(request: Request) -> Response:
        found, registration = await approvals.own(request.path["registration_id"])
        return json_response(own_wire(found, registration.turned_away))

    async def explain(request: Request) -> Response:
        body = await request.struct(ReasonBody)
        await approvals.explain(request.path["registration_id"], body.reason)
        return empty()

    async def withdraw(request: Request) -> Response:
        await approvals.withdraw(request.path["registration_id"])
        return empty()

    return [
        Route(
            "GET", OWN, own, auth=Auth.NONE, limit=STEP, answer=OwnRequestWire,
            summary="See how one's registration stands that waits for a decision",
        ),
        Route(
            "PUT", OWN, explain, auth=Auth.NONE, limit=STEP, body=ReasonBody, door=DOORS_HERE,
            summary="Say why one would like to join",
        ),
        Route(
            "DELETE", OWN, withdraw, auth=Auth.NONE, limit=STEP, door=DOORS_HERE,
            summary="Give up waiting; what was left is deleted",
        ),
    ]  # fmt: skip


def _queue_routes(approvals: Approvals) -> list[Route]:
    """Return the operators' queue."""

    async def page(request: Request) -> Response:
        waiting = (request.query_one("state") or "waiting") == "waiting"
        limit = request.query_int("limit", PAGE_DEFAULT, 1, PAGE_MOST)
        found = await approvals.page(waiting, request.query_one("cursor") or "", limit)
        shown = [request_wire(one, contact) for one, contact in found]
        last = found[-1][0].request_id if len(found) == limit else None
        return json_response(RequestsWire(shown, await approvals.counts(), last))

    async def look(request: Request) -> Response:
        actor, request_id = request.operator.operator_id, request.path["request_id"]
        found, contact, reason, rounds = await approvals.look(actor, request_id)
        shown = request_wire(found, contact)
        return json_response(RequestDetailWire(shown, reason, [round_wire(one) for one in rounds]))

    async def decide(request: Request) -> Response:
        body = await request.struct(DecideBody)
        verdict = body.verdict()
        if verdict is None:
            raise BadVerdict
        actor = request.operator.operator_id
        return json_response(DecidedWire(await approvals.decide(actor, body.request_ids, verdict)))

    return [
        Route(
            "GET", BASE, page, auth=Auth.OPERATOR, allow=READERS, answer=RequestsWire,
            summary="Registrations that wait for a decision, oldest first, or that waited",
        ),
        Route(
            "GET", f"{BASE}/requests/{{request_id}}", look, auth=Auth.OPERATOR, allow=READERS,
            answer=RequestDetailWire, summary="One that waits, with what its owner wrote",
        ),
        Route(
            "POST", f"{BASE}/decisions", decide, auth=Auth.OPERATOR, allow=WRITERS,
            body=DecideBody, answer=DecidedWire,
            summary="Approve, decline, or ask for more, with a reason; one or several",
        ),
    ]  # fmt: skip


def _rule_routes(approvals: Approvals) -> list[Route]:
    """Return which scopes need approval."""

    async def rules(_request: Request) -> Response:
        return json_response(ApprovalRulesWire(await approvals.rules(), templates_wire()))

    async def set_rule(request: Request) -> Response:
        body = await request.struct(ApprovalRuleBody)
        scope = (body.region, body.account_class, body.door)
        actor = request.operator.operator_id
        await approvals.set_rule(actor, scope, body.needed, body.asks_reason)
        return await rules(request)

    async def end_rule(request: Request) -> Response:
        body = await request.struct(ApprovalScopeBody)
        scope = (body.region, body.account_class, body.door)
        await approvals.end_rule(request.operator.operator_id, scope)
        return await rules(request)

    return [
        Route(
            "GET", f"{BASE}/rules", rules, auth=Auth.OPERATOR, allow=READERS,
            answer=ApprovalRulesWire, summary="Which scopes need approval, and the reasons to give",
        ),
        Route(
            "PUT", f"{BASE}/rules", set_rule, auth=Auth.OPERATOR, allow=WRITERS,
            body=ApprovalRuleBody, answer=ApprovalRulesWire,
            summary="Say whether a scope needs approval",
        ),
        Route(
            "POST", f"{BASE}/rules/end", end_rule, auth=Auth.OPERATOR, allow=WRITERS,
            body=ApprovalScopeBody, answer=ApprovalRulesWire,
            summary="Let a scope be as it is without a rule",
        ),
    ]  # fmt: skip
