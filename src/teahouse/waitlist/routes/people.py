"""For those who wait: without an account, and by a ticket that only they have."""

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.screening.model.signals import Knock
from teahouse.waitlist.model import Standing, Ticket, TurnOf
from teahouse.waitlist.service import Waitlist
from teahouse.waitlist.wire import CodeBody, JoinBody

JOIN = Limit("waitlist.join", per_minute=6, burst=12, by="address")
LOOK = Limit("waitlist.look", per_minute=60, burst=120, by="address")
BASE = "/api/v1/waitlist"


def routes(waitlist: Waitlist) -> list[Route]:
    """Return the routes of those who wait."""
    places = waitlist.places
    profile = waitlist.turns.config.profile

    async def join(request: Request) -> Response:
        body = await request.struct(JoinBody)
        if not body.agreed:
            raise Invalid("Without agreeing there is no way to reach you.")
        knock = Knock(request.address, request.header("user-agent") or "", body.proof)
        return json_response(await places.ask(body.joining(profile), knock), 202)

    async def code(request: Request) -> Response:
        body = await request.struct(CodeBody)
        await places.prove(request.path["ticket"], body.code)
        return json_response(await places.look(request.path["ticket"]))

    async def look(request: Request) -> Response:
        return json_response(await places.look(request.path["ticket"]))

    async def leave(request: Request) -> Response:
        await places.leave(request.path["ticket"])
        return json_response({})

    async def turn(request: Request) -> Response:
        return json_response(await places.turn_of(request.path["token"]))

    return [
        Route(
            "POST", BASE, join, auth=Auth.NONE, limit=JOIN,
            summary="Ask for a place in line; the gate is asked first, then screening",
            body=JoinBody, answer=Ticket, status=202,
        ),
        Route(
            "POST", f"{BASE}/{{ticket}}/code", code, auth=Auth.NONE, limit=LOOK,
            summary="Prove the number or address, and take the place",
            body=CodeBody, answer=Standing,
        ),
        Route(
            "GET", f"{BASE}/{{ticket}}", look, auth=Auth.NONE, limit=LOOK,
            summary="How many are before you, and how long it may take", answer=Standing,
        ),
        Route(
            "DELETE", f"{BASE}/{{ticket}}", leave, auth=Auth.NONE, limit=LOOK,
            summary="Leave the line; your contact is erased at once",
        ),
        Route(
            "GET", f"{BASE}/turns/{{token}}", turn, auth=Auth.NONE, limit=LOOK,
            summary="For which registration a turn is", answer=TurnOf,
        ),
    ]  # fmt: skip
