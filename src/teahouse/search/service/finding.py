"""Finding what was said. The index says where to look; what is there now, and is readable, counts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import msgspec

from teahouse.accountdata.model import RoomEventFilter
from teahouse.accountdata.service import AccountData
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.service import Rooms
from teahouse.search import store
from teahouse.search.model.query import in_stretches
from teahouse.search.model.wishes import (
    STRETCHES_FIRST,
    WINDOW,
    WINDOWS_MAX,
    Hit,
    Place,
    Results,
    Window,
    Wish,
    ordered,
)
from teahouse.search.service.looking import Looking
from teahouse.timeline.service.reading import Reading

ROOMS_MAX = 5_000

# Returns users of whom nothing is found by others for now.
Apart = Callable[[Tx], Awaitable[set[str]]]


@dataclass(frozen=True, repr=False)
class Finding:
    """The search for messages."""

    db: Database
    log: Log
    rooms: Rooms
    reading: Reading
    looking: Looking
    account_data: AccountData
    apart: list[Apart] = field(default_factory=list[Apart])

    async def find(self, caller: Caller, wish: Wish, window: int = WINDOW) -> Results:
        """Return a page of hits in the order asked for."""
        wish = replace(wish, wish=await self._with_former(wish.wish))
        rooms = await self._rooms_of(caller, wish)
        if not rooms:
            return Results([], 0)
        question = wish.query.in_index(list(rooms))
        ignored = await self._left_out(caller)
        choice = Choice(wish.wish, ignored)
        page: list[Hit] = []
        count, before, skip = 0, wish.place.before, wish.place.skip
        first: Window | None = None
        for _ in range(WINDOWS_MAX):
            found = await self._window(caller, wish, choice, (question, rooms), before, window)
            first = first or found
            count += len(found.hits)
            room = wish.limit - len(page)
            page += found.hits[skip : skip + room]
            if len(found.hits) > skip + room:
                return Results(page, count, first, _further(wish, before, skip + room))
            if found.end is None:
                return Results(page, count, first)
            before, skip = found.end, 0
        return Results(page, count, first, _further(wish, before, 0))

    async def _left_out(self, caller: Caller) -> frozenset[str]:
        """Return whose messages are no hits: those whom the caller ignores, and who is restricted."""
        apart: set[str] = set()
        async with self.db.read() as tx:
            for told in self.apart:
                apart |= await told(tx)
        return frozenset(await self.account_data.ignored(caller.user_id)) | (
            apart - {caller.user_id}
        )

    async def _with_former(self, asked: RoomEventFilter) -> RoomEventFilter:
        """Return a filter that names, with each room, those whose place it has taken."""
        rooms = list(asked.rooms or ())[:ROOMS_MAX]
        for room_id in rooms:  # grows as it goes
            room = await self.rooms.find(room_id) if len(rooms) < ROOMS_MAX else None
            before = room.state.content("m.room.create").get("predecessor") if room else None
            former = before.get("room_id") if isinstance(before, dict) else None
            if isinstance(former, str) and former not in rooms:
                rooms.append(former)
        return asked if asked.rooms is None else msgspec.structs.replace(asked, rooms=rooms)

    async def _rooms_of(self, caller: Caller, wish: Wish) -> dict[int, str]:
        """Return the rooms to look in, by the numbers that the index knows them by."""
        known = await self.rooms.memberships(caller.user_id)
        wanted = [
            room_id
            for room_id, what in known.items()
            if what.membership in ("join", "leave", "ban") and not what.forgotten
        ]
        wanted = [*dict.fromkeys([*wanted, *(wish.wish.rooms or ())])]
        wanted = [room_id for room_id in wanted if wish.wish.admits_room(room_id)][:ROOMS_MAX]
        async with self.db.read() as tx:
            numbers = await store.numbers(tx, wanted)
        return {one.number: room_id for room_id, one in numbers.items() if not one.encrypted}

    async def _window(
        self,
        caller: Caller,
        wish: Wish,
        choice: Choice,
        asked: tuple[str, dict[int, str]],
        before: int,
        window: int,
    ) -> Window:
        """Return the hits among the newest so many that the index names before a position."""
        question, rooms = asked
        async with self.db.read() as tx:
            named = await self._named(tx, question, before, window)
            places = [(rooms[number], pos) for number, pos in named]
            placed = await self.reading.events_at(tx, places)
        hits = await self.looking.hits(caller, wish, choice, placed)
        end = named[-1][1] if len(named) == window else None
        return Window(
            ordered([hit for hit in hits if wish.admits_group(hit)], wish.order), before, end
        )

    async def _named(
        self, tx: Tx, question: str, before: int, window: int
    ) -> list[tuple[int, int]]:
        """Return the newest that the index names, looking among the newest of all first.

        A word that everybody uses is in so many messages that to sort them all would take longer
        than all the rest.
        """
        newest = min(before - 1, self.log.applied)
        for count in STRETCHES_FIRST:
            lately = f"{question}&{in_stretches(newest, count)}"
            named = await store.candidates(tx, lately, before, window)
            if len(named) == window:
                return named
        return await store.candidates(tx, question, before, window)


def _further(wish: Wish, before: int, skip: int) -> Place:
    return Place(before, skip, wish.place.group, wish.place.value)
