"""What one room has for one person in a range of positions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.accountdata.service import AccountData
from teahouse.infra.bus.log import Log
from teahouse.infra.http.caller import Caller
from teahouse.receipts.model import MAIN_THREAD
from teahouse.receipts.model import contents as receipts_contents
from teahouse.receipts.service import Receipts, Typing
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import RoomEvent, stripped
from teahouse.rooms.model.state import MEMBER, Membership
from teahouse.rooms.service import Room
from teahouse.sync.model import Wish
from teahouse.sync.service.counting import Count, Counting, Tally
from teahouse.sync.service.fragments import (
    Fragment,
    Fragments,
    StateKey,
    fragment_of,
    summary,
)
from teahouse.timeline.events import Erased, Posted, TakenAgain
from teahouse.timeline.model import Placed, Visibility
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

_encode = msgspec.json.Encoder().encode

INVITE_STATE = (
    "m.room.create",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.join_rules",
    "m.room.canonical_alias",
    "m.room.encryption",
)
SUMMARISED = frozenset([MEMBER, "m.room.name", "m.room.canonical_alias"])
NO_EVENTS = b'{"events":[]}'


@dataclass(frozen=True)
class Range:
    """What is asked of a room: everything up to ``until``, or only what came after ``after``."""

    after: int  # 0: everything
    until: int
    full: bool  # state as of now is wanted whole, not only what changed
    anew: bool = False  # the client must let go of the timeline that it has


@dataclass(frozen=True)
class Building:
    """Makes the parts of an answer."""

    reading: Reading
    tails: Tails
    receipts: Receipts
    typing: Typing
    counting: Counting
    account_data: AccountData
    fragments: Fragments = field(default_factory=Fragments)

    def listen(self, log: Log) -> None:
        """Begin to hear: what has been redacted must not be served from what was made before."""

        def posted(_pos: int, told: Posted) -> None:
            if told.redacted:
                self.fragments.clear_room(told.event.room_id)

        def erased(_pos: int, told: Erased | TakenAgain) -> None:
            self.fragments.clear_room(told.room_id)

        log.hear(Posted, posted)
        log.hear(Erased, erased)
        log.hear(TakenAgain, erased)

    # -- rooms one is in -----------------------------------------------------------------------

    async def joined(
        self,
        caller: Caller,
        room: Room,
        mine: Membership,
        span: Range,
        wish: Wish,
        data: Sequence[Datum],
        typing: bool,
        ready: list[Placed] | None = None,
    ) -> bytes | None:
        """Return a joined room's part, or ``None`` when there is nothing in it to tell."""
        fragment = await self._fragment(caller, room, span, wish, ready)
        ephemeral = await self._ephemeral(caller, room, span, wish, typing)
        state = list(fragment.state)
        if wish.lazy and span.full and caller.user_id not in fragment.members:
            own = room.state.get(MEMBER, caller.user_id)
            if own is not None and own.pos <= span.until:
                state.append(wish.shaped(own.body, room.state.room_id))
        if fragment.empty and not state and not ephemeral and not data and not span.full:
            return None
        count = await self.counting.count(room, caller.user_id, mine.pos, span.until)
        parts = [
            b'{"timeline":',
            fragment.timeline,
            b',"state":{"events":[',
            b",".join(state),
            b']},"ephemeral":{"events":[',
            b",".join(ephemeral),
            b']},"account_data":',
            account_data_bytes(data),
            unread_bytes(count, wish.filter.room.timeline.unread_thread_notifications),
        ]
        if span.full or self._summary_moved(room, span):
            parts += [b',"summary":', _encode(summary(room.state, caller.user_id))]
        return b"".join([*parts, b"}"])

    def _summary_moved(self, room: Room, span: Range) -> bool:
        """Tell whether members came or went, or the room may have lost its name to a redaction."""
        events = self.tails.since(room.state.room_id, span.after, span.until)
        return events is None or any(
            event.type in SUMMARISED or event.redacts for _, event in events
        )

    async def _fragment(
        self,
        caller: Caller,
        room: Room,
        span: Range,
        wish: Wish,
        ready: list[Placed] | None,
    ) -> Fragment:
        visibility = await self.reading.visibility(room, caller.user_id)
        room_id = room.state.room_id
        choice = await self._choice(caller, wish)
        shared = wish.plain and visibility.everything and not choice.ignored
        kind = (span.full, span.anew, wish.limit, wish.lazy)
        key = (room_id, span.after, span.until, *kind)
        if shared:
            newest = self.tails.newest(room_id)
            if span.full and newest <= span.until:
                key = (room_id, span.after, newest, *kind)
            known = self.fragments.get(key)
            if known is not None and (caller.user_id, caller.device_id) not in known.from_devices:
                return known
        made = await self._make(caller, room, visibility, span, wish, choice, ready)
        mine = made.is_own or (caller.user_id, caller.device_id) in made.from_devices
        return self.fragments.keep(key, made) if shared and not mine else made

    async def _choice(self, caller: Caller, wish: Wish) -> Choice:
        """Return what the person wants of timelines, and whom they ignore."""
        ignored = await self.account_data.ignored(caller.user_id)
        return Choice(wish.filter.room.timeline, ignored)

    async def _make(
        self,
        caller: Caller,
        room: Room,
        visibility: Visibility,
        span: Range,
        wish: Wish,
        choice: Choice,
        ready: list[Placed] | None,
    ) -> Fragment:
        room_id = room.state.room_id
        events, limited = await self._events(room_id, visibility, span, wish, choice, ready)
        if events and not visibility.everything:
            hidden = await self.reading.hidden_state(room_id, visibility, events[0][0], span.until)
            limited = limited or events[0][0] < hidden
            events = [placed for placed in events if placed[0] > hidden]
        start = events[0][0] if events else span.until + 1
        hides = _hides(wish, room_id)
        if span.full:
            state = await self._whole_state(room, events, start, span, hides)
        elif limited or hides:
            state = await self._changed_state(room_id, span, events, start, hides)
        else:
            state = []
        if wish.lazy:
            state = await self._with_speakers(room, events, start, state)
        return await self._shown(
            caller, room_id, visibility, wish, events, limited or span.anew, start - 1, state
        )

    async def _shown(
        self,
        caller: Caller,
        room_id: str,
        visibility: Visibility,
        wish: Wish,
        events: list[Placed],
        limited: bool,
        prev: int,
        state: list[tuple[StateKey, bytes]],
    ) -> Fragment:
        """Encode events and state as the person is given them."""
        bodies = await self.reading.dressed(caller, visibility, events)
        is_own = any(b'"m.relations"' in body for body in bodies)
        if not wish.plain:
            bodies = [wish.shaped(body, room_id) for body in bodies]
            state = [
                (piece[0], wish.shaped(piece[1], room_id))
                for piece in state
                if _admits(wish, room_id, piece)
            ]
        return fragment_of(events, bodies, limited, prev, state, is_own)

    async def _events(
        self,
        room_id: str,
        visibility: Visibility,
        span: Range,
        wish: Wish,
        choice: Choice,
        ready: list[Placed] | None,
    ) -> tuple[list[Placed], bool]:
        """Return the newest events of the range, oldest first, and whether some were left out."""
        if not choice.wish.admits_room(room_id):
            return [], False
        limit = wish.limit
        events = ready if ready is not None else self.tails.since(room_id, span.after, span.until)
        complete = events is not None and (not span.full or _begins_with_create(events))
        if events is not None and (complete or len(events) > limit):
            events = await self.reading.chosen(events, visibility, choice)
            if complete or len(events) > limit:
                return events[-limit:], len(events) > limit
        page = await self.reading.page(
            room_id, visibility, span.until, span.after, limit + 1, True, choice
        )
        found = page.events[::-1]
        return found[-limit:], len(found) > limit

    async def _changed_state(
        self, room_id: str, span: Range, events: list[Placed], start: int, hides: bool
    ) -> list[tuple[StateKey, bytes]]:
        """Return what changed since the last answer and is not among the events given now."""
        if hides:
            tail = self.tails.since(room_id, span.after, span.until)
            if tail is not None and not any(event.is_state for _, event in tail):
                return []
        until = span.until if hides else start - 1
        return _not_given(await self.reading.state_between(room_id, span.after, until), events)

    async def _whole_state(
        self, room: Room, events: list[Placed], start: int, span: Range, hides: bool
    ) -> list[tuple[StateKey, bytes]]:
        """Return the state before the first event given; with what the timeline's filter hides."""
        state = room.state
        if hides:
            current = await self.reading.state_between(state.room_id, 0, span.until)
            found = _not_given(current, events)
            kept = {key for key, _ in found}
            replaced = [key for key in _replacing(events) if key not in kept]
        elif state.pos > span.until:
            pieces = await self.reading.state_at(state.room_id, start - 1)
            return [((event_type, key), body) for event_type, key, body in pieces]
        else:
            found = [(key, s.body) for key, s in state.events.items() if s.pos < start]
            later = [key for key, stated in state.events.items() if stated.pos >= start]
            among = _replacing(events)
            replaced = [key for key in later if key in among]
        if replaced:
            found += _keyed(await self.reading.states_before(state.room_id, replaced, start))
        return found

    async def _with_speakers(
        self, room: Room, events: list[Placed], start: int, state: list[tuple[StateKey, bytes]]
    ) -> list[tuple[StateKey, bytes]]:
        """Return the state with only the memberships of those who speak (lazy loading).

        Who is called otherwise later in these events is given as they were before them.
        """
        found = [piece for piece in state if piece[0][0] != MEMBER]
        among = {key: body for key, body in state if key[0] == MEMBER}
        introduced: set[str] = set()
        late: list[StateKey] = []
        for _, event in events:
            if event.type == MEMBER and event.state_key is not None:
                introduced.add(event.state_key)
            if event.sender in introduced:
                continue
            introduced.add(event.sender)
            key = (MEMBER, event.sender)
            stated = room.state.get(*key)
            if key in among:
                found.append((key, among[key]))
            elif stated is not None and stated.pos < start:
                found.append((key, stated.body))
            else:
                late.append(key)
        if late:
            found += _keyed(await self.reading.states_before(room.state.room_id, late, start))
        return found

    async def _ephemeral(
        self, caller: Caller, room: Room, span: Range, wish: Wish, typing: bool
    ) -> list[bytes]:
        room_id = room.state.room_id
        chosen = wish.filter.room.ephemeral
        if not chosen.admits_room(room_id):
            return []
        found: list[bytes] = []
        if typing and chosen.admits_type("m.typing"):
            body = {"type": "m.typing", "content": {"user_ids": self.typing.who(room_id)}}
            found.append(_encode(body))
        if chosen.admits_type("m.receipt"):
            held = await self.receipts.of_room(room_id)
            after = 0 if span.full else span.after
            new = [one.receipt for one in held.values() if after < one.pos <= span.until]
            for content in receipts_contents(new, caller.user_id):
                found.append(_encode({"type": "m.receipt", "content": content}))
        return found

    # -- rooms one is not in -------------------------------------------------------------------

    async def left(
        self, caller: Caller, room: Room, mine: Membership, span: Range, wish: Wish
    ) -> bytes:
        """Return the part of a room that was left, up to the leaving."""
        room_id = room.state.room_id
        visibility = await self.reading.visibility(room, caller.user_id)
        newest = min(span.until, mine.pos, visibility.last_readable)
        end = Range(span.after, newest, span.full)
        choice = await self._choice(caller, wish)
        events, limited = await self._events(room_id, visibility, end, wish, choice, None)
        if not any(pos == mine.pos for pos, _ in events):
            events = [*events, *(await self._own_leaving(room_id, caller.user_id, mine.pos))]
        start = events[0][0] if events else mine.pos + 1
        state: list[tuple[StateKey, bytes]] = []
        hides = _hides(wish, room_id)
        if span.full and visibility.was_in:
            until = min(start - 1, visibility.last_readable)
            pieces = await self.reading.state_at(room_id, until)
            state = [((event_type, key), body) for event_type, key, body in pieces]
        elif (limited or hides) and visibility.was_in:
            state = await self._changed_state(room_id, end, events, start, hides)
        fragment = await self._shown(
            caller, room_id, visibility, wish, events, limited, start - 1, state
        )
        return b'{"timeline":%b,"state":{"events":[%b]},"account_data":%b}' % (
            fragment.timeline,
            b",".join(fragment.state),
            NO_EVENTS,
        )

    async def _own_leaving(self, room_id: str, user_id: str, pos: int) -> list[Placed]:
        events = await self.reading.state_between(room_id, pos - 1, pos)
        return [(pos, event) for event in events if event.state_key == user_id]

    def invited(self, room: Room, user_id: str, name: bytes) -> bytes:
        """Return the part of a room that one is invited to (or knocks at): stripped state."""
        state = room.state
        pieces = [state.get(event_type) for event_type in INVITE_STATE] + [
            state.get(MEMBER, user_id)
        ]
        mine = state.get(MEMBER, user_id)
        if mine is not None:
            sender = msgspec.json.decode(mine.body)["sender"]
            if sender != user_id:
                pieces.append(state.get(MEMBER, sender))
        bodies = [stripped(piece.body) for piece in pieces if piece is not None]
        return b'{"%b":{"events":[%b]}}' % (name, b",".join(bodies))


