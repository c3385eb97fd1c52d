"""Routes that tell what relates to an event, and the threads of a room."""

from teahouse.errors import Invalid, Missing
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.relations import wire
from teahouse.relations.model import (
    PAGE_DEFAULT,
    PAGE_MAX,
    THREADS_DEFAULT,
    THREADS_MAX,
    Asked,
)
from teahouse.relations.service import Relations, depth_of
from teahouse.timeline.model import LATEST, Placed, Visibility, position, token

ROOM = "/_matrix/client/v1/rooms/{room_id}"


def routes(relations: Relations) -> list[Route]:
    """Return the routes."""

    async def shown(request: Request, visibility: Visibility, placed: list[Placed]) -> list[bytes]:
        bodies = await relations.reading.dressed(request.caller, visibility, placed)
        return relations.reading.given(request.path["room_id"], bodies)

    async def children(request: Request) -> Response:
        path, asked = request.path, _asked(request)
        page, visibility = await relations.children(
            request.caller, path["room_id"], path["event_id"], asked
        )
        following = None if page.end is None else token(page.end)
        depth = asked.depth if request.query_flag("recurse") else 0
        chunk = await shown(request, visibility, page.events)
        return Response(200, wire.page_answer(chunk, following, request.query_one("from"), depth))

    async def threads(request: Request) -> Response:
        include = request.query_one("include") or "all"
        if include not in ("all", "participated"):
            raise Invalid("include must be all or participated.")
        limit = request.query_int("limit", THREADS_DEFAULT, 1, THREADS_MAX)
        start = request.query_one("from")
        until = position(start) if start else LATEST
        page, visibility = await relations.threads(
            request.caller, request.path["room_id"], include == "participated", until, limit
        )
        following = None if page.end is None else token(page.end)
        chunk = await shown(request, visibility, page.events)
        return Response(200, wire.page_answer(chunk, following))

    async def near(request: Request) -> Response:
        for name in ("ts", "dir"):
            if request.query_one(name) is None:
                raise Missing(f"{name} must be there.")
        ts = request.query_int("ts", 0, 0, LATEST)
        room_id = request.path["room_id"]
        event = await relations.near(request.caller, room_id, ts, _backwards(request))
        return json_response({"event_id": event.event_id, "origin_server_ts": event.ts})

    of_event = f"{ROOM}/relations/{{event_id}}"
    return [
        Route("GET", of_event, children),
        Route("GET", f"{of_event}/{{rel_type}}", children),
        Route("GET", f"{of_event}/{{rel_type}}/{{event_type}}", children),
        Route("GET", f"{ROOM}/threads", threads),
        Route("GET", f"{ROOM}/timestamp_to_event", near),
    ]


def _backwards(request: Request) -> bool:
    """Tell which way is asked for; backwards by itself. Raises ``Invalid``."""
    direction = request.query_one("dir") or "b"
    if direction not in ("b", "f"):
        raise Invalid("dir must be b or f.")
    return direction == "b"


def _asked(request: Request) -> Asked:
    backwards = _backwards(request)
    start, stop = request.query_one("from"), request.query_one("to")
    return Asked(
        rel_type=request.path.get("rel_type"),
        event_type=request.path.get("event_type"),
        backwards=backwards,
        start=position(start) if start else (LATEST if backwards else 0),
        stop=position(stop) if stop else (0 if backwards else LATEST),
        limit=request.query_int("limit", PAGE_DEFAULT, 1, PAGE_MAX),
        depth=depth_of(request.query_flag("recurse")),
    )
