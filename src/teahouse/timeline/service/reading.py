"""Reading rooms: one event, pages of them, state now and then; never more than one may see."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.choice import EVERYTHING, Choice
from teahouse.rooms.model.event import (
    RoomEvent,
    aged,
    content_of,
    is_first,
    with_room,
    with_unsigned,
)
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline import store
from teahouse.timeline.model import LATEST, NoSuchEvent, Placed, Visibility

VISIBILITY = "m.room.history_visibility"
HISTORIES_IN_MEMORY_MAX = 20_000
OWN_IN_MEMORY_MAX = 100_000
PAGES_READ_MAX = 10
WITHHELD_TOLD_MAX = 10_000  # of one person
SPOKEN_AT_ONCE = 500


# Tells whether an application service, named by its id, has one of these people among its own.
Serving = Callable[[str, AbstractSet[str]], bool]
# Refuses that a person, who is not in a room that everybody may read, reads it.
Peeking = Callable[[str, str], Awaitable[None]]


class Relating(Protocol):
    """Whoever knows which event relates to which."""

    async def aggregated(
        self, caller: Caller, visibility: Visibility, placed: Sequence[Placed]
    ) -> Mapping[str, bytes]:
        """Return each event's ``m.relations``, of those events of one room that have any."""
        ...

    async def related(
        self,
        visibility: Visibility,
        placed: Sequence[Placed],
        senders: list[str] | None,
        rel_types: list[str] | None,
    ) -> set[str]:
        """Return which events of one room somebody, or some kind of event, relates to."""
        ...


@dataclass(frozen=True)
class Page:
    """Events in the order asked for, and where to go on; ``None`` when there is no more."""

    events: list[Placed]
    end: int | None


@dataclass(frozen=True)
class Around:
    """An event and what was said around it."""

    event: Placed
    before: Page
    after: Page


