"""Matrix's call for what a page says of itself, at its new address and its old one."""

from teahouse.errors import Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Route
from teahouse.previews.service import Previews

LOOKS = Limit("previews", per_minute=60, burst=60)
PLACES = ("/_matrix/client/v1/media/preview_url", "/_matrix/media/v3/preview_url")


def routes(previews: Previews) -> list[Route]:
    """Return these routes."""

    async def look(request: Request) -> Response:
        url = request.query_one("url")
        if not url:
            raise Missing("url is missing.")
        request.query_int("ts", 0, 0, 2**53)
        return Response(200, (await previews.of(url)).encode())

    return [Route("GET", place, look, limit=LOOKS, waits=True) for place in PLACES]
