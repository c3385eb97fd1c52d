"""Erasing what somebody said, when they delete their account and ask for it; and redacting again.

What they said, and what they were called, is taken out of every table and cache of ours, as a
redaction would; that somebody said something, and when, stays, so that the room's order still makes sense.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
from msgspec import structs

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.redaction import bare_body, erased_body, without_before
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline import store
from teahouse.timeline.events import Erased, Posted, TakenAgain
from teahouse.timeline.model import Placed

EVENTS_AT_ONCE_MAX = 500

# Called with ``(tx, event_id)`` in the transaction in which somebody takes an event's text away.
Redacting = Callable[[Tx, str], Awaitable[None]]

# Called with ``(tx, room_id, event_ids)`` wherever the text of events is taken away, for whatever reason.
Emptying = Callable[[Tx, str, Sequence[str]], Awaitable[None]]


class Keeper(Protocol):
    """Who must keep what some events say, although it is taken away from all readers."""

    async def held(self, tx: Tx, placed: Sequence[Placed]) -> set[str]:
        """Return which of some events these are."""
        ...

    async def keep(self, tx: Tx, placed: Sequence[Placed]) -> None:
        """Put aside what events say, in the transaction that takes it away."""
        ...


@dataclass(frozen=True, repr=False)
class Erasing:
    """Takes away what somebody said."""

    db: Database
    log: Log
    rooms: Rooms
    redacting: list[Redacting] = field(default_factory=list[Redacting])
    emptying: list[Emptying] = field(default_factory=list[Emptying])
    keepers: list[Keeper] = field(default_factory=list[Keeper])

    async def redact_again(self, event_id: str) -> bool:
        """Take an event's text away that was redacted in a time that was lost; tell whether it had any.

        Who redacted it, and why, was lost with that time, so nothing in the room says so.
        """
        async with self.db.read() as tx:
            found = await store.event(tx, event_id)
        room = None if found is None else await self.rooms.find(found[1].room_id)
        if found is None or room is None:
            return False
        pos, event = found
        body = bare_body(room.state.version, event)
        if body == event.body:
            return False
        async with self.db.transaction() as tx:
            await self.keep(tx, [found])
            rewritten = [(pos, event, body)]
            if event.state_key is not None:
                place = event.room_id, event.type, event.state_key
                after = await store.next_state(tx, *place, pos)
                rewritten += [] if after is None else [(*after, without_before(after[1].body))]
            for _, old, new in rewritten:
                await store.replace_body(tx, event.room_id, old.event_id, new)
                await self.rooms.replace_body(tx, event.room_id, old.event_id, new)
            await self.empty(tx, event.room_id, [event.event_id])
            told = [(at, Posted(structs.replace(old, body=new))) for at, old, new in rewritten]
            await self.log.rewrite(tx, told)
            bodies = [(old.event_id, new) for _, old, new in rewritten]
            await self.log.put(tx, TakenAgain(event.room_id, bodies))
        return True

    async def erase(self, user_id: str) -> int:
        """Erase what somebody said in every room they were ever in; return how many events."""
        erased = 0
        for room_id in list(await self.rooms.memberships(user_id)):
            erased += await self.erase_in(room_id, user_id)
        return erased

    async def erase_in(self, room_id: str, user_id: str) -> int:
        """Erase what somebody said in one room; return how many events."""
        room, erased = await self.rooms.find(room_id), 0
        while room is not None:
            count = await self._some(room, user_id)
            erased += count
            if count < EVENTS_AT_ONCE_MAX:
                break
        return erased

    async def _some(self, room: Room, user_id: str) -> int:
        room_id = room.state.room_id
        async with self.db.transaction() as tx:
            said = await store.said_by(tx, room_id, user_id, EVENTS_AT_ONCE_MAX)
            apart_of = await store.withheld_in(tx, user_id, room_id)
            await self.keep(tx, [*(one for one in said if not one[1].is_state), *apart_of])
            apart = await store.drop_withheld_of(tx, user_id, room_id)
            if apart:
                await self.empty(tx, room_id, apart)
            if said:
                version = room.state.version
                bodies = [erased_body(version, event.body, user_id) for _, event in said]
                event_ids = [event.event_id for _, event in said]
                await store.replace_bodies(tx, room_id, event_ids, bodies)
                await self.empty(tx, room_id, event_ids)
                for (_, event), body in zip(said, bodies, strict=True):
                    if event.is_state:
                        await self.rooms.replace_body(tx, room_id, event.event_id, body)
                await self.log.rewrite(
                    tx,
                    [
                        (pos, Posted(structs.replace(event, body=body, device_id="", txn_id="")))
                        for (pos, event), body in zip(said, bodies, strict=True)
                    ],
                )
                await self.log.put(tx, Erased(room_id, user_id))
        return len(said)

    async def keep(self, tx: Tx, placed: Sequence[Placed]) -> None:
        """Let those put aside what events say who must, before it is taken away for good.

        Of an event that is withheld, that is what it said before.
        """
        for keeper in self.keepers if placed else ():
            held = await keeper.held(tx, placed)
            apart = await store.withheld_among(tx, sorted(held)) if held else {}
            whole = [
                (pos, structs.replace(event, body=apart.get(event.event_id, event.body)))
                for pos, event in placed
                if event.event_id in held and says_something(event, apart)
            ]
            if whole:
                await keeper.keep(tx, whole)

    async def empty(self, tx: Tx, room_id: str, event_ids: Sequence[str]) -> None:
        """Have all who keep something of events forget it, because their text is gone for good."""
        for emptied in self.emptying:
            await emptied(tx, room_id, event_ids)


def says_something(event: RoomEvent, apart: Mapping[str, bytes]) -> bool:
    """Tell whether there is anything of an event that is not gone yet: it may lie apart."""
    unsigned = msgspec.json.decode(event.body).get("unsigned", {})
    return event.event_id in apart or not {"redacted_because", "erased"} & unsigned.keys()