@dataclass(frozen=True, repr=False)
class Reading:
    """What a person may read."""

    db: Database
    rooms: Rooms
    relating: list[Relating] = field(default_factory=list[Relating])
    serving: list[Serving] = field(default_factory=list[Serving])
    peeking: list[Peeking] = field(default_factory=list[Peeking])
    _histories: OrderedDict[str, tuple[tuple[int, str], ...]] = field(
        default_factory=OrderedDict[str, tuple[tuple[int, str], ...]]
    )
    # What people were to rooms, by room and person, as of the position of what they are now.
    _owns: OrderedDict[tuple[str, str], tuple[int, tuple[tuple[int, str], ...]]] = field(
        default_factory=OrderedDict[tuple[str, str], tuple[int, tuple[tuple[int, str], ...]]]
    )

    # -- what may be seen ----------------------------------------------------------------------

    async def visibility(self, room: Room, user_id: str) -> Visibility:
        """Return what a person may read of a room."""
        room_id = room.state.room_id
        visibilities, last = self._histories.get(room_id), room.state.get(VISIBILITY)
        if visibilities is None or (last and (not visibilities or visibilities[-1][0] < last.pos)):
            # never read, or read while it was being set anew
            visibilities = (await self._load_histories([room_id]))[room_id]
        stated = room.state.get(MEMBER, user_id)
        if stated is not None and user_id in room.state.joined:
            quick = Visibility(visibilities, ((0, "join"),), stated.pos)
            if quick.everything:
                return quick
        return Visibility(visibilities, await self._memberships(room_id, user_id))

    async def _memberships(self, room_id: str, user_id: str) -> tuple[tuple[int, str], ...]:
        """Return what a person was to a room, ever since when."""
        async with self.db.read() as tx:
            return _memberships_in(await store.state_history(tx, room_id, MEMBER, user_id))

    async def load(self, rooms: Sequence[Room], user_id: str) -> None:
        """Read in one go what memory does not tell of who may read what of many rooms."""
        missing = [one.state.room_id for one in rooms]
        missing = [room_id for room_id in missing if room_id not in self._histories]
        if missing:
            await self._load_histories(missing)
        unknown = [one for one in rooms if self._own_at_hand(one, user_id) is None]
        if unknown:
            await self._load_own(unknown, user_id)

    async def _load_histories(
        self, room_ids: Sequence[str]
    ) -> dict[str, tuple[tuple[int, str], ...]]:
        async with self.db.read() as tx:
            found = await store.state_histories(tx, room_ids, VISIBILITY, "")
        for room_id, bodies in found.items():
            self._histories[room_id] = tuple(
                (pos, str(content_of(body).get("history_visibility", "shared")))
                for pos, body in bodies
            )
        histories = {room_id: self._histories[room_id] for room_id in room_ids}
        while len(self._histories) > HISTORIES_IN_MEMORY_MAX:
            self._histories.popitem(last=False)
        return histories

    async def _own(self, room: Room, user_id: str) -> tuple[tuple[int, str], ...]:
        """Return what a person was to a room, ever since when, as far as the room is known."""
        known = self._own_at_hand(room, user_id)
        return known or (await self._load_own([room], user_id))[room.state.room_id]

    def _own_at_hand(self, room: Room, user_id: str) -> tuple[tuple[int, str], ...] | None:
        stated = room.state.get(MEMBER, user_id)
        if stated is None:
            return None
        if is_first(stated.body):
            return ((stated.pos, str(stated.content.get("membership", "leave"))),)
        pos, known = self._owns.get((room.state.room_id, user_id), (0, ()))
        return known if pos == stated.pos else None

    async def _load_own(
        self, rooms: Sequence[Room], user_id: str
    ) -> dict[str, tuple[tuple[int, str], ...]]:
        states = {one.state.room_id: one.state.get(MEMBER, user_id) for one in rooms}
        places = {room_id: stated.pos for room_id, stated in states.items() if stated}
        async with self.db.read() as tx:
            bodies = await store.state_histories(tx, list(states), MEMBER, user_id)
        found = {room_id: _memberships_in(history) for room_id, history in bodies.items()}
        for room_id, pos in places.items():
            self._owns[room_id, user_id] = pos, found[room_id]
        while len(self._owns) > OWN_IN_MEMORY_MAX:
            self._owns.popitem(last=False)
        return found

    def apply(self, pos: int, event: RoomEvent) -> None:
        """Take in a change of who may read; called in order, in every worker."""
        if event.type == "m.room.create" and event.state_key == "":
            self._histories[event.room_id] = ()  # known from its first event on
        elif event.type == VISIBILITY and event.state_key == "":
            known = self._histories.get(event.room_id)
            if known is not None and (not known or known[-1][0] < pos):
                value = str(event.content.get("history_visibility", "shared"))
                self._histories[event.room_id] = (*known, (pos, value))

    async def access_readable(self, caller: Caller, room_id: str) -> tuple[Room, Visibility]:
        """Return a room of which the caller may read something. Raises ``NotInRoom``."""
        room = await self.rooms.room(room_id)
        user_id = caller.user_id
        membership = room.state.members.get(user_id)
        world = room.state.history_visibility == "world_readable"
        if membership in ("leave", "ban") and not world:
            async with self.db.read() as tx:
                bodies = await store.state_history(tx, room_id, MEMBER, user_id)
            was_in = any(content_of(body).get("membership") == "join" for _, body in bodies)
            if not was_in or await self._forgotten(room, user_id):
                raise NotInRoom
        elif membership != "join" and not world:
            raise NotInRoom
        await self._check_peeking(room, user_id)
        return room, await self.visibility(room, user_id)

    async def _check_peeking(self, room: Room, user_id: str) -> None:
        """Ask whether somebody may read a room that everybody reads, unless they are in it."""
        world = room.state.history_visibility == "world_readable"
        if world and user_id not in room.state.joined:
            for check in self.peeking:
                await check(user_id, room.state.room_id)

    # -- reading -------------------------------------------------------------------------------

    async def event(self, caller: Caller, room_id: str, event_id: str) -> Placed:
        """Return one event. Raises ``NoSuchEvent``, the same for one that may not be read."""
        room = await self.rooms.find(room_id)
        if room is None:
            raise NoSuchEvent
        async with self.db.read() as tx:
            found = await store.event(tx, event_id)
        if found is None or found[1].room_id != room_id:
            raise NoSuchEvent
        await self._check_peeking(room, caller.user_id)
        visibility = await self.visibility(room, caller.user_id)
        if not visibility.sees(found[0]) or await self._forgotten(room, caller.user_id):
            raise NoSuchEvent
        return found

    async def access_event(self, caller: Caller, room_id: str, event_id: str) -> Visibility:
        """Return what the caller may read of a room, one event at least. Raises ``NoSuchEvent``."""
        await self.event(caller, room_id, event_id)
        return await self.visibility(await self.rooms.room(room_id), caller.user_id)

    async def dressed(
        self, caller: Caller, visibility: Visibility, placed: Sequence[Placed]
    ) -> list[bytes]:
        """Return the bodies of events of one room as a caller is given them.

        With what they were to the room then, the transaction id for the device that sent it, and
        what relates to the event.
        """
        related: dict[str, bytes] = {}
        for known in self.relating:
            related |= await known.aggregated(caller, visibility, placed)
        if any(pos < visibility.known_from for pos, _ in placed):
            room = await self.rooms.room(placed[0][1].room_id)
            visibility = Visibility((), await self._own(room, caller.user_id))
        return [
            served(event, caller, related.get(event.event_id), visibility.membership(pos))
            for pos, event in placed
        ]

    def given(self, room_id: str, bodies: Iterable[bytes]) -> list[bytes]:
        """Return events of a room as every answer but a sync's gives them: with room and age."""
        now_ms = self.rooms.clock.ms()
        return [with_room(aged(body, now_ms), room_id) for body in bodies]

    async def near(
        self, tx: Tx, room_id: str, visibility: Visibility, ts: int, backwards: bool
    ) -> Placed | None:
        """Return the readable event nearest to a time in ms, before or after it."""
        return await store.said_near(tx, room_id, ts, visibility.ranges(), backwards)

    async def events_by_id(self, tx: Tx, event_ids: Collection[str]) -> dict[str, Placed]:
        """Return events whoever may read them: for those who keep something about them."""
        return await store.events(tx, event_ids)

    async def events_at(self, tx: Tx, places: Sequence[tuple[str, int]]) -> list[Placed]:
        """Return the events at places, each a room and a position, whoever may read them."""
        return await store.events_at(tx, places)

    async def events_from(self, tx: Tx, room_id: str, pos: int, limit: int) -> list[Placed]:
        """Return the events of all rooms after a place, room by room, whoever may read them."""
        return await store.events_from(tx, room_id, pos, limit)

    async def as_said(self, tx: Tx, placed: Sequence[Placed]) -> list[Placed]:
        """Return events as they were said, those with them that are withheld from readers."""
        apart = await store.withheld_among(tx, [event.event_id for _, event in placed])
        return [
            (pos, msgspec.structs.replace(event, body=apart.get(event.event_id, event.body)))
            for pos, event in placed
        ]

    def has_there(self, caller: Caller, room: Room) -> bool:
        """Tell whether a caller is in a room, or, of a service, any of its people."""
        joined = room.state.joined
        if caller.user_id in joined:
            return True
        return bool(caller.service_id) and any(
            has_one(caller.service_id, joined) for has_one in self.serving
        )

    async def _forgotten(self, room: Room, user_id: str) -> bool:
        """Tell whether a person has forgotten a room that is not everybody's to read."""
        if user_id in room.state.joined or room.state.history_visibility == "world_readable":
            return False
        known = (await self.rooms.memberships(user_id)).get(room.state.room_id)
        return known is not None and known.forgotten

    async def position_of(self, room_id: str, event_id: str) -> int | None:
        """Return an event's position, or ``None`` when the room has no such event."""
        async with self.db.read() as tx:
            found = await store.event(tx, event_id)
        return found[0] if found is not None and found[1].room_id == room_id else None

    async def page(
        self,
        room_id: str,
        visibility: Visibility,
        start: int,
        stop: int,
        limit: int,
        backwards: bool,
        choice: Choice = EVERYTHING,
    ) -> Page:
        """Return up to ``limit`` readable events from a place on.

        Backwards: at or before ``start`` and after ``stop``. Forwards: after ``start`` and at or
        before ``stop``. At most ``PAGES_READ_MAX`` reads are spent on what nobody wanted.
        """
        if backwards:
            start = min(start, visibility.last_readable)
        else:
            stop = min(stop, visibility.last_readable)
        read = store.backwards if backwards else store.forwards
        chosen: list[Placed] = []
        place = start
        for _ in range(PAGES_READ_MAX):
            async with self.db.read() as tx:
                rows = await read(tx, room_id, place, stop, limit)
            chosen += (await self.chosen(rows, visibility, choice))[: limit - len(chosen)]
            if chosen and len(chosen) == limit:
                last = chosen[-1][0]
                return Page(chosen, last - 1 if backwards else last)
            if len(rows) < limit:
                return Page(chosen, None)
            place = rows[-1][0] - 1 if backwards else rows[-1][0]
        return Page(chosen, place)

    async def chosen(
        self, placed: Sequence[Placed], visibility: Visibility, choice: Choice
    ) -> list[Placed]:
        """Return which events of one room may be read and are wanted."""
        seen = list(placed)
        if not visibility.everything:
            seen = [one for one in seen if visibility.sees(one[0])]
        if choice.takes_all:
            return seen
        found = [one for one in seen if choice.admits(one[1])]
        if not choice.asks_relations:
            return found
        wish = choice.wish
        for known in self.relating:
            among = await known.related(
                visibility, found, wish.related_by_senders, wish.related_by_rel_types
            )
            found = [one for one in found if one[1].event_id in among]
        return found

    async def around(
        self, caller: Caller, room_id: str, event_id: str, limit: int, choice: Choice
    ) -> Around:
        """Return an event and up to ``limit`` others around it. Raises ``NoSuchEvent``."""
        _, visibility = await self.access_readable(caller, room_id)
        found = await self.event(caller, room_id, event_id)
        pos = found[0]
        half = limit // 2
        before, after = Page([], pos - 1), Page([], pos)
        if half:
            before = await self.page(room_id, visibility, pos - 1, 0, half, True, choice)
        if limit - half:
            after = await self.page(room_id, visibility, pos, LATEST, limit - half, False, choice)
        return Around(found, before, after)

    async def state(self, caller: Caller, room_id: str) -> list[tuple[str, str, bytes]]:
        """Return a room's state as the caller may see it: now, or as it was on leaving."""
        room, visibility = await self.access_readable(caller, room_id)
        until = visibility.last_readable
        if caller.user_id in room.state.joined or until > room.state.pos:
            return [
                (event_type, key, stated.body)
                for (event_type, key), stated in room.state.events.items()
            ]
        return await self.state_at(room_id, until)

    async def state_at(self, room_id: str, pos: int) -> list[tuple[str, str, bytes]]:
        """Return a room's state as it was at a position."""
        async with self.db.read() as tx:
            placed = await store.state_at(tx, room_id, pos)
        return [(event.type, event.state_key or "", event.body) for _, event in placed]

    async def state_between(self, room_id: str, after: int, until: int) -> list[RoomEvent]:
        """Return the state that changed in a range, as it was at its end."""
        async with self.db.read() as tx:
            return [event for _, event in await store.state_between(tx, room_id, after, until)]

    async def hidden_state(
        self, room_id: str, visibility: Visibility, after: int, until: int
    ) -> int:
        """Return where last in a range state was set that may not be read there, 0 for nowhere."""
        async with self.db.read() as tx:
            placed = await store.state_between(tx, room_id, after, until)
        return max((pos for pos, _ in placed if not visibility.sees(pos)), default=0)

    async def membership_at(self, room_id: str, user_id: str, pos: int) -> str:
        """Return what a person was to a room at a position."""
        return (await self.memberships_at(room_id, [user_id], pos))[user_id]

    async def memberships_at(
        self, room_id: str, user_ids: Sequence[str], pos: int
    ) -> dict[str, str]:
        """Return what people were to a room at a position."""
        keys = [(MEMBER, user_id) for user_id in user_ids]
        async with self.db.read() as tx:
            bodies = await store.states_before(tx, room_id, keys, pos)
        found = dict.fromkeys(user_ids, "leave")
        for (_, user_id), body in bodies.items():
            found[user_id] = str(content_of(body).get("membership", "leave"))
        return found

    async def joined_at(self, room: Room, user_id: str, pos: int) -> int:
        """Return where somebody who was in a room at a position had come in."""
        came = pos
        for at, membership in reversed(await self._own(room, user_id)):
            if at <= pos:
                if membership != "join":
                    break
                came = at
        return came

    async def last_of(
        self, room_ids: Sequence[str], until: int, limit: int, types: list[str] | None = None
    ) -> dict[str, list[Placed]]:
        """Return the last events (of some types) of many rooms at once, oldest first."""
        async with self.db.read() as tx:
            found = await store.last_of(tx, room_ids, until, limit, types)
        by_room: dict[str, list[Placed]] = {room_id: [] for room_id in room_ids}
        for placed in found:
            by_room[placed[1].room_id].append(placed)
        return by_room

    async def states_before(
        self, room_id: str, keys: Sequence[tuple[str, str]], pos: int
    ) -> list[bytes]:
        """Return pieces of state as they were before a position, those that were set."""
        async with self.db.read() as tx:
            return list((await store.states_before(tx, room_id, keys, pos - 1)).values())

    async def spoken(self, room_id: str, user_id: str, after: int) -> list[Placed]:
        """Return some of what a person sent to a room after a position; nothing more: an empty list."""
        async with self.db.read() as tx:
            return await store.spoken(tx, room_id, user_id, after, SPOKEN_AT_ONCE)

    async def spoken_count(self, room_ids: Sequence[str], user_id: str) -> tuple[int, int | None]:
        """Return how many events a person sent to rooms, and when the last, in ms."""
        async with self.db.read() as tx:
            return await store.spoken_count(tx, room_ids, user_id)

    async def withheld(self, user_id: str) -> dict[str, bytes]:
        """Return, by event, the bodies of what somebody said and others may not read."""
        async with self.db.read() as tx:
            return await store.withheld_of(tx, user_id, WITHHELD_TOLD_MAX)

    async def unerased(self, room_ids: Sequence[str], user_id: str) -> int:
        """Return in how many rooms something that a person said or was called can still be read."""
        async with self.db.read() as tx:
            found = [await store.said_by(tx, room_id, user_id, 1) for room_id in room_ids]
        return sum(1 for said in found if said)

    async def largest(self, tx: Tx, limit: int) -> list[tuple[str, int]]:
        """Return the largest rooms, each with about how many bytes, as PostgreSQL judges."""
        return await store.sizes(tx, limit)

    async def newest(self, room_ids: Sequence[str]) -> dict[str, int]:
        """Return the newest position of each room."""
        async with self.db.read() as tx:
            return await store.newest(tx, room_ids)


def _memberships_in(history: Sequence[tuple[int, bytes]]) -> tuple[tuple[int, str], ...]:
    return tuple((pos, str(content_of(body).get("membership", "leave"))) for pos, body in history)


def served(
    event: RoomEvent, caller: Caller, related: bytes | None = None, membership: str = ""
) -> bytes:
    """Return an event's body for a caller: with its transaction id for the device that sent it.

    ``related`` is what has come of relations to it, encoded; ``membership`` what the caller was to
    the room then, where that is known.
    """
    body = event.body
    if membership:
        body = with_unsigned(body, "membership", membership)
    if event.txn_id and event.device_id == caller.device_id and event.sender == caller.user_id:
        body = with_unsigned(body, "transaction_id", event.txn_id)
    return body if related is None else with_unsigned(body, "m.relations", msgspec.Raw(related))
