"""Guests in rooms: those come in whom a room admits, and they go when it does so no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teahouse.errors import Refused
from teahouse.guests import store
from teahouse.guests.model import ACCESS, GuestsNotAdmitted, GuestsOut, admits
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.membership.service.coming import Coming
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.speaking import REDACTION


@dataclass(frozen=True, repr=False)
class GuestRooms:
    """Which rooms guests are in."""

    db: Database
    log: Log
    rooms: Rooms
    coming: Coming
    jobs: Jobs

    async def place(self, tx: Tx, placed: Sequence[tuple[int, RoomEvent]]) -> Mapping[str, Refused]:
        """Refuse a guest where guests are not admitted, and have them go where they are no more.

        Called with every event in the transaction that stores it, on the state that it was decided
        on: so no guest comes in while the door is being shut.
        """
        refused: dict[str, Refused] = {}
        coming = [event for _, event in placed if event.type == MEMBER and _joins(event)]
        people = sorted({event.state_key or "" for event in coming})
        guests = set(await store.among(tx, people)) if people else set[str]()
        for event in coming:
            if event.state_key not in guests:
                continue
            room = self.rooms.in_memory(event.room_id)
            if room is None or not admits(room.state):
                refused[event.event_id] = GuestsNotAdmitted()
        for _, event in placed:
            if self._is_about_guests(event) and await store.there_are(tx):
                await self.jobs.enqueue(tx, GuestsOut(event.room_id), unique=event.room_id)
        return refused

    def _is_about_guests(self, event: RoomEvent) -> bool:
        if event.type == ACCESS:
            return event.state_key == ""
        if event.type != REDACTION:
            return False
        room = self.rooms.in_memory(event.room_id)
        set_by = None if room is None else room.state.get(ACCESS, "")
        return set_by is not None and set_by.event_id == event.redacts

    async def stated(self, room_id: str, event_type: str) -> None:
        """Have the guests leave before whoever shut their door is answered; the job is for a crash."""
        if event_type == ACCESS:
            await self.clear(room_id)

    async def clear(self, room_id: str) -> None:
        """Have the guests in a room leave it, unless it admits them."""
        await self.log.catch_up()
        room = await self.rooms.find(room_id)
        if room is None or admits(room.state):
            return
        async with self.db.read() as tx:
            guests = await store.among(tx, list(room.state.joined))
        for user_id in guests:
            await self.coming.leave(user_id, room_id)


def _joins(event: RoomEvent) -> bool:
    return event.content.get("membership") == "join"
