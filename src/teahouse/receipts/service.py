"""Moving receipts, in groups; and telling who types, to whoever is there."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata.service import AccountData
from teahouse.clock import Clock
from teahouse.errors import BadJson, Forbidden, Invalid
from teahouse.infra.bus.appender import Appender, Item
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.receipts import store
from teahouse.receipts.events import ReceiptMoved
from teahouse.receipts.model import (
    FULLY_READ,
    READ,
    READ_PRIVATE,
    TYPES,
    TYPING_MS_DEFAULT,
    TYPING_MS_MAX,
    Receipt,
    ReceiptKey,
    check_thread,
    check_type,
)
from teahouse.relations.service import Relations
from teahouse.rooms.service import Rooms
from teahouse.timeline.events import Posted
from teahouse.timeline.model import LATEST
from teahouse.timeline.service.reading import Reading

ROOMS_IN_MEMORY_MAX = 20_000
TYPING = "receipts.types"


class Held(msgspec.Struct):
    """A receipt and the log position at which it moved."""

    pos: int
    receipt: Receipt


class _Room(msgspec.Struct):
    """The receipts of a room, that which moved last at the end, and the threads that they are of."""

    held: dict[ReceiptKey, Held] = {}
    threads: set[str] = set()

    def keep_newer(self, held: Held) -> None:
        """Keep a receipt unless it is behind the one that is there."""
        of = held.receipt.of
        before = self.held.get(of)
        if before is None or before.receipt.event_pos < held.receipt.event_pos:
            self.held.pop(of, None)
            self.held[of] = held
            self.threads.add(of[2])


class ReceiptWriter:
    """Stores receipts inside the appender's transaction."""

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        """A receipt stands on nothing that could move."""
        return ()

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        """Store them all."""
        await store.move(tx, [(item.first, item.row) for item in items])


