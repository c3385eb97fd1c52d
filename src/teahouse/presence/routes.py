"""Matrix's calls for presence."""

import msgspec

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.presence.service import Presence

SETTING = Limit("presence", per_minute=60, burst=30)


class SetPresence(msgspec.Struct, frozen=True):
    """The body of ``PUT /presence/{userId}/status``."""

    presence: str
    status_msg: str | None = None


def routes(presence: Presence) -> list[Route]:
    """Return these routes."""

    async def put(request: Request) -> Response:
        body = await request.struct(SetPresence)
        user_id = request.path["user_id"]
        await presence.show(request.caller, user_id, body.presence, body.status_msg)
        return empty()

    async def get(request: Request) -> Response:
        return json_response(await presence.of(request.caller.user_id, request.path["user_id"]))

    path = "/_matrix/client/v3/presence/{user_id}/status"
    return [Route("PUT", path, put, limit=SETTING), Route("GET", path, get)]
