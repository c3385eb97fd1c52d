"""Reading rooms: one event, pages of them, state now and then; never more than one may see."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from teahouse.accountdata.model import RoomEventFilter
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.rooms.model.event import RoomEvent, content_of, with_unsigned
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline import store
from teahouse.timeline.model import NoSuchEvent, Placed, Visibility

VISIBILITY = "m.room.history_visibility"
HISTORIES_IN_MEMORY_MAX = 20_000
PAGES_READ_MAX = 10
SPOKEN_AT_ONCE = 500

Wanted = Callable[[RoomEvent], bool]


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
    _histories: OrderedDict[str, tuple[tuple[int, str], ...]] = field(
        default_factory=OrderedDict[str, tuple[tuple[int, str], ...]]
    )

    # -- what may be seen ----------------------------------------------------------------------

    async def visibility(self, room: Room, user_id: str) -> Visibility:
        """Return what a person may read of a room."""
        room_id = room.state.room_id
        visibilities = self._histories.get(room_id)
        if visibilities is None:
            async with self.db.read() as tx:
                bodies = await store.state_history(tx, room_id, VISIBILITY, "")
            visibilities = tuple(
                (pos, str(content_of(body).get("history_visibility", "shared")))
                for pos, body in bodies
            )
            self._histories[room_id] = visibilities
            if len(self._histories) > HISTORIES_IN_MEMORY_MAX:
                self._histories.popitem(last=False)
        joined = ((0, "join"),) if user_id in room.state.joined else ()
        quick = Visibility(visibilities, joined)
        if quick.everything:
            return quick
        async with self.db.read() as tx:
            bodies = await store.state_history(tx, room_id, MEMBER, user_id)
        memberships = tuple(
            (pos, str(content_of(body).get("membership", "leave"))) for pos, body in bodies
        )
        return Visibility(visibilities, memberships)

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
        return room, await self.visibility(room, user_id)

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
        visibility = await self.visibility(room, caller.user_id)
        if not visibility.sees(found[0]) or await self._forgotten(room, caller.user_id):
            raise NoSuchEvent
        return found

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
        wanted: Wanted | None = None,
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
        all_seen = visibility.everything
        place = start
        for _ in range(PAGES_READ_MAX):
            async with self.db.read() as tx:
                rows = await read(tx, room_id, place, stop, limit)
            for placed in rows:
                pos, event = placed
                place = pos - 1 if backwards else pos
                if (all_seen or visibility.sees(pos)) and (wanted is None or wanted(event)):
                    chosen.append(placed)
                    if len(chosen) == limit:
                        return Page(chosen, place)
            if len(rows) < limit:
                return Page(chosen, None)
        return Page(chosen, place)

    async def around(
        self, caller: Caller, room_id: str, event_id: str, limit: int, wanted: Wanted | None
    ) -> Around:
        """Return an event and up to ``limit`` others around it. Raises ``NoSuchEvent``."""
        room, visibility = await self.access_readable(caller, room_id)
        found = await self.event(caller, room.state.room_id, event_id)
        pos = found[0]
        half = limit // 2
        none = Page([], pos - 1)
        before = (
            await self.page(room_id, visibility, pos - 1, 0, half, True, wanted) if half else none
        )
        rest = limit - half
        after = (
            await self.page(room_id, visibility, pos, 2**62, rest, False, wanted)
            if rest
            else Page([], pos)
        )
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
        async with self.db.read() as tx:
            body = await store.state_before(tx, room_id, MEMBER, user_id, pos)
        return "leave" if body is None else str(content_of(body).get("membership", "leave"))

    async def joined_at(self, room_id: str, user_id: str, pos: int) -> int:
        """Return where somebody who was in a room at a position had come in."""
        async with self.db.read() as tx:
            bodies = await store.state_history(tx, room_id, MEMBER, user_id)
        came = pos
        for at, body in reversed(bodies):
            if at <= pos:
                if content_of(body).get("membership") != "join":
                    break
                came = at
        return came

    async def last_of(
        self, room_ids: Sequence[str], until: int, limit: int
    ) -> dict[str, list[Placed]]:
        """Return the last events of many rooms at once, oldest first."""
        async with self.db.read() as tx:
            found = await store.last_of(tx, room_ids, until, limit)
        by_room: dict[str, list[Placed]] = {room_id: [] for room_id in room_ids}
        for placed in found:
            by_room[placed[1].room_id].append(placed)
        return by_room

    async def states_before(
        self, room_id: str, keys: Sequence[tuple[str, str]], pos: int
    ) -> list[bytes]:
        """Return pieces of state as they were before a position, those that were set."""
        found: list[bytes] = []
        async with self.db.read() as tx:
            for event_type, state_key in keys:
                body = await store.state_before(tx, room_id, event_type, state_key, pos - 1)
                if body is not None:
                    found.append(body)
        return found

    async def spoken(self, room_id: str, user_id: str, after: int) -> list[Placed]:
        """Return some of what a person sent to a room after a position; nothing more: an empty list."""
        async with self.db.read() as tx:
            return await store.spoken(tx, room_id, user_id, after, SPOKEN_AT_ONCE)

    async def spoken_count(self, room_ids: Sequence[str], user_id: str) -> tuple[int, int | None]:
        """Return how many events a person sent to rooms, and when the last, in ms."""
        async with self.db.read() as tx:
            return await store.spoken_count(tx, room_ids, user_id)

    async def unerased(self, room_ids: Sequence[str], user_id: str) -> int:
        """Return in how many rooms something that a person said or was called can still be read."""
        async with self.db.read() as tx:
            found = [await store.said_by(tx, room_id, user_id, 1) for room_id in room_ids]
        return sum(1 for said in found if said)

    async def newest(self, room_ids: Sequence[str]) -> dict[str, int]:
        """Return the newest position of each room."""
        async with self.db.read() as tx:
            return await store.newest(tx, room_ids)


def wanted_by(wish: RoomEventFilter) -> Wanted | None:
    """Return a filter as a test of events, or ``None`` when it leaves nothing out."""
    chooses = wish.types is not None or wish.senders is not None or wish.contains_url is not None
    if not chooses and not wish.not_types and not wish.not_senders:
        return None

    def wanted(event: RoomEvent) -> bool:
        if not wish.admits(event.sender, event.type):
            return False
        if wish.contains_url is None:
            return True
        return isinstance(event.content.get("url"), str) is wish.contains_url

    return wanted


def served(event: RoomEvent, caller: Caller) -> bytes:
    """Return an event's body for a caller: with its transaction id for the device that sent it."""
    if event.txn_id and event.device_id == caller.device_id and event.sender == caller.user_id:
        return with_unsigned(event.body, "transaction_id", event.txn_id)
    return event.body
