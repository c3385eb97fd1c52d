"""Routes of receipts and typing."""

import msgspec

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty
from teahouse.infra.http.router import Route
from teahouse.receipts.service import Receipts, Typing

CLIENT = "/_matrix/client/v3"
MARKING = Limit("receipt", per_minute=600, burst=60)


class SetTyping(msgspec.Struct, frozen=True):
    """The body of ``PUT /typing``."""

    typing: bool
    timeout: int | None = None


def routes(receipts: Receipts, typing: Typing) -> list[Route]:
    """Return the routes."""

    async def receipt(request: Request) -> Response:
        path = request.path
        body = await request.json_object()
        await receipts.move(
            request.caller,
            path["room_id"],
            path["receipt_type"],
            path["event_id"],
            body.get("thread_id"),
        )
        return empty()

    async def markers(request: Request) -> Response:
        body = await request.json_object()
        await receipts.mark(request.caller, request.path["room_id"], body)
        return empty()

    async def set_typing(request: Request) -> Response:
        path = request.path
        body = await request.struct(SetTyping)
        await typing.set(
            request.caller, path["room_id"], path["user_id"], body.typing, body.timeout
        )
        return empty()

    room = f"{CLIENT}/rooms/{{room_id}}"
    return [
        Route("POST", f"{room}/receipt/{{receipt_type}}/{{event_id}}", receipt, limit=MARKING),
        Route("POST", f"{room}/read_markers", markers, limit=MARKING),
        Route("PUT", f"{room}/typing/{{user_id}}", set_typing, limit=MARKING),
    ]
