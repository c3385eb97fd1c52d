"""Matrix's search, and our own that answers while somebody types."""

from dataclasses import dataclass
from typing import Any

from teahouse.errors import Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route
from teahouse.search import wire
from teahouse.search.model.query import Query, parse
from teahouse.search.model.texts import BODY
from teahouse.search.model.wishes import Results, Wish, place_of
from teahouse.search.service.answering import Around
from teahouse.search.service.house import Search

SEARCHING = Limit("search", per_minute=240, burst=60)
TYPED_DEFAULT = 8
TYPED_MAX = 50
TYPED_WINDOW = 32


@dataclass(frozen=True)
class _Search:
    service: Search

    async def matrix(self, request: Request) -> Response:
        """Find events, as Matrix asks."""
        body = await request.struct(wire.SearchBody)
        events = body.search_categories.room_events
        told: dict[str, Any] = {}
        if events is not None:
            told["room_events"] = await self._events(request, events)
        return json_response({"search_categories": told})

    async def _events(self, request: Request, events: wire.EventsBody) -> dict[str, Any]:
        query = parse(events.search_term, typing=True)
        place = place_of(request.query_one("next_batch"))
        if query is None:
            return {"count": 0, "highlights": [], "results": []}
        wish = events.wish(query, place)
        results = await self.service.finding.find(request.caller, wish)
        bodies = await self.service.answering.bodies(request.caller, results.hits)
        around = await self._around(request, events, results)
        told = wire.events_answer(results, query, bodies, around)
        if events.groupings.group_by:
            told["groups"] = wire.groups(results, events.groupings.group_by)
        if events.include_state:
            rooms = [hit.room_id for hit in results.hits]
            states = await self.service.answering.states(request.caller, rooms)
            told["state"] = wire.raw_lists(states)
        return told

    async def _around(
        self, request: Request, events: wire.EventsBody, results: Results
    ) -> dict[str, Around]:
        if events.event_context is None:
            return {}
        wanted = events.event_context.wanted()
        ignored = await self.service.account_data.ignored(request.caller.user_id)
        return {
            hit.event_id: await self.service.answering.around(request.caller, hit, wanted, ignored)
            for hit in results.hits
        }

    async def typed(self, request: Request) -> Response:
        """Find messages, people and rooms while somebody types."""
        term = request.query_one("q")
        if term is None:
            raise Missing("q must be what is searched for.")
        limit = request.query_int("limit", TYPED_DEFAULT, 1, TYPED_MAX)
        caller, knowing = request.caller, self.service.knowing
        query = parse(term, typing=True)
        people = await knowing.people(caller.user_id, term, limit)
        rooms = await knowing.found_rooms(caller.user_id, term, limit)
        results = await self._messages(request, query, limit)
        return json_response(wire.typed_answer(people, rooms, results))

    async def _messages(self, request: Request, query: Query | None, limit: int) -> Results:
        if query is None:
            return Results([], 0)
        place = place_of(request.query_one("from"))
        wish = Wish(query, "recent", frozenset({BODY}), limit=limit, place=place)
        return await self.service.finding.find(request.caller, wish, TYPED_WINDOW)


def routes(service: Search) -> list[Route]:
    """Return the routes of the search."""
    on = _Search(service)
    return [
        Route("POST", "/_matrix/client/v3/search", on.matrix, limit=SEARCHING),
        Route(
            "GET",
            "/api/v1/search",
            on.typed,
            limit=SEARCHING,
            summary="Find messages, people and rooms while typing.",
            answer=wire.TypedOut,
        ),
    ]
