"""Rooms in memory: loaded once, kept current by the log, bounded in number."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.rooms import store
from teahouse.rooms.model.event import RoomEvent, content_of
from teahouse.rooms.model.redaction import erased_body
from teahouse.rooms.model.rules import NotInRoom
from teahouse.rooms.model.state import MEMBER, Membership, RoomState, room_from
from teahouse.rooms.model.version import RoomVersion, version_named

ROOMS_IN_MEMORY_MAX = 20_000
PEOPLE_IN_MEMORY_MAX = 50_000
ENCRYPTION = "m.room.encryption"
LOADED_AT_ONCE = 200
Late = list[tuple[int, RoomEvent]]
T = TypeVar("T")


@dataclass
class Room:
    """A room in memory: its state, and the lock that those who change it queue at."""

    state: RoomState
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, repr=False)
class Rooms:
    """What is known of rooms."""

    db: Database
    clock: Clock
    _rooms: OrderedDict[str, Room] = field(default_factory=OrderedDict[str, Room])
    # What came while somebody was reading, a list for each who reads.
    _loading: dict[str, list[Late]] = field(default_factory=dict[str, list[Late]])
    _loads: dict[str, "asyncio.Future[Room | None]"] = field(
        default_factory=dict[str, "asyncio.Future[Room | None]"]
    )
    _people: OrderedDict[str, dict[str, Membership]] = field(
        default_factory=OrderedDict[str, dict[str, Membership]]
    )
    _people_loading: dict[str, list[list[Membership]]] = field(
        default_factory=dict[str, list[list[Membership]]]
    )

    # -- looking ---------------------------------------------------------------------------

    def in_memory(self, room_id: str) -> Room | None:
        """Return a room if it is in memory already."""
        room = self._rooms.get(room_id)
        if room is not None:
            self._rooms.move_to_end(room_id)
        return room

    async def find(self, room_id: str) -> Room | None:
        """Return a room, or ``None`` when there is none."""
        room = self.in_memory(room_id)
        if room is not None:
            return room
        running = self._loads.get(room_id)
        if running is None:
            running = asyncio.ensure_future(self._load(room_id))
            self._loads[room_id] = running
            running.add_done_callback(lambda _: self._loads.pop(room_id, None))
        return await asyncio.shield(running)

    async def load(self, room_ids: Iterable[str]) -> None:
        """Read those rooms that are not in memory, many at a time."""
        missing = [one for one in room_ids if one not in self._rooms and one not in self._loads]
        for first in range(0, len(missing), LOADED_AT_ONCE):
            await self._load_many(missing[first : first + LOADED_AT_ONCE])

    async def room(self, room_id: str) -> Room:
        """Return a room. Raises ``NotInRoom``, the same for a room that is not there."""
        room = await self.find(room_id)
        if room is None:
            raise NotInRoom
        return room

    async def access_joined(self, room_id: str, user_id: str) -> Room:
        """Return a room that a person is in. Raises ``NotInRoom``."""
        room = await self.room(room_id)
        if user_id not in room.state.joined:
            raise NotInRoom
        return room

    async def memberships(self, user_id: str) -> dict[str, Membership]:
        """Return what a person is to every room, by room id; kept current, not to be changed."""
        known = self._people.get(user_id)
        if known is not None:
            self._people.move_to_end(user_id)
            return known
        late: list[Membership] = []
        with _listed(self._people_loading, user_id, late):
            async with self.db.read() as tx:
                found = {found.room_id: found for found in await store.memberships(tx, user_id)}
        known = self._people.get(user_id)
        if known is not None:
            return known  # somebody else has read it meanwhile, and it has been kept current
        for membership in late:
            _keep_newer(found, membership)
        self._people[user_id] = found
        if len(self._people) > PEOPLE_IN_MEMORY_MAX:
            self._people.popitem(last=False)
        return found

    async def joined_rooms(self, user_id: str) -> list[str]:
        """Return the rooms a person is in."""
        memberships = await self.memberships(user_id)
        return [room_id for room_id, what in memberships.items() if what.membership == "join"]

    def joined_known(self, user_id: str) -> list[str]:
        """Return the same as far as memory tells; nothing for who has not been looked up."""
        known = self._people.get(user_id, {})
        return [room_id for room_id, what in known.items() if what.membership == "join"]

    async def joined_in(self, tx: Tx, user_id: str) -> list[str]:
        """Return the same as a transaction sees it."""
        found = await store.memberships(tx, user_id)
        return [what.room_id for what in found if what.membership == "join"]

    async def every(self, tx: Tx, limit: int) -> list[str]:
        """Return the newest rooms, for operators' tools."""
        return await store.every(tx, limit)

    async def stating(
        self, tx: Tx, event_type: str, after: str, limit: int
    ) -> list[tuple[str, bytes | None]]:
        """Return rooms after one by their ids, each with a piece of its state, if that is set."""
        return await store.stating(tx, event_type, after, limit)

    async def stated(self, tx: Tx, event_type: str, room_ids: Sequence[str]) -> dict[str, bytes]:
        """Return a piece of the state of each room that has it, for who holds a connection."""
        return await store.stated(tx, event_type, room_ids)

    async def people_in(self, tx: Tx, room_id: str) -> set[str]:
        """Return who is in a room, for who holds a connection and has it not in memory."""
        return await store.joined(tx, room_id)

    # -- changing: called inside the transaction that appends the events ---------------------

    async def insert_room(self, tx: Tx, room_id: str, version: RoomVersion, creator: str) -> None:
        """Store a new room before its first event."""
        await store.insert_room(tx, room_id, version.name, creator, self.clock.now())

    def position(self, room_id: str) -> int | None:
        """Return where a room's state stands in memory; ``None`` when it is not there."""
        room = self._rooms.get(room_id)
        return None if room is None else room.state.pos

    async def stale_rooms(self, tx: Tx, seen: Sequence[tuple[str, int]]) -> set[str]:
        """Return the rooms whose state is no longer at the position it was seen at."""
        return await store.stale(tx, seen)

    async def place(self, tx: Tx, placed: Sequence[tuple[int, RoomEvent]]) -> None:
        """Put state events in place at their positions."""
        await store.set_state(tx, placed)
        members = [
            (event.room_id, event.state_key or "", _membership(event), event.sender, pos)
            for pos, event in placed
            if event.type == MEMBER
        ]
        if members:
            await store.set_members(tx, members)

    async def current(self, tx: Tx, events: Sequence[RoomEvent]) -> set[str]:
        """Return the ids of what is set now where some state events set something."""
        return await store.current(tx, events)

    async def in_encrypted(self, tx: Tx, user_ids: Sequence[str]) -> set[str]:
        """Return who of some people is, or ever was, anything to a room that is encrypted."""
        return await store.in_encrypted(tx, user_ids, ENCRYPTION)

    async def replace_body(self, tx: Tx, room_id: str, event_id: str, body: bytes) -> None:
        """Replace the body of an event that has been redacted, where it is current state."""
        await store.replace_state_body(tx, room_id, event_id, body)

    async def forget(self, room_id: str, user_id: str) -> bool:
        """Forget a room that a person has left; tell whether it was there to forget."""
        async with self.db.transaction() as tx:
            changed = await store.forget(tx, room_id, user_id)
        known = self._people.get(user_id, {}).get(room_id)
        if changed and known is not None:
            gone = Membership(room_id, known.membership, known.sender, known.pos, True)
            self._people[user_id][room_id] = gone
        return changed

    # -- hearing ---------------------------------------------------------------------------

    def apply(self, pos: int, event: RoomEvent) -> None:
        """Take in an event that has been committed; called in order, in every worker."""
        if event.state_key is None:
            return
        if event.type == MEMBER:
            self._apply_membership(pos, event)
        loading = self._loading.get(event.room_id, ())
        for late in loading:
            late.append((pos, event))
        room = self._rooms.get(event.room_id)
        if room is None and event.type == "m.room.create" and not loading:
            room = self._begin(event)
        if room is not None and pos > room.state.pos:
            room.state.apply(pos, event)

    def _begin(self, event: RoomEvent) -> Room:
        """Keep a room from its first event on: nothing need ever be read of it."""
        version = version_named(str(event.content.get("room_version", "1")))
        room = Room(RoomState(event.room_id, version, event.sender))
        self._rooms[event.room_id] = room
        self._let_one_go()
        return room

    def joined_among(self, room_id: str, people: set[str]) -> set[str]:
        """Return which of ``people`` are in a room, as far as memory tells."""
        if not people:
            return set()
        room = self._rooms.get(room_id)
        if room is not None:
            return room.state.joined & people
        found: set[str] = set()
        for user_id in people:
            what = self._people.get(user_id, {}).get(room_id)
            if what is not None and what.membership == "join":
                found.add(user_id)
        return found

    def apply_redaction(self, room_id: str, event_id: str, body: bytes) -> None:
        """Replace a piece of state that has been redacted."""
        room = self._rooms.get(room_id)
        if room is None:
            return
        for (event_type, key), stated in room.state.events.items():
            if stated.event_id == event_id:
                stated.body = body
                stated._content = None  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
                room.state.set(event_type, key, stated)
                return

    def apply_erasure(self, room_id: str, user_id: str) -> None:
        """Forget what an erased person was called in a room."""
        room = self._rooms.get(room_id)
        stated = room.state.get(MEMBER, user_id) if room is not None else None
        if room is not None and stated is not None:
            body = erased_body(room.state.version, stated.body, user_id)
            self.apply_redaction(room_id, stated.event_id, body)

    def _apply_membership(self, pos: int, event: RoomEvent) -> None:
        user_id = event.state_key or ""
        what = Membership(event.room_id, _membership(event), event.sender, pos, False)
        for late in self._people_loading.get(user_id, ()):
            late.append(what)
        known = self._people.get(user_id)
        if known is not None:
            _keep_newer(known, what)

    async def _load(self, room_id: str) -> Room | None:
        return (await self._load_many([room_id])).get(room_id)

    async def _load_many(self, room_ids: Sequence[str]) -> dict[str, Room]:
        late: dict[str, Late] = {room_id: [] for room_id in room_ids}
        with ExitStack() as listed:
            for room_id, mine in late.items():
                listed.enter_context(_listed(self._loading, room_id, mine))
            async with self.db.snapshot() as tx:
                rows = await store.rooms(tx, room_ids)
                pieces = await store.states(tx, [row[0] for row in rows])
        found: dict[str, Room] = {}
        for room_id, version, creator, pos in rows:
            room = self._rooms.get(room_id)
            if room is None:  # nobody else has read it meanwhile
                state = room_from(room_id, version_named(version), creator, pieces[room_id], pos)
                room = self._rooms[room_id] = Room(state)
                for late_pos, event in late[room_id]:
                    if late_pos > room.state.pos:
                        room.state.apply(late_pos, event)
                self._let_one_go()
            found[room_id] = room
        return found

    def _let_one_go(self) -> None:
        """Drop the room longest unused, but never one that somebody is changing."""
        if len(self._rooms) <= ROOMS_IN_MEMORY_MAX:
            return
        oldest = next(iter(self._rooms))
        if self._rooms[oldest].changing.locked():
            self._rooms.move_to_end(oldest)
        else:
            del self._rooms[oldest]


@contextmanager
def _listed(loading: dict[str, list[T]], name: str, mine: T) -> Iterator[None]:
    """Have ``mine`` told what comes for a name meanwhile, whoever else reads the same and fails."""
    readers = loading.setdefault(name, [])
    readers.append(mine)
    try:
        yield
    finally:
        readers[:] = [one for one in readers if one is not mine]
        if not readers:
            loading.pop(name, None)


def _membership(event: RoomEvent) -> str:
    content: dict[str, Any] = content_of(event.body)
    return str(content.get("membership", "leave"))


def _keep_newer(known: dict[str, Membership], what: Membership) -> None:
    before = known.get(what.room_id)
    if before is None or before.pos < what.pos:
        known[what.room_id] = what
