"""The route of sliding sync."""

import asyncio

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Gone, Request, as_struct
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Route
from teahouse.slidingsync.model.knowing import read_place
from teahouse.slidingsync.service.sliding import Sliding
from teahouse.slidingsync.wire import SlidingIn
from teahouse.sync.model import PRESENCES, TIMEOUT_MS_MAX

PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
SLIDING = Limit("slidingsync", per_minute=1200, burst=120)


def routes(sliding: Sliding) -> list[Route]:
    """Return the route."""

    async def sync(request: Request) -> Response:
        shown_as = request.query_one("set_presence")
        if shown_as not in PRESENCES:
            raise Invalid("set_presence must be online, offline or unavailable.")
        timeout_ms = request.query_int("timeout", 0, 0, TIMEOUT_MS_MAX)
        pos = request.query_one("pos")
        body = as_struct(await request.json_object(), SlidingIn)
        asked, place = body.read(), read_place(pos) if pos else None
        await sliding.syncing.company.presence.seen(request.caller.user_id, shown_as)
        when_gone = request.when_gone if timeout_ms else None
        request.lighten()
        try:
            answer = await sliding.sync(
                request.caller, asked, place, timeout_ms, body.txn_id, when_gone
            )
        except asyncio.CancelledError:
            raise Gone from None
        return Response(200, answer)

    return [Route("POST", PATH, sync, limit=SLIDING, waits=True)]
