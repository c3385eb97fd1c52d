"""Routes by which people come and go, and rooms are made."""

from typing import Any

from teahouse.elsewhere.model import Invited
from teahouse.errors import Forbidden, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Handler, Route
from teahouse.membership import wire
from teahouse.membership.service.coming import Coming
from teahouse.membership.service.house import Membership
from teahouse.profiles.model import REMOVED

CLIENT = "/_matrix/client/v3"
ROOM = CLIENT + "/rooms/{room_id}"
JOINING = Limit("join", per_minute=60, burst=30)
MAKING = Limit("create_room", per_minute=30, burst=20)


def routes(membership: Membership, default_version: str) -> list[Route]:
    """Return the routes for membership, new rooms and profiles."""
    coming, making = membership.coming, membership.making

    async def create(request: Request) -> Response:
        body = await request.struct(wire.CreateRoom)
        name = body.room_alias_name
        alias = making.full_alias(name) if name is not None else None
        plan = body.plan(request.caller.user_id, default_version, alias)
        room_id = await making.create(request.caller, plan, body.visibility == "public")
        return json_response({"room_id": room_id})

    async def join(request: Request) -> Response:
        body = await request.struct(wire.Reason)
        named = request.path["room_id"]
        room_id = await coming.resolve(named)
        await coming.join(request.caller, room_id, body.reason)
        return json_response({"room_id": room_id})

    async def knock(request: Request) -> Response:
        body = await request.struct(wire.Reason)
        room_id = await coming.resolve(request.path["room_id"])
        await coming.knock(request.caller, room_id, body.reason)
        return json_response({"room_id": room_id})

    async def joined(request: Request) -> Response:
        rooms = await coming.rooms.joined_rooms(request.caller.user_id)
        return json_response({"joined_rooms": rooms})

    return [
        Route("POST", f"{CLIENT}/createRoom", create, limit=MAKING),
        Route("POST", f"{CLIENT}/join/{{room_id}}", join, limit=JOINING),
        Route("POST", f"{CLIENT}/knock/{{room_id}}", knock, limit=JOINING),
        Route("POST", f"{ROOM}/join", join, limit=JOINING),
        Route("GET", f"{CLIENT}/joined_rooms", joined),
        *_moving_routes(coming),
        *_profile_routes(coming),
    ]


def _moving_routes(coming: Coming) -> list[Route]:
    """Return the routes by which people go, and are moved by others."""

    async def leave(request: Request) -> Response:
        body = await request.struct(wire.Reason)
        await coming.leave(request.caller.user_id, request.path["room_id"], body.reason)
        return empty()

    async def forget(request: Request) -> Response:
        await request.ignored_body()
        await coming.forget(request.caller, request.path["room_id"])
        return empty()

    async def invite(request: Request) -> Response:
        body = await request.struct(Invited)
        await coming.invite(request.caller, request.path["room_id"], body.whom, body.reason)
        return empty()

    def mover(act: str) -> Handler:
        async def move(request: Request) -> Response:
            body = await request.struct(wire.Target)
            room_id = request.path["room_id"]
            await coming.move(request.caller, room_id, body.user_id, act, body.reason)
            return empty()

        return move

    return [
        Route("POST", f"{ROOM}/leave", leave),
        Route("POST", f"{ROOM}/forget", forget),
        Route("POST", f"{ROOM}/invite", invite, limit=JOINING),
        Route("POST", f"{ROOM}/kick", mover("kick")),
        Route("POST", f"{ROOM}/ban", mover("ban")),
        Route("POST", f"{ROOM}/unban", mover("unban")),
    ]


def _profile_routes(coming: Coming) -> list[Route]:
    """Return the routes that change a profile and show it in every room."""

    async def change(request: Request) -> Response:
        caller, name = request.caller, request.path["name"]
        if request.path["user_id"] != caller.user_id:
            raise Forbidden("Only your own profile is yours to change.")
        value: Any = REMOVED
        if request.route.method == "PUT":
            body = await request.json_object()
            if name not in body:
                raise Missing(f"The body must hold {name}.")
            value = body[name]
        await coming.set_profile(caller, name, value)
        return empty()

    path = f"{CLIENT}/profile/{{user_id}}/{{name}}"
    return [Route("PUT", path, change), Route("DELETE", path, change)]
