"""Unread counts: each event is judged once for each member, when that member asks.

A count is kept with the receipts it was counted from, by thread ("Threads", "Receipts"); as long as
those have not moved into the middle of what was counted, only what came since is judged. What an
event is in itself is found out once for everybody. What was taken back counts for nobody. Whoever
says something in a thread has read it up to there ("Marking notifications as read").
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.infra.bus.log import Log
from teahouse.push.model.evaluate import Actions, Moment, Person, RuleSet, evaluate
from teahouse.push.service import Push
from teahouse.receipts.model import MAIN_THREAD
from teahouse.receipts.service import Receipts
from teahouse.rooms.model.event import is_first, with_room
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room
from teahouse.timeline.events import Erased, Posted, Removed, TakenAgain
from teahouse.timeline.model import LATEST, Placed, Visibility
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

COUNTS_IN_MEMORY_MAX = 200_000
MOMENTS_IN_MEMORY_MAX = 2_000
EVENTS_COUNTED_MAX = 1_000
EVERYTHING = Visibility((), ((0, "join"),))

Said = tuple[int, str, bytes]  # position, sender and body of an event


class Tally(msgspec.Struct):
    """How much of one thread is unread, and up to which of its events it was counted."""

    read_until: int
    counted: int = 0
    notifications: int = 0
    highlights: int = 0


class Count(msgspec.Struct):
    """How much of a room is unread, by thread (``main`` is what is in none)."""

    counted_until: int
    threads: dict[str, Tally] = {}

    @property
    def total(self) -> Tally:
        """The sum of all threads."""
        return Tally(
            0,
            0,
            sum(tally.notifications for tally in self.threads.values()),
            sum(tally.highlights for tally in self.threads.values()),
        )


class Noticed(msgspec.Struct, frozen=True):
    """An event that is worth a person's notice, and whether they have read as far."""

    pos: int
    event: Mapping[str, Any]
    thread: str
    actions: Actions
    is_read: bool


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
    _joins: OrderedDict[tuple[str, str], tuple[int, int]] = field(
        default_factory=OrderedDict[tuple[str, str], tuple[int, int]]
    )
    _moments: OrderedDict[int, Moment] = field(default_factory=OrderedDict[int, Moment])
    _counted: dict[str, set[str]] = field(default_factory=dict[str, set[str]])  # who, by room

    def listen(self, log: Log) -> None:
        """Begin to hear: what is taken back is counted no more."""

        def posted(_pos: int, told: Posted) -> None:
            if told.redacted:
                self._count_anew(told.event.room_id)

        def erased(_pos: int, told: Erased | TakenAgain | Removed) -> None:
            self._count_anew(told.room_id)

        log.hear(Posted, posted)
        log.hear(Erased, erased)
        log.hear(TakenAgain, erased)
        log.hear(Removed, erased)

    def _count_anew(self, room_id: str) -> None:
        for user_id in self._counted.pop(room_id, ()):
            self._counts.pop((room_id, user_id), None)
        for pos, moment in list(self._moments.items()):
            if moment.event["room_id"] == room_id:
                del self._moments[pos]

    async def count(
        self,
        room: Room,
        user_id: str,
        member_at: int,
        until: int,
        ready: Sequence[Placed] | None = None,
    ) -> Count:
        """Return what is unread up to a position for whose membership event is at ``member_at``.

        ``ready`` are the room's newest events up to there, if somebody has read them already.
        """
        room_id = room.state.room_id
        marks = await self.receipts.read_marks(room_id, user_id)
        base = marks.get("", 0)
        if base < member_at:
            base = max(base, await self._joined_at(room, user_id, member_at))
        place = (room_id, user_id)
        known = self._counts.get(place)
        if known is None or known.counted_until > until or not _keeps_up(known, marks, base):
            known = self._counts[place] = Count(base)
            self._counted.setdefault(room_id, set()).add(user_id)
            if len(self._counts) > COUNTS_IN_MEMORY_MAX:
                self._let_one_go()
        if known.counted_until < until:
            events = _since(ready, known.counted_until)
            if events is None:
                events = await self.events(room_id, known.counted_until, until)
            said = await self._heard(user_id, ((pos, one.sender, one.body) for pos, one in events))
            rules = self.push.rules_at_hand(user_id) or await self.push.rules_for(user_id)
            self._judge(room, user_id, rules, said, known, marks, base)
            known.counted_until = until
        return known

    def _let_one_go(self) -> None:
        (room_id, user_id), _ = self._counts.popitem(last=False)
        people = self._counted.get(room_id, set[str]())
        people.discard(user_id)
        if not people:
            self._counted.pop(room_id, None)

    async def noticed(
        self, room: Room, user_id: str, came_at: int, said: Iterable[Said]
    ) -> list[Noticed]:
        """Return which of a room's events since a person came are worth their notice, in order."""
        marks = await self.receipts.read_marks(room.state.room_id, user_id)
        rules = await self.push.rules_for(user_id)
        heard = await self._heard(user_id, said)
        judged = list(self._judged(room, user_id, rules, heard))
        for pos, event, _ in judged:
            if _says_it_is_read(event, user_id):
                marks[thread_of(event)] = max(marks.get(thread_of(event), 0), pos)
        found: list[Noticed] = []
        for pos, event, actions in judged:
            if pos <= came_at or not actions.notify:
                continue
            thread = thread_of(event)
            is_read = pos <= max(marks.get("", 0), marks.get(thread, 0))
            found.append(Noticed(pos, event, thread, actions, is_read))
        return found

    async def came_at(self, room: Room, user_id: str, member_at: int) -> int:
        """Return where a member came in, whose membership event is at ``member_at``."""
        return await self._joined_at(room, user_id, member_at)

    async def _joined_at(self, room: Room, user_id: str, member_at: int) -> int:
        """Return where a member came in: another name since then is not another coming."""
        stated = room.state.get(MEMBER, user_id)
        if stated is None or is_first(stated.body):
            return member_at
        place = (room.state.room_id, user_id)
        known = self._joins.get(place)
        if known is None or known[0] != member_at:
            joined_at = await self.reading.joined_at(room, user_id, member_at)
            known = self._joins[place] = (member_at, joined_at)
            if len(self._joins) > COUNTS_IN_MEMORY_MAX:
                self._joins.popitem(last=False)
        return known[1]

    async def events(self, room_id: str, after: int, until: int) -> Sequence[Placed]:
        """Return what happened in a room in a range of positions, the newest of it, in order."""
        events = self.tails.since(room_id, after, until)
        if events is not None:
            return events
        page = await self.reading.page(
            room_id, EVERYTHING, min(until, LATEST), after, EVENTS_COUNTED_MAX, True
        )
        return page.events[::-1]

    async def _heard(self, user_id: str, said: Iterable[Said]) -> Iterable[Said]:
        """Leave out what those say whom a person ignores."""
        ignored = await self.push.accountdata.ignored(user_id)
        if not ignored:
            return said
        return [one for one in said if one[1] not in ignored]

    def _judge(
        self,
        room: Room,
        user_id: str,
        rules: RuleSet,
        said: Iterable[Said],
        count: Count,
        marks: Mapping[str, int],
        base: int,
    ) -> None:
        for pos, event, actions in self._judged(room, user_id, rules, said):
            thread = thread_of(event)
            if _says_it_is_read(event, user_id):
                count.threads.pop(thread, None)
                continue
            read_until = max(base, marks.get(thread, 0))
            if pos <= read_until or not (actions.notify or actions.highlight):
                continue
            tally = count.threads.setdefault(thread, Tally(read_until))
            tally.counted = pos
            tally.notifications += actions.notify
            tally.highlights += actions.highlight

    def _judged(
        self, room: Room, user_id: str, rules: RuleSet, said: Iterable[Said]
    ) -> Iterator[tuple[int, Mapping[str, Any], Actions]]:
        """Go through what was said and not taken back, with what the rules say of each.

        Of one's own words they say nothing.
        """
        name = room.state.content(MEMBER, user_id).get("displayname")
        person = Person(user_id, name if isinstance(name, str) else "")
        for pos, sender, body in said:
            moment = self.moment(room, pos, body)
            if sender == user_id or not _is_taken_back(moment.event):
                yield pos, moment.event, evaluate(rules, moment, person)

    def moment(self, room: Room, pos: int, body: bytes) -> Moment:
        """Return an event in its room, ready to be judged; kept for the next who asks."""
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