@dataclass(frozen=True, repr=False)
class Receipts:
    """How far each has read."""

    db: Database
    clock: Clock
    appender: Appender
    rooms: Rooms
    reading: Reading
    account_data: AccountData
    relations: Relations
    writer: ReceiptWriter = field(default_factory=ReceiptWriter)
    telling: list[Callable[[Receipt], None]] = field(
        default_factory=list[Callable[[Receipt], None]]
    )
    _rooms: OrderedDict[str, _Room] = field(default_factory=OrderedDict[str, _Room])
    _loading: dict[int, list[Held]] = field(default_factory=dict[int, list[Held]])

    async def mark(self, caller: Caller, room_id: str, body: dict[str, Any]) -> None:
        """Move several markers at once (``POST /read_markers``)."""
        for name, event_id in body.items():
            if name in TYPES and not isinstance(event_id, str):
                raise BadJson(f"{name} must be an event id.")
        for name in (FULLY_READ, READ, READ_PRIVATE):
            if name in body:
                await self.move(caller, room_id, name, body[name], None)

    async def move(
        self, caller: Caller, room_id: str, kind: str, event_id: str, thread_id: Any
    ) -> None:
        """Say how far the caller has read. Raises ``Invalid``, ``NotInRoom``, ``NotInThread``."""
        check_type(kind)
        thread = check_thread(thread_id)
        if kind == FULLY_READ and thread:
            raise Invalid("m.fully_read has no threads.")
        await self.rooms.access_joined(room_id, caller.user_id)
        event_pos = await self.reading.position_of(room_id, event_id)
        if event_pos is None:
            return  # an event that the room does not have moves nothing
        if thread:
            await self.relations.check_in_thread(room_id, event_id, thread)
        if kind == FULLY_READ:
            content = msgspec.json.encode({"event_id": event_id})
            await self.account_data.set(caller.user_id, room_id, FULLY_READ, content)
            return
        held = (await self.of_room(room_id)).get((caller.user_id, kind, thread))
        if held is not None and held.receipt.event_pos >= event_pos:
            return
        receipt = Receipt(
            room_id, caller.user_id, kind, thread, event_id, event_pos, self.clock.ms()
        )
        await self.appender.append(self.writer, [ReceiptMoved(receipt)], receipt)
        for told in self.telling:
            told(receipt)

    async def of_user(self, user_id: str) -> list[Receipt]:
        """Return how far a person has read, in every room."""
        async with self.db.read() as tx:
            return await store.of_user(tx, user_id)

    async def of_room(self, room_id: str) -> dict[ReceiptKey, Held]:
        """Return every receipt of a room, that which moved last at the end; not to be changed."""
        return (await self._of_room(room_id)).held

    async def _of_room(self, room_id: str) -> _Room:
        known = self._rooms.get(room_id)
        if known is not None:
            self._rooms.move_to_end(room_id)
            return known
        return (await self._load([room_id]))[room_id]

    async def load(self, room_ids: Iterable[str]) -> None:
        """Read in one go what memory does not have of many rooms."""
        missing = [room_id for room_id in room_ids if room_id not in self._rooms]
        if missing:
            await self._load(missing)

    async def moved_since(self, room_ids: Iterable[str], after: int) -> set[str]:
        """Return in which of many rooms a receipt moved after a position."""
        found, missing = set[str](), list[str]()
        for room_id in room_ids:
            known = self._rooms.get(room_id)
            if known is None:
                missing.append(room_id)
            elif moved_between(known.held, after, LATEST):
                found.add(room_id)
        if missing:
            async with self.db.read() as tx:
                found |= await store.moved(tx, missing, after)
        return found

    async def _load(self, room_ids: Sequence[str]) -> dict[str, _Room]:
        found = {room_id: _Room() for room_id in room_ids}
        late: list[Held] = []
        self._loading[id(late)] = late
        try:
            async with self.db.read() as tx:
                rows = await store.of_rooms(tx, room_ids)
        finally:
            del self._loading[id(late)]
        for pos, receipt in rows:
            found[receipt.room_id].keep_newer(Held(pos, receipt))
        for held in late:
            if held.receipt.room_id in found:
                found[held.receipt.room_id].keep_newer(held)
        for room_id, receipts in found.items():
            # What somebody else has read meanwhile has been kept current.
            found[room_id] = self._rooms.setdefault(room_id, receipts)
            if len(self._rooms) > ROOMS_IN_MEMORY_MAX:
                self._rooms.popitem(last=False)
        return found

    async def read_marks(self, room_id: str, user_id: str) -> dict[str, int]:
        """Return the position up to which a person has read, by thread (empty: the whole room)."""
        room = await self._of_room(room_id)
        found: dict[str, int] = {}
        for thread in room.threads:
            for kind in (READ, READ_PRIVATE):
                held = room.held.get((user_id, kind, thread))
                if held is not None:
                    found[thread] = max(found.get(thread, 0), held.receipt.event_pos)
        return found

    def listen(self, log: Log) -> None:
        """Begin to hear."""
        log.hear(ReceiptMoved, self.apply)
        log.hear(Posted, self.begin)

    def begin(self, _pos: int, posted: Posted) -> None:
        """Know a new room from its first event on: nobody has read anything."""
        if posted.event.type == "m.room.create" and posted.event.state_key == "":
            self._rooms[posted.event.room_id] = _Room()

    def apply(self, pos: int, moved: ReceiptMoved) -> None:
        """Take in a receipt that has been committed; called in order, in every worker."""
        held = Held(pos, moved.receipt)
        for late in self._loading.values():
            late.append(held)
        known = self._rooms.get(moved.receipt.room_id)
        if known is not None:
            known.keep_newer(held)


def moved_between(held: dict[ReceiptKey, Held], after: int, until: int) -> list[Receipt]:
    """Return which of a room's receipts moved in a range; costs what moved since, not what is."""
    found: list[Receipt] = []
    for one in reversed(held.values()):
        if one.pos <= after:
            break
        if one.pos <= until:
            found.append(one.receipt)
    return found


