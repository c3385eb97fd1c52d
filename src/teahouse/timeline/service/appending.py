"""Adding events to rooms: decide in memory, encode once, append in a group, tell afterwards.

A message is decided on the room's state as this worker knows it; a change of state queues at the
room's lock, and messages wait for a change that is under way. If another worker has changed the
room meanwhile, the appender says ``Stale`` and the decision is taken again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from teahouse.clock import Clock
from teahouse.directory.service import Directory
from teahouse.errors import Refused, Unavailable
from teahouse.ids import Ids
from teahouse.infra.bus.appender import Appender, Item, Refusals, Stale
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.rooms.model.event import RoomEvent, encode_event
from teahouse.rooms.model.rules import check_event
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.model.version import RoomVersion
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline import store
from teahouse.timeline.events import Posted
from teahouse.timeline.model import (
    Draft,
    EncryptionRefused,
    InviteBlocked,
    NoSuchEvent,
    Placed,
    check_size,
)
from teahouse.timeline.service.erasing import Erasing

SENT_IN_MEMORY_MAX = 100_000
DECISIONS_MAX = 8
ENCRYPTION = "m.room.encryption"

Place = tuple[str, str, str]
WithTx = Callable[[Tx], Awaitable[None]]
T = TypeVar("T")

# Called with new events in the transaction that stores them; says which may not be, and why.
Placing = Callable[[Tx, Sequence[Placed]], Awaitable[Mapping[str, Refused]]]


class NewRoom(msgspec.Struct, frozen=True):
    """A room to be made with its first events."""

    room_id: str
    version: RoomVersion
    creator: str
    also: WithTx | None = None  # what else must be true of it in the same transaction: its alias


class Addition(msgspec.Struct):
    """What the writer stores for one append."""

    events: list[RoomEvent]
    seen: tuple[str, int]  # the room, and the position of the state it was decided on
    place: Place | None = None
    new_room: NewRoom | None = None
    redacted: bytes = b""  # the new body of the event that is redacted
    following: tuple[str, bytes] | None = None  # see Posted

    @property
    def is_decided(self) -> bool:
        """Whether it stands on a state that may have moved: not when the room is yet to be."""
        return self.new_room is None or self.new_room.room_id != self.seen[0]


class AlreadySent(Exception):  # noqa: N818 - an answer, not an error
    """This transaction has been sent before."""

    def __init__(self, event_id: str) -> None:
        self.event_id = event_id
        super().__init__(event_id)


@dataclass(frozen=True, repr=False)
class TimelineWriter:
    """Stores additions, many at a time, inside the appender's transaction."""

    rooms: Rooms
    directory: Directory
    erasing: Erasing
    placing: list[Placing] = field(default_factory=list[Placing])

    async def stale(self, tx: Tx, items: Sequence[Item], current: bool) -> Sequence[Item]:
        """Return the items whose room has moved since they were decided."""
        decided = [item for item in items if item.row.is_decided]
        unknown: list[Item] = []
        moved: list[Item] = []
        for item in decided:
            here = self.rooms.position(item.row.seen[0]) if current else None
            if here is None:
                unknown.append(item)
            elif here != item.row.seen[1]:
                moved.append(item)
        if unknown:
            rooms = await self.rooms.stale_rooms(tx, list({item.row.seen for item in unknown}))
            moved += [item for item in unknown if item.row.seen[0] in rooms]
        return moved

    async def write(self, tx: Tx, items: Sequence[Item]) -> None:
        """Store everything. Raises ``Refusals`` for transactions that were sent before."""
        placed: list[tuple[int, RoomEvent]] = []
        sent: list[tuple[str, str, str, str]] = []
        for item in items:
            addition: Addition = item.row
            if addition.new_room is not None:
                room = addition.new_room
                await self.rooms.insert_room(tx, room.room_id, room.version, room.creator)
            placed.extend(zip(item.places, addition.events, strict=True))
            if addition.place is not None:
                sent.append((*addition.place, addition.events[0].event_id))
        if await store.insert_events(tx, placed, sent) != len(sent):
            raise Refusals(await self._sent_before(tx, items))
        await self._check_placing(tx, items, placed)
        states = [(pos, event) for pos, event in placed if event.is_state]
        if states:
            await self.rooms.place(tx, states)
            await self.directory.place(tx, [event for _, event in states])
        for item in items:
            await self._finish(tx, item)

    async def _check_placing(self, tx: Tx, items: Sequence[Item], placed: Sequence[Placed]) -> None:
        """Let others write what they keep of events. Raises ``Refusals`` for what they refuse."""
        refused: dict[str, Refused] = {}
        for told in self.placing:
            refused.update(await told(tx, placed))
        if refused:
            of_event = {event.event_id: item for item in items for event in item.row.events}
            raise Refusals({id(of_event[event_id]): why for event_id, why in refused.items()})

    async def _finish(self, tx: Tx, item: Item) -> None:
        """Do what goes with an addition. Raises ``Refusals`` when what it redacts has gone."""
        addition: Addition = item.row
        for event_id, body in _posted(addition)[0].rewritten:
            room_id = addition.seen[0]
            target = await store.event(tx, event_id)
            if target is None:  # its time was over between the decision and now
                raise Refusals({id(item): NoSuchEvent()})
            pos, event = target
            if addition.redacted and event_id == addition.events[0].redacts:
                await self.erasing.keep(tx, [target])
            await Log.rewrite(tx, [(pos, Posted(msgspec.structs.replace(event, body=body)))])
            await store.replace_body(tx, room_id, event_id, body)
            await self.rooms.replace_body(tx, room_id, event_id, body)
        if addition.redacted:
            for told in self.erasing.redacting:
                await told(tx, addition.events[0].redacts)
            await self.erasing.empty(tx, addition.seen[0], [addition.events[0].redacts])
        if addition.new_room is not None and addition.new_room.also is not None:
            await addition.new_room.also(tx)

    async def _sent_before(self, tx: Tx, items: Sequence[Item]) -> dict[int, Exception]:
        places = [item.row.place for item in items if item.row.place is not None]
        known = await store.sent(tx, places)
        mine = {item.row.events[0].event_id for item in items}
        return {
            id(item): AlreadySent(known[item.row.place])
            for item in items
            if item.row.place in known and known[item.row.place] not in mine
        }


