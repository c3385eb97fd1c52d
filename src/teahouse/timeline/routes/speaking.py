"""Routes that say something."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Route
from teahouse.timeline import wire
from teahouse.timeline.model import NoSuchEvent
from teahouse.timeline.service.speaking import Speaking

CLIENT = "/_matrix/client/v3"
SENDING = Limit("send", per_minute=600, burst=60)


def routes(speaking: Speaking) -> list[Route]:
    """Return the routes for messages, state and redactions."""

    async def send(request: Request) -> Response:
        path = request.path
        event_id = await speaking.send(
            request.caller,
            path["room_id"],
            path["event_type"],
            await request.json_object(),
            path["txn_id"],
        )
        return Response(200, wire.event_id_answer(event_id))

    async def set_state(request: Request) -> Response:
        path = request.path
        event_id = await speaking.set_state(
            request.caller,
            path["room_id"],
            path["event_type"],
            path.get("state_key", ""),
            await request.json_object(),
        )
        return Response(200, wire.event_id_answer(event_id))

    async def redact(request: Request) -> Response:
        path = request.path
        if not path["event_id"].startswith("$"):
            raise NoSuchEvent
        body = await request.json_object()
        event_id = await speaking.redact(
            request.caller, path["room_id"], path["event_id"], body, path["txn_id"]
        )
        return Response(200, wire.event_id_answer(event_id))

    room = f"{CLIENT}/rooms/{{room_id}}"
    return [
        Route("PUT", f"{room}/send/{{event_type}}/{{txn_id}}", send, limit=SENDING),
        Route("PUT", f"{room}/state/{{event_type}}", set_state, limit=SENDING),
        Route("PUT", f"{room}/state/{{event_type}}/", set_state, limit=SENDING),
        Route("PUT", f"{room}/state/{{event_type}}/{{state_key}}", set_state, limit=SENDING),
        Route("PUT", f"{room}/redact/{{event_id}}/{{txn_id}}", redact, limit=SENDING),
    ]
