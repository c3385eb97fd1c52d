"""What one room has for one person in a range of positions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.accountdata.service import AccountData
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.http.caller import Caller
from teahouse.receipts.model import contents as receipts_contents
from teahouse.receipts.service import Receipts, Typing, moved_between
from teahouse.rooms.model.choice import Choice
from teahouse.rooms.model.event import is_first, stripped
from teahouse.rooms.model.state import MEMBER, Membership
from teahouse.rooms.service import Room
from teahouse.sync.model import Wish
from teahouse.sync.service.choosing import (
    begins_with_create,
    hides_state,
    keyed,
    last,
    last_set,
    members_in,
    not_given,
    replacing,
    speaking,
)
from teahouse.sync.service.counting import Counting
from teahouse.sync.service.fragments import (
    Fragment,
    Fragments,
    StateKey,
    account_data_bytes,
    fragment_of,
    summary,
    timeline_bytes,
    timeline_of,
    unread_bytes,
)
from teahouse.sync.service.introduced import Introduced
from teahouse.sync.service.lately import Lately
from teahouse.timeline.events import Erased, Posted, Removed, TakenAgain
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


@dataclass(frozen=True)
class Range:
    """What is asked of a room: everything up to ``until``, or only what came after ``after``."""

    after: int  # 0: everything
    until: int
    full: bool  # state as of now is wanted whole, not only what changed
    anew: bool = False  # the client must let go of the timeline that it has


@dataclass(frozen=True, repr=False)
class Building:
    """Makes the parts of an answer."""

    clock: Clock
    reading: Reading
    tails: Tails
    receipts: Receipts
    typing: Typing
    counting: Counting
    account_data: AccountData
    fragments: Fragments = field(default_factory=Fragments)
    introduced: Introduced = field(default_factory=Introduced)
    stated: Lately = field(default_factory=Lately)  # rooms in which something was set or taken back

    def listen(self, log: Log) -> None:
        """Begin to hear: what has been redacted must not be served from what was made before."""
        self.stated.floor = log.applied

        def posted(pos: int, told: Posted) -> None:
            if told.event.is_state or told.event.redacts:
                self.stated.put(told.event.room_id, pos)
            if told.redacted:
                self.fragments.clear_room(told.event.room_id)

        def erased(_pos: int, told: Erased | TakenAgain | Removed) -> None:
            self.fragments.clear_room(told.room_id)

        log.hear(Posted, posted)
        log.hear(Erased, erased)
        log.hear(TakenAgain, erased)
        log.hear(Removed, erased)

    async def prepare(self, rooms: Sequence[Room], user_id: str) -> None:
        """Read in one go what memory does not have of many rooms, and a person's part needs."""
        await self.reading.load(rooms, user_id)
        await self.receipts.load([room.state.room_id for room in rooms])

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
        silent = not fragment.state and not ephemeral and not data
        if fragment.empty and silent and not span.full:
            return None
        moved = span.full or self._summary_moved(room, span)
        told = summary(room.state, caller.user_id) if moved else {}
        state = fragment.state
        if wish.lazy:
            heroes = told.get("m.heroes", ())
            state = [*state, *self._members(caller, room, span, wish, fragment, heroes)]
        room_id, now_ms = room.state.room_id, self.clock.ms()
        count = await self.counting.count(room, caller.user_id, mine.pos, span.until, ready)
        parts = [
            b'{"timeline":',
            timeline_of(fragment, wish, room_id, now_ms),
            b',"%b":{"events":[' % wish.state_name,
            b",".join(wish.given(state, room_id, now_ms)),
            b']},"ephemeral":{"events":[',
            b",".join(ephemeral),
            b']},"account_data":',
            account_data_bytes(data),
            unread_bytes(count, wish.filter.room.timeline.unread_thread_notifications),
        ]
        if told:
            parts += [b',"summary":', _encode(told)]
        return b"".join([*parts, b"}"])

    def _members(
        self,
        caller: Caller,
        room: Room,
        span: Range,
        wish: Wish,
        fragment: Fragment,
        heroes: Sequence[str],
    ) -> list[bytes]:
        """Return the memberships that lazy loading tells: who speaks, the heroes, and one's own.

        Those that the device has are left out, unless it wants them again.
        """
        room_id, mine = room.state.room_id, [caller.user_id] if span.full else []
        wanted = dict(fragment.speakers)
        for user_id in (*heroes, *mine):
            stated = room.state.get(MEMBER, user_id)
            if stated is None or stated.pos > span.until:
                continue
            if user_id not in wanted and user_id not in fragment.told:
                piece = ((MEMBER, user_id), stated.body)
                if wish.plain or _admits(wish, room_id, piece):
                    wanted[user_id] = stated.body
        knows = self.introduced.knows
        found = [
            kept
            for user_id, kept in wanted.items()
            if span.full or wish.redundant or not knows(caller, room_id, span.after, user_id, kept)
        ]
        self.introduced.note(caller, room_id, span.until, fragment.told | wanted, span.full)
        return found

    def _summary_moved(self, room: Room, span: Range) -> bool:
        """Tell whether members came or went, or the room may have lost its name to a redaction."""
        if not self.stated.moved(room.state.room_id, span.after):
            return False
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
        kind = (span.full, span.anew, wish.limit, wish.lazy, wish.state_after)
        key = (room_id, span.after, span.until, *kind)
        if shared:
            newest = self.tails.newest(room_id)
            if span.full and newest <= span.until:
                key = (room_id, span.after, newest, *kind)
            known = self.fragments.get(key)
            if known is not None and not _is_for_one(known, caller, visibility):
                return known
        made = await self._make(caller, room, visibility, span, wish, choice, ready)
        mine = made.is_own or _is_for_one(made, caller, visibility)
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
        events, limited = await self.events(room_id, visibility, span, wish.limit, choice, ready)
        if events and not visibility.everything:
            hidden = await self.reading.hidden_state(room_id, visibility, events[0][0], span.until)
            limited = limited or events[0][0] < hidden
            events = [placed for placed in events if placed[0] > hidden]
        start = events[0][0] if events else span.until + 1
        hides = hides_state(wish, room_id)
        if wish.state_after:
            state = await self._state_after(room, span)
        elif span.full:
            state = await self._whole_state(room, events, start, span, hides)
        elif limited or hides:
            state = await self._changed_state(room_id, span, events, start, hides)
        else:
            state = []
        return await self._shown(
            caller, room, visibility, wish, events, limited or span.anew, span, state
        )

    async def _shown(
        self,
        caller: Caller,
        room: Room,
        visibility: Visibility,
        wish: Wish,
        events: list[Placed],
        limited: bool,
        span: Range,
        state: list[tuple[StateKey, bytes]],
    ) -> Fragment:
        """Choose what the person is given of events and state; lazily without most members."""
        room_id = room.state.room_id
        start = events[0][0] if events else span.until + 1
        speakers: list[tuple[StateKey, bytes]] = []
        if wish.lazy:
            before = span.until + 1 if wish.state_after else start
            speakers = await self._speakers(room, events, before, state, wish, span)
            state = [piece for piece in state if piece[0][0] != MEMBER or not span.full]
        bodies = await self.reading.dressed(caller, visibility, events)
        if not wish.plain:
            state = [piece for piece in state if _admits(wish, room_id, piece)]
            speakers = [piece for piece in speakers if _admits(wish, room_id, piece)]
        made = fragment_of(events, bodies, limited, start - 1, [body for _, body in state])
        if wish.lazy:
            made.speakers = [(key[1], body) for key, body in speakers]
            made.told = members_in(events, state)
        return made

    async def events(
        self,
        room_id: str,
        visibility: Visibility,
        span: Range,
        limit: int,
        choice: Choice,
        ready: list[Placed] | None,
    ) -> tuple[list[Placed], bool]:
        """Return the newest events of the range, oldest first, and whether some were left out."""
        if not choice.wish.admits_room(room_id):
            return [], False
        events = ready if ready is not None else self.tails.since(room_id, span.after, span.until)
        complete = events is not None and (not span.full or begins_with_create(events))
        if events is not None and (complete or len(events) > limit):
            events = await self.reading.chosen(events, visibility, choice)
            if complete or len(events) > limit:
                return last(events, limit), len(events) > limit
        page = await self.reading.page(
            room_id, visibility, span.until, span.after, limit + 1, True, choice
        )
        found = page.events[::-1]
        return last(found, limit), len(found) > limit

    async def _changed_state(
        self, room_id: str, span: Range, events: list[Placed], start: int, hides: bool
    ) -> list[tuple[StateKey, bytes]]:
        """Return what changed since the last answer and is not among the events given now."""
        if hides:
            tail = self.tails.since(room_id, span.after, span.until)
            if tail is not None and not any(event.is_state for _, event in tail):
                return []
        until = span.until if hides else start - 1
        return not_given(await self.reading.state_between(room_id, span.after, until), events)

    async def _whole_state(
        self, room: Room, events: list[Placed], start: int, span: Range, hides: bool
    ) -> list[tuple[StateKey, bytes]]:
        """Return the state before the first event given; with what the timeline's filter hides."""
        state = room.state
        if hides:
            current = await self.reading.state_between(state.room_id, 0, span.until)
            found = not_given(current, events)
            kept = {key for key, _ in found}
            replaced = [key for key in replacing(events) if key not in kept]
        elif state.pos > span.until:
            pieces = await self.reading.state_at(state.room_id, start - 1)
            return [((event_type, key), body) for event_type, key, body in pieces]
        else:
            found = [(key, s.body) for key, s in state.events.items() if s.pos < start]
            later = [key for key, stated in state.events.items() if stated.pos >= start]
            among = replacing(events)
            replaced = [key for key in later if key in among]
        if replaced:
            found += keyed(await self.reading.states_before(state.room_id, replaced, start))
        return found

    async def _state_after(self, room: Room, span: Range) -> list[tuple[StateKey, bytes]]:
        """Return the state as it is after the timeline: whole, or what changed since last time."""
        if span.full:
            return await self._whole_state(room, [], span.until + 1, span, hides=False)
        return await self._changed_state(room.state.room_id, span, [], span.until + 1, hides=True)

    async def _speakers(
        self,
        room: Room,
        events: list[Placed],
        before: int,
        state: list[tuple[StateKey, bytes]],
        wish: Wish,
        span: Range,
    ) -> list[tuple[StateKey, bytes]]:
        """Return the memberships of those who speak that are not given anyhow.

        Who is called otherwise later in these events is given as they were before them.
        """
        among = {key: body for key, body in state if key[0] == MEMBER}
        found: list[tuple[StateKey, bytes]] = []
        late: list[StateKey] = []
        for user_id in speaking(events, wish.state_after):
            key = (MEMBER, user_id)
            stated = room.state.get(*key)
            if key in among:
                found += [(key, among[key])] if span.full else []
            elif stated is not None and stated.pos < before:
                found.append((key, stated.body))
            elif stated is not None and not is_first(stated.body):
                late.append(key)
        if late:
            found += keyed(await self.reading.states_before(room.state.room_id, late, before))
        return found

    async def _ephemeral(
        self, caller: Caller, room: Room, span: Range, wish: Wish, typing: bool
    ) -> list[bytes]:
        room_id = room.state.room_id
        chosen = wish.filter.room.ephemeral
        if not chosen.admits_room(room_id):
            return []
        found: list[bytes] = []
        ignored = await self.account_data.ignored(caller.user_id)
        if typing and chosen.admits_type("m.typing"):
            who = self.typing.who(room_id, ignored)
            body = {"type": "m.typing", "content": {"user_ids": who}}
            found.append(_encode(body))
        if chosen.admits_type("m.receipt"):
            held = await self.receipts.of_room(room_id)
            after = 0 if span.full else span.after
            new = moved_between(held, after, span.until)
            for content in receipts_contents(new, caller.user_id, ignored) if new else ():
                found.append(_encode({"type": "m.receipt", "content": content}))
        return found

    # -- rooms one is not in -------------------------------------------------------------------

    async def left(
        self,
        caller: Caller,
        room: Room,
        mine: Membership,
        span: Range,
        wish: Wish,
        data: Sequence[Datum],
    ) -> bytes:
        """Return the part of a room that was left, up to the leaving."""
        room_id = room.state.room_id
        visibility = await self.reading.visibility(room, caller.user_id)
        newest = min(span.until, mine.pos, visibility.last_readable)
        end = Range(span.after, newest, span.full)
        choice = await self._choice(caller, wish)
        events, limited = await self.events(room_id, visibility, end, wish.limit, choice, None)
        if not any(pos == mine.pos for pos, _ in events):
            events = [*events, *(await self.own_leaving(room_id, caller.user_id, mine.pos))]
        start = events[0][0] if events else mine.pos + 1
        state: list[tuple[StateKey, bytes]] = []
        hides = hides_state(wish, room_id)
        if span.full and visibility.was_in:
            until = visibility.last_readable
            pieces = await self.reading.state_at(
                room_id, until if wish.state_after else min(start - 1, until)
            )
            state = [((event_type, key), body) for event_type, key, body in pieces]
        elif wish.state_after:
            state = await self._state_after(room, end) if visibility.was_in else last_set(events)
        elif (limited or hides) and visibility.was_in:
            state = await self._changed_state(room_id, end, events, start, hides)
        fragment = await self._shown(caller, room, visibility, wish, events, limited, end, state)
        told = [*fragment.state, *(kept for _, kept in fragment.speakers)]
        now_ms = self.clock.ms()
        bodies = wish.given(fragment.events, room_id, now_ms)
        return b'{"timeline":%b,"%b":{"events":[%b]},"account_data":%b}' % (
            timeline_bytes(bodies, fragment.limited, fragment.prev),
            wish.state_name,
            b",".join(wish.given(told, room_id, now_ms)),
            account_data_bytes(data),
        )

    async def own_leaving(self, room_id: str, user_id: str, pos: int) -> list[Placed]:
        """Return the event by which somebody is out of a room, whether or not they may read it."""
        events = await self.reading.state_between(room_id, pos - 1, pos)
        return [(pos, event) for event in events if event.state_key == user_id]

    def invited(self, room: Room, user_id: str, name: bytes) -> bytes:
        """Return the part of a room that one is invited to (or knocks at): stripped state."""
        bodies = self.stripped_state(room, user_id)
        return b'{"%b":{"events":[%b]}}' % (name, b",".join(bodies))

    def stripped_state(self, room: Room, user_id: str) -> list[bytes]:
        """Return what somebody who is invited, or knocks, may know of a room."""
        state = room.state
        pieces = [state.get(event_type) for event_type in INVITE_STATE] + [
            state.get(MEMBER, user_id)
        ]
        mine = state.get(MEMBER, user_id)
        if mine is not None:
            sender = msgspec.json.decode(mine.body)["sender"]
            if sender != user_id:
                pieces.append(state.get(MEMBER, sender))
        return [stripped(piece.body) for piece in pieces if piece is not None]


def _is_for_one(fragment: Fragment, caller: Caller, visibility: Visibility) -> bool:
    """Tell whether a fragment has what the caller's device sent, or was before they came in."""
    sent = (caller.user_id, caller.device_id) in fragment.from_devices
    return sent or fragment.first < visibility.known_from


def _admits(wish: Wish, room_id: str, piece: tuple[StateKey, bytes]) -> bool:
    return wish.filter.room.state.admits_event(room_id, msgspec.json.decode(piece[1]))