@dataclass(frozen=True, repr=False)
class Additions:
    """The one way by which an event comes into a room."""

    clock: Clock
    ids: Ids
    log: Log
    appender: Appender
    rooms: Rooms
    writer: TimelineWriter
    may_encrypt: Callable[[], bool]
    blocks_invites: Callable[[str, str], Awaitable[bool]]
    _sent: "OrderedDict[Place, str | asyncio.Future[str]]" = field(
        default_factory=OrderedDict[Place, "str | asyncio.Future[str]"]
    )

    def encode(
        self, state: RoomState, sender: str, draft: Draft, device_id: str = "", txn_id: str = ""
    ) -> RoomEvent:
        """Make an event of a draft, as it will be stored.

        Raises ``TooLarge``, and ``EncryptionRefused`` where rooms may not be encrypted.
        """
        if draft.type == ENCRYPTION and draft.state_key is not None and not self.may_encrypt():
            raise EncryptionRefused
        event_id = self.ids.event_id()
        ts = self.clock.ms() if draft.ts is None else draft.ts
        unsigned: dict[str, Any] | None = None
        if draft.state_key is not None:
            before = state.get(draft.type, draft.state_key)
            if before is not None:
                unsigned = {"prev_content": before.content, "replaces_state": before.event_id}
        body = encode_event(
            event_id,
            draft.type,
            sender,
            ts,
            draft.content,
            draft.state_key,
            unsigned,
            draft.redacts,
        )
        check_size(body, draft.type, draft.state_key or "")
        return RoomEvent(
            event_id,
            state.room_id,
            draft.type,
            sender,
            ts,
            body,
            draft.state_key,
            device_id,
            txn_id,
            draft.redacts,
        )

    async def add(self, addition: Addition) -> None:
        """Append durably; afterwards every cache of this worker has it."""
        await self.appender.append(self.writer, _posted(addition), addition, addition.seen[0])

    async def decide(self, room: Room, decision: Callable[[], Awaitable[T]]) -> T:
        """Run ``decision`` until it stands on the newest state.

        A refusal is believed only once this worker has caught up with the others.
        """
        for _ in range(DECISIONS_MAX):
            applied = self.log.applied
            try:
                return await decision()
            except Stale:
                await self.log.catch_up()
            except Unavailable:
                raise  # whether it was written is not known, so it is not written again here
            except Refused:
                if self.log.alone or await self.log.catch_up() == applied:
                    raise
        raise Unavailable("The room changes faster than this can be decided: ask again shortly.")

    async def send(self, room: Room, sender: str, draft: Draft, device_id: str, txn_id: str) -> str:
        """Add one message and return its event id; the same for the same transaction."""
        place = (sender, device_id, f"{room.state.room_id}|{draft.type}|{txn_id}")
        return await self.once(place, lambda: self._send(room, sender, draft, place, txn_id))

    async def once(self, place: Place, work: Callable[[], Awaitable[str]]) -> str:
        """Do ``work`` once for a transaction and give its answer to every replay."""
        known = self._sent.get(place)
        if isinstance(known, str):
            return known
        if known is not None:
            return await asyncio.shield(known)
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._sent[place] = future
        try:
            event_id = await work()
        except AlreadySent as before:
            event_id = before.event_id
        except BaseException as fault:
            del self._sent[place]
            future.set_exception(fault)
            future.exception()  # whoever waits sees it; nobody waiting is no fault
            raise
        self._sent[place] = event_id
        future.set_result(event_id)
        if len(self._sent) > SENT_IN_MEMORY_MAX:
            self._sent.popitem(last=False)
        return event_id

    async def _send(self, room: Room, sender: str, draft: Draft, place: Place, txn_id: str) -> str:
        event = self.encode(room.state, sender, draft, place[1], txn_id)

        async def decision() -> str:
            if room.changing.locked():
                async with room.changing:
                    pass  # a change under way decides first
            check_event(room.state, sender, draft.type, None, draft.content)
            seen = (event.room_id, room.state.pos)
            await self.add(Addition([event], seen, place))
            return event.event_id

        return await self.decide(room, decision)

    async def check_welcome(self, sender: str, draft: Draft) -> None:
        """Refuse with ``InviteBlocked`` to invite who takes no invitations of the sender's."""
        is_invite = draft.type == MEMBER and draft.content.get("membership") == "invite"
        if is_invite and draft.state_key and await self.blocks_invites(sender, draft.state_key):
            raise InviteBlocked

    async def change(self, room: Room, sender: str, *drafts: Draft) -> list[RoomEvent]:
        """Add state events together, if the room's rules allow each after the one before."""
        async with room.changing:

            async def decision() -> list[RoomEvent]:
                seen = (room.state.room_id, room.state.pos)  # before the first that is looked at
                state = room.state.draft() if len(drafts) > 1 else room.state
                events: list[RoomEvent] = []
                for draft in drafts:
                    check_event(state, sender, draft.type, draft.state_key, draft.content)
                    await self.check_welcome(sender, draft)
                    event = self.encode(state, sender, draft)
                    events.append(event)
                    if len(drafts) > 1:
                        state.apply(room.state.pos, event)
                await self.add(Addition(events, seen))
                return events

            return await self.decide(room, decision)


def _posted(addition: Addition) -> list[Posted]:
    """Return what is announced of an addition; a redaction is alone in its own."""
    if addition.redacted:
        return [Posted(addition.events[0], addition.redacted, addition.following)]
    return [Posted(event) for event in addition.events]
