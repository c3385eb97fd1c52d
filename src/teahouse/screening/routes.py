"""Screening's routes: a place in line for everyone, and the rules for operators."""

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Handler, Route
from teahouse.screening.model.findings import Found
from teahouse.screening.model.proofs import LINE_WAIT
from teahouse.screening.model.rules import RULES, Kind, Listing, Rule, Wanted
from teahouse.screening.model.signals import Knock
from teahouse.screening.service import Screening
from teahouse.screening.service.desk import Pressure
from teahouse.screening.wire import (
    ClustersWire,
    DecidedWire,
    DecisionBody,
    LineBody,
    ListingBody,
    ListsWire,
    PlaceWire,
    PreviewWire,
    RuleBody,
    RulesWire,
)

WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/screening"
LINE = Limit("screening.line", per_minute=10, burst=20, by="address")


def routes(screening: Screening) -> list[Route]:
    """Return every route of screening."""
    return [
        _line_route(screening),
        *_rule_routes(screening),
        *_list_routes(screening),
        *_cluster_routes(screening),
    ]


def _line_route(screening: Screening) -> Route:
    async def stand(request: Request) -> Response:
        body = await request.struct(LineBody)
        knock = Knock(request.address, request.header("user-agent") or "")
        place, at = await screening.knocks.stand_in_line(body.challenge, knock)
        wait = int(LINE_WAIT.total_seconds())
        return json_response(PlaceWire(place, at, wait), 201)

    return Route(
        "POST", "/api/v1/line", stand, auth=Auth.NONE, limit=LINE,
        summary="Take a place in line instead of solving a proof of work",
        body=LineBody, answer=PlaceWire, status=201,
    )  # fmt: skip


def _rule_routes(screening: Screening) -> list[Route]:
    desk = screening.desk

    async def pressure(_request: Request) -> Response:
        return json_response(await desk.pressure())

    async def rules(_request: Request) -> Response:
        return json_response(RulesWire(await desk.rules()))

    async def set_rule(request: Request) -> Response:
        body = await request.struct(RuleBody)
        operator_id, rule = request.operator.operator_id, request.path["rule"]
        await desk.set_rule(operator_id, rule, body.mode.value, body.amount)
        return json_response(RulesWire(await desk.rules()))

    async def preview(request: Request) -> Response:
        rule = request.path["rule"]
        if rule not in {one.value for one in Rule}:
            raise Invalid("There is no such rule.")
        kind = RULES[Rule(rule)]
        amount = request.query_int("amount", kind.amount, kind.least, kind.most)
        return json_response(PreviewWire(await desk.preview(rule, amount)))

    return [
        Route(
            "GET", f"{BASE}/pressure", pressure, auth=Auth.OPERATOR, allow=READERS,
            summary="How things stand at the doors now", answer=Pressure,
        ),
        Route(
            "GET", f"{BASE}/rules", rules, auth=Auth.OPERATOR, allow=READERS,
            summary="The rules, and what they did in the last day", answer=RulesWire,
        ),
        Route(
            "PUT", f"{BASE}/rules/{{rule}}", set_rule, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Set a rule off, to watch only, or on", body=RuleBody, answer=RulesWire,
        ),
        Route(
            "GET", f"{BASE}/rules/{{rule}}/preview", preview, auth=Auth.OPERATOR, allow=READERS,
            summary="Whom a rule would have met in the last day", answer=PreviewWire,
        ),
    ]  # fmt: skip


def _list_routes(screening: Screening) -> list[Route]:
    desk = screening.desk

    async def both(_request: Request) -> Response:
        domains, networks = await desk.listed(Kind.DOMAINS), await desk.listed(Kind.NETWORKS)
        return json_response(ListsWire(domains, networks))

    def enlist(kind: Kind) -> Handler:
        async def put(request: Request) -> Response:
            body, who = await request.struct(ListingBody), request.operator.operator_id
            wanted = Wanted(body.what, body.action, body.reason)
            return json_response(await desk.enlist(who, kind, wanted, body.expires_at), 201)

        return put

    def delist(kind: Kind) -> Handler:
        async def take(request: Request) -> Response:
            await desk.delist(request.operator.operator_id, kind, request.path["what"])
            return json_response({})

        return take

    return [
        Route(
            "GET", f"{BASE}/lists", both, auth=Auth.OPERATOR, allow=READERS,
            summary="The lists of e-mail domains and networks", answer=ListsWire,
        ),
        Route(
            "POST", f"{BASE}/domains", enlist(Kind.DOMAINS), auth=Auth.OPERATOR, allow=WRITERS,
            summary="List an e-mail domain", body=ListingBody, answer=Listing, status=201,
        ),
        Route(
            "POST", f"{BASE}/networks", enlist(Kind.NETWORKS), auth=Auth.OPERATOR, allow=WRITERS,
            summary="List a network", body=ListingBody, answer=Listing, status=201,
        ),
        Route(
            "DELETE", f"{BASE}/domains/{{what}}", delist(Kind.DOMAINS), auth=Auth.OPERATOR,
            allow=WRITERS, summary="Take an e-mail domain off its list",
        ),
        Route(
            "DELETE", f"{BASE}/networks/{{what}}", delist(Kind.NETWORKS), auth=Auth.OPERATOR,
            allow=WRITERS, summary="Take a network off its list",
        ),
    ]  # fmt: skip


def _cluster_routes(screening: Screening) -> list[Route]:
    desk = screening.desk

    async def clusters(_request: Request) -> Response:
        return json_response(ClustersWire(await desk.clusters()))

    async def found(request: Request) -> Response:
        who, account_id = request.operator.operator_id, request.path["account_id"]
        return json_response(await desk.found(who, account_id))

    async def decide(request: Request) -> Response:
        body, who = await request.struct(DecisionBody), request.operator.operator_id
        return json_response(
            DecidedWire(await desk.decide(who, request.path["cluster_id"], body.decision))
        )

    return [
        Route(
            "GET", f"{BASE}/clusters", clusters, auth=Auth.OPERATOR, allow=READERS,
            summary="Sign-ups that look made by one hand", answer=ClustersWire,
        ),
        Route(
            "GET", f"{BASE}/accounts/{{account_id}}", found, auth=Auth.OPERATOR, allow=READERS,
            summary="Why screening looked twice at an account's sign-up; for three days",
            answer=Found,
        ),
        Route(
            "POST", f"{BASE}/clusters/{{cluster_id}}/decide", decide, auth=Auth.OPERATOR,
            allow=WRITERS, summary="Stage a cluster's accounts, review them, or leave them",
            body=DecisionBody, answer=DecidedWire,
        ),
    ]  # fmt: skip
