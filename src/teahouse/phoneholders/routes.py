"""Our own API for having one's age told by who knows the holder of one's number."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.phoneholders.service import PhoneHolders
from teahouse.phoneholders.wire import HolderBody, HolderWire, holder_wire

MINE = "/api/v1/minors/me/phone-holder"
CHECKING = Limit("phoneholders.confirm", per_minute=5, burst=5, by="account")


def routes(holders: PhoneHolders) -> list[Route]:
    """Return the routes of phone holders."""

    async def own(request: Request) -> Response:
        return json_response(holder_wire(await holders.own(request.caller)))

    async def confirm(request: Request) -> Response:
        body = await request.struct(HolderBody)
        asked = (body.identity(), body.consent, body.lang)
        return json_response(holder_wire(await holders.confirm(request.caller, *asked)))

    return [
        Route(
            "GET", MINE, own, answer=HolderWire,
            summary="Whether one's age can be told by who knows the holder of one's number",
        ),
        Route(
            "POST", MINE, confirm, limit=CHECKING, body=HolderBody, answer=HolderWire,
            summary="Have one's age told by who knows the holder of one's number",
        ),
    ]  # fmt: skip
