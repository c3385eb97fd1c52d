"""Matrix's calls for account data, tags and filters."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.accountdata import model
from teahouse.accountdata.model import NotYours
from teahouse.accountdata.service import AccountData
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route

USER = "/_matrix/client/v3/user/{user_id}"
ROOM = USER + "/rooms/{room_id}"


def _own(request: Request) -> str:
    """Return whose data it is. Raises ``NotYours`` unless the caller's."""
    if request.path["user_id"] != request.caller.user_id:
        raise NotYours
    return request.caller.user_id


def _place(request: Request) -> tuple[str, str]:
    """Return whose data it is and about which room."""
    user_id = _own(request)
    room_id = request.path.get("room_id", "")
    if "room_id" in request.path:
        model.check_room_id(room_id)
    return user_id, room_id


@dataclass(frozen=True)
class _Values:
    service: AccountData

    async def put(self, request: Request) -> Response:
        """Keep a value."""
        user_id, room_id = _place(request)
        model.check_settable(request.path["type"])
        content = model.encoded(await request.json_object())
        await self.service.set(user_id, room_id, request.path["type"], content)
        return empty()

    async def get(self, request: Request) -> Response:
        """Give a value back."""
        user_id, room_id = _place(request)
        return Response(200, await self.service.get(user_id, room_id, request.path["type"]))

    async def tags(self, request: Request) -> Response:
        """List a room's tags."""
        return json_response({"tags": await self.service.tags(*_place(request))})

    async def put_tag(self, request: Request) -> Response:
        """Tag a room."""
        place = _place(request)
        await self.service.put_tag(*place, request.path["tag"], await request.json_object())
        return empty()

    async def remove_tag(self, request: Request) -> Response:
        """Take a tag off a room."""
        await self.service.remove_tag(*_place(request), request.path["tag"])
        return empty()

    async def add_filter(self, request: Request) -> Response:
        """Keep a filter."""
        user_id = _own(request)
        filter_id = await self.service.add_filter(user_id, await request.json_object())
        return json_response({"filter_id": filter_id})

    async def get_filter(self, request: Request) -> Response:
        """Give a filter back."""
        text = await self.service.filter_text(_own(request), request.path["filter_id"])
        return Response(200, text)


def routes(service: AccountData) -> list[Route]:
    """Return the routes of account data."""
    on = _Values(service)
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("PUT", USER + "/account_data/{type}", on.put),
        ("GET", USER + "/account_data/{type}", on.get),
        ("PUT", ROOM + "/account_data/{type}", on.put),
        ("GET", ROOM + "/account_data/{type}", on.get),
        ("GET", ROOM + "/tags", on.tags),
        ("PUT", ROOM + "/tags/{tag}", on.put_tag),
        ("DELETE", ROOM + "/tags/{tag}", on.remove_tag),
        ("POST", USER + "/filter", on.add_filter),
        ("GET", USER + "/filter/{filter_id}", on.get_filter),
    ]
    return [Route(method, path, handler) for method, path, handler in table]
