"""Operators' calls: letting somebody back in who has lost everything."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.infra.http.caller import OperatorCaller
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Handler, Route
from teahouse.recovery import wire
from teahouse.recovery.service import Recovery

PLACE = "/api/v1/operator/recoveries"
ACTORS = ("owner", "moderator")
READERS = ("owner", "moderator", "auditor")
ACTS = Limit("recovery.helps", per_minute=6, burst=10)

# Refuses an operator who does not know their own password.
Prove = Callable[[OperatorCaller, str], Awaitable[None]]


@dataclass(frozen=True)
class _Desk:
    recovery: Recovery
    prove: Prove

    async def listed(self, _request: Request) -> Response:
        """List the newest."""
        return json_response(wire.HelpsOut(await self.recovery.helping.listed()))

    async def ask(self, request: Request) -> Response:
        """Begin one."""
        body = await request.struct(wire.HelpIn)
        await self.prove(request.operator, body.password)
        help_id = await self.recovery.helping.ask(request.operator, body)
        return json_response(wire.HelpBegunOut(help_id), 201)

    def decide(self, agrees: bool) -> Handler:
        """Return the handler that agrees with another operator, or declines."""

        async def handle(request: Request) -> Response:
            body, helping = await request.struct(wire.HelpDecisionIn), self.recovery.helping
            await self.prove(request.operator, body.password)
            help_id = request.path["help_id"]
            await helping.decide(request.operator, help_id, agrees=agrees, reason=body.reason)
            return empty()

        return handle


def routes(recovery: Recovery, prove: Prove) -> list[Route]:
    """Return what operators ask."""
    desk = _Desk(recovery, prove)
    return [
        Route(
            "GET", PLACE, desk.listed, auth=Auth.OPERATOR, allow=READERS,
            summary="Whom operators are letting back in, newest first", answer=wire.HelpsOut,
        ),
        Route(
            "POST", PLACE, desk.ask, auth=Auth.OPERATOR, allow=ACTORS, limit=ACTS, status=201,
            summary="Begin to let somebody back in who has lost everything; another one decides",
            body=wire.HelpIn, answer=wire.HelpBegunOut,
        ),
        Route(
            "POST", f"{PLACE}/{{help_id}}/agree", desk.decide(True), auth=Auth.OPERATOR, allow=ACTORS,
            limit=ACTS, summary="Agree: everybody is told, and the wait begins",
            body=wire.HelpDecisionIn,
        ),
        Route(
            "POST", f"{PLACE}/{{help_id}}/decline", desk.decide(False), auth=Auth.OPERATOR,
            allow=ACTORS, limit=ACTS, summary="Decline, or take back what one has begun",
            body=wire.HelpDecisionIn,
        ),
    ]  # fmt: skip
