"""Erasing what somebody said, when they delete their account and ask for it.

What they said, and what they were called, is taken out of every table and cache of ours, as a
redaction would; that somebody said something, and when, stays, so that the room's order still makes sense.
"""

from dataclasses import dataclass

from msgspec import structs

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.rooms.model.redaction import erased_body
from teahouse.rooms.service import Room, Rooms
from teahouse.timeline import store
from teahouse.timeline.events import Erased, Posted

EVENTS_AT_ONCE_MAX = 500


@dataclass(frozen=True, repr=False)
class Erasing:
    """Takes away what somebody said."""

    db: Database
    log: Log
    rooms: Rooms

    async def erase(self, user_id: str) -> int:
        """Erase what somebody said in every room they were ever in; return how many events."""
        erased = 0
        for room_id in list(await self.rooms.memberships(user_id)):
            room = await self.rooms.find(room_id)
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
            if said:
                version = room.state.version
                bodies = [erased_body(version, event.body, user_id) for _, event in said]
                await store.replace_bodies(tx, room_id, [e.event_id for _, e in said], bodies)
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
