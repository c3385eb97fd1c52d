"""Members' routes: vouch for a friend, see one's vouches, take one back."""

from datetime import timedelta

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.infra.qr import qr_svg
from teahouse.vouching.model import BadLife
from teahouse.vouching.service import Vouching
from teahouse.vouching.wire import GivenWire, VouchBody, VouchingWire, vouch_wire, vouching_wire

GIVING = Limit("vouching.give", per_minute=6, burst=6)
BASE = "/api/v1/vouches"
MINUTES_MAX = 7 * 24 * 60


def routes(vouching: Vouching) -> list[Route]:
    """Return the routes of this domain."""

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
