"""Matrix's calls for spaces and for what a room is."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.spaces.model import DEPTH_MAX, ROOMS_PER_PAGE_DEFAULT, ROOMS_PER_PAGE_MAX, Walk
from teahouse.spaces.service import Spaces

V1 = "/_matrix/client/v1"
WALKS = Limit("spaces.walk", per_minute=120, burst=60)
LOOKS = Limit("spaces.look", per_minute=120, burst=60, by="address")


def routes(spaces: Spaces) -> list[Route]:
    """Return these routes."""

    async def hierarchy(request: Request) -> Response:
        limit = request.query_int("limit", ROOMS_PER_PAGE_DEFAULT, 1, ROOMS_PER_PAGE_MAX)
        depth = request.query_int("max_depth", DEPTH_MAX, 0, DEPTH_MAX)
        walk = Walk(depth, request.query_flag("suggested_only"))
        token = request.query_one("from")
        if token is not None:
            walk = walk.going_on(token)
        rooms, end = await spaces.hierarchy(
            request.caller.user_id, request.path["room_id"], walk, limit
        )
        more = {} if end is None else {"next_batch": end}
        return json_response({"rooms": rooms, **more})

    async def summary(request: Request) -> Response:
        caller = request.caller_if_any
        user_id = None if caller is None else caller.user_id
        return json_response(await spaces.summary(user_id, request.path["room_id_or_alias"]))

    look = f"{V1}/room_summary/{{room_id_or_alias}}"
    return [
        Route("GET", f"{V1}/rooms/{{room_id}}/hierarchy", hierarchy, limit=WALKS),
        Route("GET", look, summary, auth=Auth.OPTIONAL, limit=LOOKS),
    ]
