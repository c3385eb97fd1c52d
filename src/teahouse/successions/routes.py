"""Matrix's call that replaces a room."""

import msgspec

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.successions.service import Successions

REPLACING = Limit("replace_room", per_minute=6, burst=10)


class Upgrade(msgspec.Struct, frozen=True):
    """The body of ``POST /upgrade``."""

    new_version: str
    additional_creators: list[str] = []


def routes(successions: Successions) -> list[Route]:
    """Return the route."""

    async def replace(request: Request) -> Response:
        body = await request.struct(Upgrade)
        new_room_id = await successions.replace(
            request.caller, request.path["room_id"], body.new_version, body.additional_creators
        )
        return json_response({"replacement_room": new_room_id})

    path = "/_matrix/client/v3/rooms/{room_id}/upgrade"
    return [Route("POST", path, replace, limit=REPLACING)]