class _Typing(msgspec.Struct, array_like=True):
    user_id: str
    stays_ms: int  # from when it is heard: machines' clocks differ


@dataclass(repr=False)
class Typing:
    """Who is typing where, as this worker has heard. ``serial`` counts the changes."""

    log: Log
    rooms: Rooms
    serial: int = 0
    changed: Callable[[str], None] = lambda _room_id: None
    telling: list[Callable[[str], None]] = field(default_factory=list[Callable[[str], None]])
    _ours: set[str] = field(default_factory=set[str])  # rooms of which this worker tells others
    _typing: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _serials: dict[str, int] = field(default_factory=dict[str, int])
    _timers: dict[tuple[str, str], asyncio.TimerHandle] = field(
        default_factory=dict[tuple[str, str], asyncio.TimerHandle]
    )

    def listen(self, changed: Callable[[str], None]) -> None:
        """Begin to hear; ``changed(room_id)`` is called when who types has changed."""
        self.changed = changed
        self.log.on_whisper(TYPING, self._heard)

    async def set(
        self, caller: Caller, room_id: str, user_id: str, typing: bool, timeout_ms: int | None
    ) -> None:
        """Say that the caller is typing, for at most two minutes, or no longer."""
        if user_id != caller.user_id:
            raise Forbidden("Only your own typing is yours to tell.")
        await self.rooms.access_joined(room_id, user_id)
        wait = min(max(timeout_ms or TYPING_MS_DEFAULT, 0), TYPING_MS_MAX)
        body = msgspec.msgpack.encode(_Typing(user_id, wait if typing else 0))
        self._ours.add(room_id)
        await self.log.whisper(TYPING, room_id, body)

    def who(self, room_id: str, ignored: Collection[str] = ()) -> list[str]:
        """Return who is typing in a room, without whom the reader ignores."""
        return sorted(one for one in self._typing.get(room_id, ()) if one not in ignored)

    def has_changed(self, room_id: str) -> bool:
        """Tell whether it was ever told who is typing in a room."""
        return room_id in self._serials

    def rooms_since(self, serial: int) -> list[str]:
        """Return the rooms that have changed since a number."""
        if serial >= self.serial:
            return []
        return [room_id for room_id, last in self._serials.items() if last > serial]

    def _heard(self, room_id: str, body: bytes) -> None:
        told = msgspec.msgpack.decode(body, type=_Typing)
        self._cancel(room_id, told.user_id)
        if told.stays_ms:
            seconds = min(told.stays_ms, TYPING_MS_MAX) / 1000
            loop = asyncio.get_running_loop()
            self._timers[room_id, told.user_id] = loop.call_later(
                seconds, self._stopped, room_id, told.user_id
            )
            people = self._typing.setdefault(room_id, set())
            is_new = told.user_id not in people
            people.add(told.user_id)
            if is_new:
                self._tell(room_id)
        else:
            self._stopped(room_id, told.user_id)

    def _stopped(self, room_id: str, user_id: str) -> None:
        self._cancel(room_id, user_id)
        people = self._typing.get(room_id, set())
        if user_id in people:
            people.remove(user_id)
            if not people:
                self._typing.pop(room_id, None)
            self._tell(room_id)

    def _cancel(self, room_id: str, user_id: str) -> None:
        timer = self._timers.pop((room_id, user_id), None)
        if timer is not None:
            timer.cancel()

    def _tell(self, room_id: str) -> None:
        self.serial += 1
        self._serials[room_id] = self.serial
        if len(self._serials) > ROOMS_IN_MEMORY_MAX:
            quiet = [room for room in self._serials if room not in self._typing]
            for room in quiet[: len(quiet) // 2]:
                del self._serials[room]
        self.changed(room_id)
        if room_id in self._ours:
            for told in self.telling:
                told(room_id)
            if room_id not in self._typing:
                self._ours.discard(room_id)
