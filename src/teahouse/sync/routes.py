"""The route of sync."""

import asyncio

import msgspec

from teahouse.accountdata.model import EVERYTHING, Filter, parse_filter
from teahouse.accountdata.service import AccountData
from teahouse.directory.service import Directory
from teahouse.errors import BadJson, Invalid, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Gone, Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.sync.model import (
    LIMIT_DEFAULT,
    PRESENCES,
    TIMEOUT_MS_MAX,
    Token,
    Wish,
    read_token,
)
from teahouse.sync.service.legacy import MESSAGES_MAX, Legacy
from teahouse.sync.service.syncing import Syncing

CLIENT = "/_matrix/client/v3"
SYNCING = Limit("sync", per_minute=1200, burst=120)


def routes(syncing: Syncing, account_data: AccountData, directory: Directory) -> list[Route]:
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
        shown_as = request.query_one("set_presence")
        if shown_as not in PRESENCES:
            raise Invalid("set_presence must be online, offline or unavailable.")
        since = request.query_one("since")
        token = read_token(since) if since else None
        timeout_ms = request.query_int("timeout", 0, 0, TIMEOUT_MS_MAX)
        full, after = (request.query_flag(name) for name in ("full_state", "use_state_after"))
        wish = Wish(await chosen(request), full, state_after=after)
        when_gone = request.when_gone if timeout_ms else None
        await syncing.company.presence.seen(request.caller.user_id, shown_as)
        request.lighten()
        try:
            body = await syncing.sync(request.caller, token, wish, timeout_ms, when_gone)
        except asyncio.CancelledError:
            raise Gone from None
        return Response(200, body)

    async def changes(request: Request) -> Response:
        start, end = request.query_one("from"), request.query_one("to")
        if not start or not end:
            raise Missing("from and to are places that a sync gave.")
        found = await syncing.key_changes(request.caller, read_token(start), read_token(end))
        return json_response({"changed": sorted(found.changed), "left": sorted(found.left)})

    return [
        Route("GET", f"{CLIENT}/sync", sync, limit=SYNCING, waits=True),
        Route("GET", f"{CLIENT}/keys/changes", changes, limit=SYNCING),
        *_legacy_routes(Legacy(syncing, directory)),
    ]


def _legacy_routes(legacy: Legacy) -> list[Route]:
    """Return the routes of before ``/sync``."""

    async def events(request: Request) -> Response:
        start = request.query_one("from")
        since = read_token(start) if start else Token(legacy.syncing.log.applied)
        timeout_ms = request.query_int("timeout", 0, 0, TIMEOUT_MS_MAX)
        await legacy.syncing.company.presence.seen(request.caller.user_id, None)
        room_id = request.query_one("room_id")
        if room_id is not None:
            return json_response(await legacy.peek(request.caller, room_id, since, timeout_ms))
        return json_response(await legacy.events(request.caller, since, timeout_ms))

    async def event(request: Request) -> Response:
        return Response(200, await legacy.event(request.caller, request.path["event_id"]))

    async def initial(request: Request) -> Response:
        limit = request.query_int("limit", LIMIT_DEFAULT, 1, MESSAGES_MAX)
        await legacy.syncing.company.presence.seen(request.caller.user_id, None)
        archived = request.query_flag("archived")
        return json_response(await legacy.initial(request.caller, limit, archived))

    async def room(request: Request) -> Response:
        limit = request.query_int("limit", LIMIT_DEFAULT, 1, MESSAGES_MAX)
        return json_response(await legacy.room(request.caller, request.path["room_id"], limit))

    return [
        Route("GET", f"{CLIENT}/events", events, limit=SYNCING, waits=True),
        Route("GET", f"{CLIENT}/events/{{event_id}}", event, limit=SYNCING),
        Route("GET", f"{CLIENT}/initialSync", initial, limit=SYNCING),
        Route("GET", f"{CLIENT}/rooms/{{room_id}}/initialSync", room, limit=SYNCING),
    ]
