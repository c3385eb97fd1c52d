"""Matrix's calls for aliases, the list of rooms, and the search for people."""

from dataclasses import dataclass

from teahouse.directory import model
from teahouse.directory.model import NoSuchRoom, Wanted
from teahouse.directory.service import Directory
from teahouse.directory.wire import AliasBody, RoomsBody, SearchBody, VisibilityBody
from teahouse.errors import Invalid, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.standing.model import Act

V3 = "/_matrix/client/v3"
ALIAS = V3 + "/directory/room/{alias}"
LISTED = V3 + "/directory/list/room/{room_id}"
ROOMS = V3 + "/publicRooms"
LISTINGS = Limit("directory.rooms", per_minute=120, burst=60, by="address")
SEARCHES = Limit("directory.people", per_minute=120, burst=30)
LOOK_UPS = Limit("directory.look_up", per_minute=600, burst=300, by="address")
ALIASES = Limit("directory.aliases", per_minute=60, burst=30)


def _limit(asked: int | None, default: int, most: int) -> int:
    """Return how many to answer with. Raises ``Invalid`` for less than none."""
    if asked is None:
        return default
    if asked < 0:
        raise Invalid("limit must be at least 0.")
    return min(asked, most) or default


@dataclass(frozen=True)
class _Aliases:
    directory: Directory

    async def get(self, request: Request) -> Response:
        """Say which room an alias leads to."""
        room_id = await self.directory.find_alias(request.path["alias"])
        return json_response({"room_id": room_id, "servers": [self.directory.server_name]})

    async def put(self, request: Request) -> Response:
        """Give a room an alias."""
        body = await request.struct(AliasBody)
        alias, caller = request.path["alias"], request.caller
        await self.directory.add_alias(caller.user_id, alias, body.room_id, caller.service_id)
        return empty()

    async def delete(self, request: Request) -> Response:
        """Remove an alias."""
        caller = request.caller
        await self.directory.remove_alias(caller.user_id, request.path["alias"], caller.service_id)
        return empty()

    async def of_room(self, request: Request) -> Response:
        """List a room's aliases."""
        user_id, room_id = request.caller.user_id, request.path["room_id"]
        return json_response({"aliases": await self.directory.aliases(user_id, room_id)})


@dataclass(frozen=True)
class _Listing:
    directory: Directory

    async def visibility(self, request: Request) -> Response:
        """Say whether a room is listed."""
        listed = await self.directory.is_listed(request.path["room_id"])
        return json_response({"visibility": "public" if listed else "private"})

    async def set_visibility(self, request: Request) -> Response:
        """List a room or take it off the list."""
        body = await request.struct(VisibilityBody)
        user_id, room_id = request.caller.user_id, request.path["room_id"]
        if body.visibility == "public":
            await self.directory.standing.spend(request.caller.account_id, Act.PUBLIC_ROOMS)
        await self.directory.set_listed(user_id, room_id, body.visibility == "public")
        return empty()

    async def get(self, request: Request) -> Response:
        """List rooms, for anybody."""
        self._check_server(request)
        limit = request.query_int("limit", model.PAGE_DEFAULT, 0, model.PAGE_MAX)
        since = request.query_one("since")
        viewer = None if request.caller_if_any is None else request.caller_if_any.user_id
        page = await self.directory.page(viewer, Wanted(), since, limit or model.PAGE_DEFAULT)
        return json_response(page)

    async def post(self, request: Request) -> Response:
        """List those rooms that are asked for."""
        self._check_server(request)
        body = await request.struct(RoomsBody)
        limit = _limit(body.limit, model.PAGE_DEFAULT, model.PAGE_MAX)
        network, every = body.third_party_instance_id or "", body.include_all_networks
        page = await self.directory.page(
            request.caller.user_id, body.wanted(), body.since, limit, network, every
        )
        return json_response(page)

    async def search(self, request: Request) -> Response:
        """Find people."""
        body = await request.struct(SearchBody)
        limit = _limit(body.limit, model.PEOPLE_DEFAULT, model.PEOPLE_MAX)
        await self.directory.standing.spend(request.caller.account_id, Act.SEARCHES)
        people, limited = await self.directory.search(
            request.caller.user_id, body.search_term, limit
        )
        return json_response({"results": people, "limited": limited})

    async def mutual(self, request: Request) -> Response:
        """List the rooms that the caller shares with somebody."""
        other = request.query_one("user_id")
        if other is None:
            raise Missing("user_id must say with whom.")
        joined, count, end = await self.directory.mutual_rooms(
            request.caller.user_id, other, request.query_one("from")
        )
        more = {} if end is None else {"next_batch": end}
        return json_response({"joined": joined, "count": count, **more})

    def _check_server(self, request: Request) -> None:
        server = request.query_one("server")
        if server and server != self.directory.server_name:
            raise NoSuchRoom("This server does not ask others for their lists.")


def routes(directory: Directory) -> list[Route]:
    """Return the routes of the directory."""
    aliases, listing = _Aliases(directory), _Listing(directory)
    return [
        Route("GET", ALIAS, aliases.get, auth=Auth.NONE, limit=LOOK_UPS),
        Route("PUT", ALIAS, aliases.put, limit=ALIASES),
        Route("DELETE", ALIAS, aliases.delete, limit=ALIASES),
        Route("GET", V3 + "/rooms/{room_id}/aliases", aliases.of_room),
        Route("GET", LISTED, listing.visibility, auth=Auth.NONE, limit=LOOK_UPS),
        Route("PUT", LISTED, listing.set_visibility),
        Route("GET", ROOMS, listing.get, auth=Auth.OPTIONAL, limit=LISTINGS),
        Route("POST", ROOMS, listing.post),
        Route("POST", V3 + "/user_directory/search", listing.search, limit=SEARCHES),
        Route("GET", "/_matrix/client/v1/mutual_rooms", listing.mutual, limit=SEARCHES),
    ]
