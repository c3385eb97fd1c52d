"""What only test mode offers: reading codes that were sent."""

from teahouse.codes.service import Codes
from teahouse.errors import Missing
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route


def routes(codes: Codes, test_mode: bool) -> list[Route]:
    """Return the routes of this domain: none but in test mode."""

    async def sent(request: Request) -> Response:
        to = request.query_one("to")
        if to is None:
            raise Missing("to is missing.")
        outbox = codes.senders.outbox
        found = outbox.codes(to) if outbox else []
        links = outbox.links(to) if outbox else []
        latest = found[-1] if found else None
        return json_response({"to": to, "codes": found, "latest": latest, "links": links})

    return [Route("GET", "/api/v1/test/codes", sent, auth=Auth.NONE)] if test_mode else []