def account_data_bytes(data: Sequence[Datum]) -> bytes:
    """Return encoded account data."""
    if not data:
        return NO_EVENTS
    events = [b'{"type":%b,"content":%b}' % (_encode(datum.type), datum.content) for datum in data]
    return b'{"events":[%b]}' % b",".join(events)


def unread_bytes(count: Count, by_thread: bool) -> bytes:
    """Return the unread counts: of the whole room, or of what is in no thread and of each thread."""
    whole = count.threads.get(MAIN_THREAD, Tally(0)) if by_thread else count.total
    found = b',"unread_notifications":' + _counts(whole)
    if by_thread:
        threads = [
            b"%b:%b" % (_encode(thread), _counts(tally))
            for thread, tally in count.threads.items()
            if thread != MAIN_THREAD
        ]
        found += b',"unread_thread_notifications":{%b}' % b",".join(threads)
    return found


def _counts(tally: Tally) -> bytes:
    return b'{"highlight_count":%d,"notification_count":%d}' % (
        tally.highlights,
        tally.notifications,
    )


def _begins_with_create(events: list[Placed]) -> bool:
    return bool(events) and events[0][1].type == "m.room.create"


def _replacing(events: list[Placed]) -> set[StateKey]:
    """Return the state keys that one of the events sets anew over an older value."""
    return {
        (event.type, event.state_key)
        for _, event in events
        if event.state_key is not None and b'"replaces_state"' in event.body
    }


def _not_given(state: Sequence[RoomEvent], events: list[Placed]) -> list[tuple[StateKey, bytes]]:
    """Return the pieces of state that are not among the events."""
    given = {event.event_id for _, event in events}
    return [
        ((event.type, event.state_key or ""), event.body)
        for event in state
        if event.event_id not in given
    ]


def _keyed(bodies: Sequence[bytes]) -> list[tuple[StateKey, bytes]]:
    """Return pieces of state with what they are about."""
    events = [(msgspec.json.decode(body), body) for body in bodies]
    return [((event["type"], event["state_key"]), body) for event, body in events]


def _hides(wish: Wish, room_id: str) -> bool:
    """Tell whether the timeline's filter may leave out an event that sets something."""
    timeline = wish.filter.room.timeline
    return Choice(timeline).hides_state or not timeline.admits_room(room_id)


def _admits(wish: Wish, room_id: str, piece: tuple[StateKey, bytes]) -> bool:
    return wish.filter.room.state.admits_event(room_id, msgspec.json.decode(piece[1]))
