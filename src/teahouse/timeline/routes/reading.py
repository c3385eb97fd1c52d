"""Routes that read rooms."""

from collections.abc import Iterable, Sequence

import msgspec

from teahouse.accountdata.model import RoomEventFilter
from teahouse.accountdata.service import AccountData
from teahouse.errors import Invalid, Missing, NotFound
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Route
from teahouse.infra.http.strict_json import encode
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import raw_content_of
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room
from teahouse.timeline import wire
from teahouse.timeline.model import (
    CONTEXT_MAX,
    LATEST,
    MESSAGES_MAX,
    Placed,
    Visibility,
    json_list,
    position,
    token,
)
from teahouse.timeline.service.reading import Reading

CLIENT = "/_matrix/client/v3"
PAGE_DEFAULT = 10


def routes(reading: Reading, account_data: AccountData) -> list[Route]:
    """Return the routes for events, pages and state."""
    room = f"{CLIENT}/rooms/{{room_id}}"
    pages = _Pages(reading, account_data)
    states = _States(reading)
    return [
        Route("GET", f"{room}/messages", pages.messages),
        Route("GET", f"{room}/context/{{event_id}}", pages.context),
        Route("GET", f"{room}/event/{{event_id}}", pages.event),
        Route("GET", f"{room}/state", states.all),
        Route("GET", f"{room}/state/{{event_type}}", states.one),
        Route("GET", f"{room}/state/{{event_type}}/", states.one),
        Route("GET", f"{room}/state/{{event_type}}/{{state_key}}", states.one),
    ]


class _Pages:
    def __init__(self, reading: Reading, account_data: AccountData) -> None:
        self._reading = reading
        self._account_data = account_data

    async def event(self, request: Request) -> Response:
        caller, room_id, event_id = request.caller, *_named(request)
        placed = await self._reading.event(caller, room_id, event_id)
        visibility = await self._reading.access_event(caller, room_id, event_id)
        bodies = await self._reading.dressed(caller, visibility, [placed])
        [body] = self._reading.given(room_id, bodies)
        return Response(200, body)

    async def _choice(self, request: Request) -> Choice:
        """Return the filter that is asked for, and whom the caller ignores."""
        wish = wire.read_filter(request.query_one("filter"))
        return Choice(wish, await self._account_data.ignored(request.caller.user_id))

    async def messages(self, request: Request) -> Response:
        room_id = request.path["room_id"]
        backwards = _backwards(request)
        limit = request.query_int("limit", PAGE_DEFAULT, 1, MESSAGES_MAX)
        choice = await self._choice(request)
        room, visibility = await self._reading.access_readable(request.caller, room_id)
        asked = request.query_one("from")
        start = (
            position(asked)
            if asked
            else (min(LATEST, visibility.last_readable) if backwards else 0)
        )
        until = request.query_one("to")
        stop = position(until) if until else (0 if backwards else LATEST)
        page = await self._reading.page(room_id, visibility, start, stop, limit, backwards, choice)
        shown = await self._show(request, visibility, page.events)
        lazy, until = choice.wish.lazy_load_members, visibility.last_readable
        state = await self._members_of(room, page.events, until) if lazy else []
        end = None if page.end is None else token(page.end)
        begin = asked or token(_begin(page.events, backwards))
        return Response(200, wire.chunk_answer(shown, begin, end, state))

    async def context(self, request: Request) -> Response:
        room_id = request.path["room_id"]
        limit = request.query_int("limit", PAGE_DEFAULT, 0, CONTEXT_MAX)
        choice = await self._choice(request)
        around = await self._reading.around(
            request.caller, room_id, request.path["event_id"], limit, choice
        )
        room, visibility = await self._reading.access_readable(request.caller, room_id)
        everything = [*around.before.events, around.event, *around.after.events]
        last = everything[-1][0]
        state = await self._state_around(room, visibility, everything, choice.wish)
        first = min((pos for pos, _ in everything), default=last)
        start = around.before.end if around.before.end is not None else first - 1
        end = around.after.end if around.after.end is not None else last
        shown = await self._show(request, visibility, everything)
        before_count = len(around.before.events)
        answer = {
            b"event": shown[before_count],
            b"events_before": json_list(shown[:before_count]),
            b"events_after": json_list(shown[before_count + 1 :]),
            b"state": json_list(state),
            b"start": encode(token(start)),
            b"end": encode(token(end)),
        }
        fields = [b'"' + name + b'":' + value for name, value in answer.items()]
        return Response(200, b"{" + b",".join(fields) + b"}")

    async def _state_around(
        self, room: Room, visibility: Visibility, events: Sequence[Placed], wish: RoomEventFilter
    ) -> list[bytes]:
        """Return the state after some events, as far as it is wanted; lazily without most members."""
        room_id = room.state.room_id
        pieces = await self._reading.state_at(room_id, events[-1][0])
        lazy = wish.lazy_load_members
        bodies = [body for event_type, _, body in pieces if not lazy or event_type != MEMBER]
        if wish != RoomEventFilter():
            bodies = [
                body for body in bodies if wish.admits_event(room_id, msgspec.json.decode(body))
            ]
        state = self._reading.given(room_id, bodies)
        if not lazy or not wish.admits_type(MEMBER):
            return state
        return [*state, *await self._members_of(room, events, visibility.last_readable)]

    async def _members_of(self, room: Room, events: Iterable[Placed], until: int) -> list[bytes]:
        """Return the membership of each sender once, as it was at ``until`` (lazy loading)."""
        found: list[bytes] = []
        later: list[tuple[str, str]] = []
        for sender in dict.fromkeys(event.sender for _, event in events):
            stated = room.state.get(MEMBER, sender)
            if stated is not None and stated.pos <= until:
                found.append(stated.body)
            else:
                later.append((MEMBER, sender))
        if later:
            found += await self._reading.states_before(room.state.room_id, later, until + 1)
        return self._reading.given(room.state.room_id, found)

    async def _show(
        self, request: Request, visibility: Visibility, events: Sequence[Placed]
    ) -> list[bytes]:
        bodies = await self._reading.dressed(request.caller, visibility, events)
        return self._reading.given(request.path["room_id"], bodies)


def _begin(events: Sequence[Placed], backwards: bool) -> int:
    """Return the place from which a page with these events was read, if none was named."""
    first = events[0][0] if events else 0
    return first if backwards else max(0, first - 1)


def _named(request: Request) -> tuple[str, str]:
    return request.path["room_id"], request.path["event_id"]


def _backwards(request: Request) -> bool:
    """Tell which way a page goes. Raises ``Missing``, ``Invalid``."""
    direction = request.query_one("dir")
    if direction is None:
        raise Missing("dir must be b or f.")
    if direction not in ("b", "f"):
        raise Invalid("dir must be b or f.")
    return direction == "b"


class _States:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def all(self, request: Request) -> Response:
        room_id = request.path["room_id"]
        pieces = await self._reading.state(request.caller, room_id)
        bodies = self._reading.given(room_id, (body for _, _, body in pieces))
        return Response(200, json_list(bodies))

    async def one(self, request: Request) -> Response:
        room_id = request.path["room_id"]
        wanted = (request.path["event_type"], request.path.get("state_key", ""))
        shape = request.query_one("format")
        for event_type, key, body in await self._reading.state(request.caller, room_id):
            if (event_type, key) == wanted:
                if shape == "event":
                    return Response(200, self._reading.given(room_id, [body])[0])
                return Response(200, raw_content_of(body))
        raise NotFound("The room has no such state.")
