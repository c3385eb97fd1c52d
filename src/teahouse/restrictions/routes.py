"""The routes of restrictions: their person's, and the desk's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.restrictions import wire
from teahouse.restrictions.model import Restriction
from teahouse.restrictions.service import Restrictions

MINE, DESK = "/api/v1/account/restriction", "/api/v1/operator/restrictions"
ASKING = Limit("restrictions.ask", per_minute=2, burst=5)
READERS = ("owner", "moderator", "auditor")
DECIDERS = ("owner", "moderator")
Deciding = Callable[[str, str, str], Awaitable[Restriction]]


@dataclass(frozen=True)
class _Own:
    restrictions: Restrictions

    async def listed(self, request: Request) -> Response:
        """Return the caller's restrictions."""
        found = await self.restrictions.own(request.caller.account_id)
        return json_response(wire.own_wire(found))

    async def begin(self, request: Request) -> Response:
        """Restrict the caller's data."""
        body = await request.struct(wire.RestrictBody)
        said = (body.ground, body.words, body.policy_version, body.lang)
        begun = await self.restrictions.begin(request.caller, *said)
        return json_response(wire.restriction_wire(begun), 201)

    async def withdraw(self, request: Request) -> Response:
        """End the caller's restriction."""
        await self.restrictions.withdraw(request.caller)
        return empty()


@dataclass(frozen=True)
class _Desk:
    restrictions: Restrictions

    async def listed(self, request: Request) -> Response:
        """Return restrictions that have not ended."""
        now = self.restrictions.clock.now()
        found = await self.restrictions.listed(request.operator.operator_id)
        told = [wire.operator_wire(one, now) for one in found]
        return json_response(wire.OperatorRestrictionsWire(told))

    def deciding(self, decide: Deciding) -> Callable[[Request], Awaitable[Response]]:
        """Return what decides on a restriction."""

        async def handle(request: Request) -> Response:
            body = await request.struct(wire.ReasonsBody)
            who, whose = request.operator.operator_id, request.path["account_id"]
            decided = await decide(who, whose, body.reasons)
            return json_response(wire.operator_wire(decided, self.restrictions.clock.now()))

        return handle


def routes(restrictions: Restrictions) -> list[Route]:
    """Return the routes of this domain."""
    own, desk = _Own(restrictions), _Desk(restrictions)
    operator, one = Auth.OPERATOR, f"{DESK}/{{account_id}}"
    return [
        Route(
            "GET", MINE, own.listed, answer=wire.RestrictionsWire,
            summary="Your restrictions, newest first",
        ),
        Route(
            "POST", MINE, own.begin, limit=ASKING, body=wire.RestrictBody,
            answer=wire.RestrictionWire, status=201,
            summary="Have your data kept and not used, until what you say is looked at",
        ),
        Route("DELETE", MINE, own.withdraw, summary="End the restriction of your data"),
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS,
            answer=wire.OperatorRestrictionsWire,
            summary="Restrictions of people's data, by the day by which they are to be looked at",
        ),
        Route(
            "POST", f"{one}/end", desk.deciding(restrictions.decide), auth=operator,
            allow=DECIDERS, body=wire.ReasonsBody, answer=wire.OperatorRestrictionWire,
            summary="Decide with reasons that a restriction ends in a week; its person is told",
        ),
        Route(
            "POST", f"{one}/keep", desk.deciding(restrictions.keep), auth=operator,
            allow=DECIDERS, body=wire.ReasonsBody, answer=wire.OperatorRestrictionWire,
            summary="Take back that a restriction ends",
        ),
    ]  # fmt: skip
