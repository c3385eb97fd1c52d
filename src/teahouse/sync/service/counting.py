"""Unread counts: each event is judged once for each member, when that member asks.

A count is kept with the receipt it was counted from; as long as that has not moved, only what came
since is judged. What an event is in itself is found out once for everybody.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from teahouse.push.model.evaluate import Moment, Person, RuleSet, evaluate
from teahouse.push.service import Push
from teahouse.receipts.service import Receipts
from teahouse.rooms.model.event import with_room
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room
from teahouse.timeline.model import LATEST, Placed, Visibility
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

COUNTS_IN_MEMORY_MAX = 200_000
MOMENTS_IN_MEMORY_MAX = 2_000
EVENTS_COUNTED_MAX = 1_000


class Count(msgspec.Struct):
    """How much is unread, from where, and up to where it has been counted."""

    read_until: int
    counted_until: int
    notifications: int = 0
    highlights: int = 0


@dataclass(frozen=True)
class Counting:
    """Unread counts of every person in every room."""

    push: Push
    receipts: Receipts
    reading: Reading
    tails: Tails
    _counts: OrderedDict[tuple[str, str], Count] = field(
        default_factory=OrderedDict[tuple[str, str], Count]
    )
    _moments: OrderedDict[int, Moment] = field(default_factory=OrderedDict[int, Moment])

    async def count(self, room: Room, user_id: str, joined_at: int, until: int) -> Count:
        """Return what is unread for a member up to a position."""
        room_id = room.state.room_id
        read_until = max(await self.receipts.read_until(room_id, user_id), joined_at)
        place = (room_id, user_id)
        known = self._counts.get(place)
        if known is None or known.read_until != read_until or known.counted_until > until:
            known = self._counts[place] = Count(read_until, read_until)
            if len(self._counts) > COUNTS_IN_MEMORY_MAX:
                self._counts.popitem(last=False)
        if known.counted_until < until:
            events = await self._events(room_id, known.counted_until, until)
            rules = await self.push.rules_for(user_id)
            self._judge(room, user_id, rules, events, known)
            known.counted_until = until
        return known

    async def _events(self, room_id: str, after: int, until: int) -> list[Placed]:
        events = self.tails.since(room_id, after, until)
        if events is not None:
            return events
        everything = Visibility((), ((0, "join"),))
        page = await self.reading.page(
            room_id, everything, min(until, LATEST), after, EVENTS_COUNTED_MAX, True
        )
        return page.events

    def _judge(
        self, room: Room, user_id: str, rules: RuleSet, events: list[Placed], count: Count
    ) -> None:
        if not events:
            return
        name = room.state.content(MEMBER, user_id).get("displayname")
        person = Person(user_id, name if isinstance(name, str) else "")
        for pos, event in events:
            if event.sender == user_id:
                continue
            actions = evaluate(rules, self._moment(room, pos, event.body), person)
            count.notifications += actions.notify
            count.highlights += actions.highlight

    def _moment(self, room: Room, pos: int, body: bytes) -> Moment:
        known = self._moments.get(pos)
        if known is None:
            state = room.state
            event = msgspec.json.decode(with_room(body, state.room_id))
            levels = state.content("m.room.power_levels").get("notifications")
            known = Moment(
                event,
                len(state.joined),
                state.power.of(event["sender"]),
                levels if isinstance(levels, dict) else None,
            )
            self._moments[pos] = known
            if len(self._moments) > MOMENTS_IN_MEMORY_MAX:
                self._moments.popitem(last=False)
        return known
