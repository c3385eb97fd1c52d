"""The route of sync."""

import asyncio

import msgspec

from teahouse.accountdata.model import EVERYTHING, Filter, parse_filter
from teahouse.accountdata.service import AccountData
from teahouse.errors import BadJson, Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Gone, Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Route
from teahouse.sync.model import TIMEOUT_MS_MAX, Wish, read_token
from teahouse.sync.service.syncing import Syncing

SYNCING = Limit("sync", per_minute=1200, burst=120)
PRESENCES = (None, "online", "offline", "unavailable")


def routes(syncing: Syncing, account_data: AccountData) -> list[Route]:
    """Return the route."""
    read: dict[str, Filter] = {}

    async def chosen(request: Request) -> Filter:
        text = request.query_one("filter")
        if not text:
            return EVERYTHING
        if not text.startswith("{"):
            return await account_data.filter(request.caller.user_id, text)
        known = read.get(text)
        if known is None:
            try:
                known = parse_filter(msgspec.json.decode(text))
            except (msgspec.DecodeError, UnicodeEncodeError, AttributeError) as wrong:
                raise BadJson("filter is not a filter in JSON.") from wrong
            if len(read) >= 1000:
                read.clear()
            read[text] = known
        return known

    async def sync(request: Request) -> Response:
        if request.query_one("set_presence") not in PRESENCES:
            raise Invalid("set_presence must be online, offline or unavailable.")
        since = request.query_one("since")
        token = read_token(since) if since else None
        timeout_ms = request.query_int("timeout", 0, 0, TIMEOUT_MS_MAX)
        wish = Wish(await chosen(request), request.query_flag("full_state"))
        hung_up = request.hung_up if timeout_ms else None
        try:
            body = await syncing.sync(request.caller, token, wish, timeout_ms, hung_up)
        except asyncio.CancelledError:
            raise Gone from None
        return Response(200, body)

    return [Route("GET", "/_matrix/client/v3/sync", sync, limit=SYNCING)]
