"""The routes of who has no account: no session, and nothing is set in the browser.

Who has a guest's calls those of others, as far as ``check_guest`` lets them.
"""

from teahouse.guests.model import may
from teahouse.guests.service import Guests
from teahouse.guests.wire import PublicPageWire, PublicRoomsWire, page_wire, rooms_wire
from teahouse.infra.http.caller import GuestsMayNot
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

READING = Limit("guests.read", per_minute=60, burst=30, by="address")
LISTED_MAX = 100


def check_guest(request: Request) -> None:
    """Refuse with ``GuestsMayNot`` what is not in Matrix's list for guests."""
    room_named = request.query_one("room_id") is not None
    if not may(request.route.method, request.route.path, request.path, room_named):
        raise GuestsMayNot


def routes(guests: Guests) -> list[Route]:
    """Return the routes of this domain."""

    async def rooms(request: Request) -> Response:
        limit = request.query_int("limit", 50, 1, LISTED_MAX)
        term = request.query_one("search") or ""
        page = await guests.listed(term[:200], request.query_one("since"), limit)
        return json_response(rooms_wire(page))

    async def room(request: Request) -> Response:
        return json_response(page_wire(await guests.page(request.path["room_id"])))

    return [
        Route(
            "GET", "/api/v1/public/rooms", rooms, auth=Auth.NONE, limit=READING,
            answer=PublicRoomsWire, summary="The rooms that everybody may read",
        ),
        Route(
            "GET", "/api/v1/public/rooms/{room_id}", room, auth=Auth.NONE, limit=READING,
            answer=PublicPageWire, summary="What was said lately in such a room",
        ),
    ]  # fmt: skip