def _since(ready: Sequence[Placed] | None, after: int) -> list[Placed] | None:
    """Return which of a room's newest events came after a position, if they reach back so far."""
    if not ready or (ready[0][0] > after and ready[0][1].type != "m.room.create"):
        return None
    return [placed for placed in ready if placed[0] > after]


def thread_of(event: Mapping[str, Any]) -> str:
    """Return the root of the thread that an event is in, or ``main``."""
    relation = event["content"].get("m.relates_to")
    if isinstance(relation, dict) and relation.get("rel_type") == "m.thread":
        root = relation.get("event_id")
        if isinstance(root, str):
            return root
    return MAIN_THREAD


def _says_it_is_read(event: Mapping[str, Any], user_id: str) -> bool:
    """Tell whether a person shows by an event that they have read what was before it.

    Setting a room's state, or taking something back, does not.
    """
    silent = "state_key" in event or event["type"] == "m.room.redaction"
    return event["sender"] == user_id and not silent


def _is_taken_back(event: Mapping[str, Any]) -> bool:
    unsigned = event.get("unsigned", {})
    return "redacted_because" in unsigned or "erased" in unsigned


def _keeps_up(count: Count, marks: Mapping[str, int], base: int) -> bool:
    """Drop the threads that have been read to their end; tell whether the rest still counts."""
    for thread, tally in list(count.threads.items()):
        read_until = max(base, marks.get(thread, 0))
        if read_until >= tally.counted:
            del count.threads[thread]
        elif read_until != tally.read_until:
            return False
    return True
