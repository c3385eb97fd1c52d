"""Members' routes: vouch for a friend, see one's vouches, take one back; operators': lift a bar."""

from datetime import timedelta

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.qr import qr_svg
from teahouse.vouching.model import BadLife
from teahouse.vouching.service import Vouching
from teahouse.vouching.wire import (
    BarWire,
    GivenWire,
    LiftBody,
    VouchBody,
    VouchingWire,
    vouch_wire,
    vouching_wire,
)

GIVING = Limit("vouching.give", per_minute=6, burst=6)
BASE = "/api/v1/vouches"
BAR = "/api/v1/operator/vouching/bars/{account_id}"
MINUTES_MAX = 7 * 24 * 60
READERS = ("owner", "registrar", "moderator", "auditor")
LIFTERS = ("owner", "moderator")


def routes(vouching: Vouching) -> list[Route]:
    """Return the routes of this domain."""
    return [*_member_routes(vouching), *_bar_routes(vouching)]


def _bar_routes(vouching: Vouching) -> list[Route]:
    async def barred(request: Request) -> Response:
        return json_response(BarWire(await vouching.barred_until(request.path["account_id"])))

    async def lift(request: Request) -> Response:
        body = await request.struct(LiftBody)
        actor, account_id = request.operator.operator_id, request.path["account_id"]
        await vouching.lift(actor, account_id, body.reason)
        return json_response(BarWire(None))

    return [
        Route(
            "GET", BAR, barred, auth=Auth.OPERATOR, allow=READERS, answer=BarWire,
            summary="Until when somebody may not vouch, because of a friend who was suspended",
        ),
        Route(
            "POST", f"{BAR}/lift", lift, auth=Auth.OPERATOR, allow=LIFTERS, body=LiftBody,
            answer=BarWire, summary="Let somebody vouch again, with a reason",
        ),
    ]  # fmt: skip


def _member_routes(vouching: Vouching) -> list[Route]:
    async def own(request: Request) -> Response:
        may, vouches = await vouching.own(request.caller)
        return json_response(vouching_wire(may, vouches, vouching.clock.now()))

    async def give(request: Request) -> Response:
        body = await request.struct(VouchBody)
        if not 0 < body.minutes <= MINUTES_MAX:
            raise BadLife
        token, vouch = await vouching.give(request.caller, timedelta(minutes=body.minutes))
        link = f"{vouching.config.base_url}/#/sign-up/{token}"
        shown = vouch_wire(vouch, vouching.clock.now())
        return json_response(GivenWire(shown, token, link, qr_svg(link)), 201)

    async def revoke(request: Request) -> Response:
        await vouching.revoke(request.caller, request.path["vouch_id"])
        return empty()

    return [
        Route(
            "GET", BASE, own, answer=VouchingWire,
            summary="Whether one may vouch for a friend now, and the vouches one gave",
        ),
        Route(
            "POST", BASE, give, limit=GIVING, body=VouchBody, answer=GivenWire, status=201,
            summary="Vouch for a friend: a code and a link, good once",
        ),
        Route(
            "DELETE", f"{BASE}/{{vouch_id}}", revoke,
            summary="Take a vouch back that nobody has used",
        ),
    ]  # fmt: skip
