"""What a person is told of: what is new since a place, how much is unread, and what there was.

Nothing of it is stored. An event is judged when somebody is to be told, by what the rules, the
receipts and the event itself are at that moment: so what was read, muted or taken back in between
is not told.
"""

import heapq
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from teahouse.infra.bus.log import Log
from teahouse.pushers.model.notices import Names, Notice
from teahouse.receipts.events import ReceiptMoved
from teahouse.rooms.model.state import MEMBER, Membership
from teahouse.rooms.service import Room, Rooms
from teahouse.sync.service.counting import EVERYTHING, Counting, Noticed
from teahouse.timeline.model import LATEST, Placed
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

PAGE_EVENTS = 50
PAGES_READ_MAX = 40  # for one answer of GET /notifications
PEOPLE_IN_MEMORY_MAX = 20_000


class Listed(NamedTuple):
    """Some of what a person was told of, the newest first; ``end``: go on below it."""

    notices: list[Notice]
    end: int | None


@dataclass(frozen=True, repr=False)
class Noticing:
    """Finds out what a person is to be told of."""

    log: Log
    rooms: Rooms
    reading: Reading
    tails: Tails
    counting: Counting
    _unread: OrderedDict[str, dict[str, tuple[int, int]]] = field(
        default_factory=OrderedDict[str, dict[str, tuple[int, int]]]
    )

    def listen(self) -> None:
        """Begin to hear: who has read something has less unread there."""
        self.log.hear(ReceiptMoved, self._read)

    def _read(self, _pos: int, moved: ReceiptMoved) -> None:
        self._unread.get(moved.receipt.user_id, {}).pop(moved.receipt.room_id, None)

    # -- what is new ---------------------------------------------------------------------------

    async def since(self, user_id: str, after: int, until: int) -> list[Notice]:
        """Return what is worth a person's notice in a range of positions, the oldest first."""
        found: list[Notice] = []
        memberships = await self.rooms.memberships(user_id)
        moved = await self._moved(list(memberships), after)
        for room_id in sorted(moved):
            what = memberships[room_id]
            room = await self.rooms.find(room_id)
            if room is None:
                continue
            if what.membership == "join":
                events = await self.counting.events(room_id, after, until)
                found += await self._noticed(room, user_id, what, events)
            elif what.membership == "invite" and after < what.pos <= until:
                found += await self._invited(room, user_id)
        return sorted(found, key=lambda notice: notice.pos)

    async def _moved(self, room_ids: list[str], after: int) -> set[str]:
        """Return the rooms in which something has happened after a position."""
        if after >= self.tails.floor:
            return {room_id for room_id in room_ids if self.tails.newest(room_id) > after}
        newest = await self.reading.newest(room_ids)
        return {room_id for room_id, pos in newest.items() if pos > after}

    async def _noticed(
        self, room: Room, user_id: str, what: Membership, events: Sequence[Placed]
    ) -> list[Notice]:
        came_at = await self.counting.came_at(room, user_id, what.pos)
        said = ((pos, event.sender, event.body) for pos, event in events)
        return [_notice(one) for one in await self.counting.noticed(room, user_id, came_at, said)]

    async def _invited(self, room: Room, user_id: str) -> list[Notice]:
        stated = room.state.get(MEMBER, user_id)
        if stated is None:
            return []
        said = [(stated.pos, stated.sender, stated.body)]
        return [_notice(one) for one in await self.counting.noticed(room, user_id, 0, said)]

    # -- how much is unread --------------------------------------------------------------------

    async def unread(self, user_id: str) -> int:
        """Return how many messages a person has not read, in all their rooms."""
        known = self._unread.setdefault(user_id, {})
        self._unread.move_to_end(user_id)
        if len(self._unread) > PEOPLE_IN_MEMORY_MAX:
            self._unread.popitem(last=False)
        until, total = self.log.applied, 0
        for what in (await self.rooms.memberships(user_id)).values():
            if what.membership != "join":
                continue
            counted = known.get(what.room_id)
            if counted is None or not self._stands(what, counted[0]):
                counted = (until, await self._unread_in(user_id, what, until))
                known[what.room_id] = counted
            total += counted[1]
        return total

    def _stands(self, what: Membership, counted_at: int) -> bool:
        """Tell whether nothing has happened in a room since it was counted."""
        quiet = self.tails.newest(what.room_id) <= counted_at
        return quiet and counted_at >= max(self.tails.floor, what.pos)

    async def _unread_in(self, user_id: str, what: Membership, until: int) -> int:
        room = await self.rooms.find(what.room_id)
        if room is None:
            return 0
        count = await self.counting.count(room, user_id, what.pos, until)
        return count.total.notifications

    # -- what there was ------------------------------------------------------------------------

    async def listed(
        self, user_id: str, before: int | None, limit: int, only_highlights: bool
    ) -> Listed:
        """Return what a person was told of, or would have been, before a position."""
        memberships = await self.rooms.memberships(user_id)
        joined = [one.room_id for one in memberships.values() if one.membership == "join"]
        start = LATEST if before is None else before - 1
        newest = await self.reading.newest(joined)
        heap = [(-min(pos, start), room_id) for room_id, pos in newest.items() if pos]
        heapq.heapify(heap)
        found: list[Notice] = []
        for _ in range(PAGES_READ_MAX):
            if not heap or self._is_enough(found, heap, limit):
                break
            top, room_id = heapq.heappop(heap)
            page, rest = await self._page(user_id, memberships[room_id], -top)
            found += [one for one in page if one.actions.highlight or not only_highlights]
            if rest is not None:
                heapq.heappush(heap, (-rest, room_id))
        return _cut(found, -heap[0][0] if heap else 0, limit)

    @staticmethod
    def _is_enough(found: list[Notice], heap: list[tuple[int, str]], limit: int) -> bool:
        """Tell whether what has not been looked at is all older than enough of what was found."""
        return sum(1 for one in found if one.pos > -heap[0][0]) >= limit

    async def _page(
        self, user_id: str, what: Membership, start: int
    ) -> tuple[list[Notice], int | None]:
        """Return what of some events of a room is worth a person's notice, and where to go on."""
        room = await self.rooms.find(what.room_id)
        assert room is not None, "a membership is of a room"
        came_at = await self.counting.came_at(room, user_id, what.pos)
        page = await self.reading.page(what.room_id, EVERYTHING, start, came_at, PAGE_EVENTS, True)
        return await self._noticed(room, user_id, what, page.events), page.end

    # -- names -----------------------------------------------------------------------------------

    async def names(self, notice: Notice) -> Names:
        """Return what the room of a notice and its sender are called."""
        room = await self.rooms.find(notice.room_id)
        if room is None:
            return Names()
        state = room.state
        return Names(
            _text(state.content("m.room.name").get("name")),
            _text(state.content("m.room.canonical_alias").get("alias")),
            _text(state.content(MEMBER, str(notice.event["sender"])).get("displayname")),
        )


def _notice(one: Noticed) -> Notice:
    return Notice(one.pos, dict(one.event), one.actions, one.is_read)


def _cut(found: list[Notice], seen_until: int, limit: int) -> Listed:
    """Return the newest of what was found, none that is older than what was not looked at."""
    sure = sorted((one for one in found if one.pos > seen_until), key=lambda one: -one.pos)
    if len(sure) > limit:
        return Listed(sure[:limit], sure[limit - 1].pos)
    return Listed(sure, seen_until + 1 if seen_until else None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
