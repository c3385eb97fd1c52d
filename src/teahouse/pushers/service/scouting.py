"""Whom to wake: for each event, those with pushers who are in its room and would notice it.

Called inside a follower's transaction, so it asks memory only: who has a pusher is kept here, who
is in a room by ``rooms``, and what somebody wants to know of by ``push``, for those it has at hand.
Whoever is in doubt is woken; what is worth their notice is then found out with care.
"""

from dataclasses import dataclass, field

from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.push.model.evaluate import Person, evaluate
from teahouse.push.service import Push
from teahouse.pushers import store
from teahouse.pushers.events import PushersChanged
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room, Rooms
from teahouse.sync.service.counting import Counting


@dataclass
class _Holders:
    """Who has a pusher, or had one lately. ``turn`` counts changes, so that a slow read is seen."""

    known: set[str] | None = None
    turn: int = 0

    def add(self, _pos: int, changed: PushersChanged) -> None:
        """Take in that somebody has a pusher now."""
        self.turn += 1
        if self.known is not None:
            self.known.add(changed.user_id)


@dataclass(frozen=True, repr=False)
class Scouting:
    """Finds out whom to wake."""

    log: Log
    clock: Clock
    rooms: Rooms
    push: Push
    counting: Counting
    _holders: _Holders = field(default_factory=_Holders)

    def listen(self) -> None:
        """Begin to hear."""
        self.log.hear(PushersChanged, self._holders.add)

    async def posted(self, tx: Tx, pos: int, event: RoomEvent) -> bool | None:
        """Wake whom an event may concern, and tell whether anybody is.

        ``None``: the room is not in memory, and has to be looked at outside of the transaction.
        """
        holders = await self._known(tx)
        if not holders:
            return False
        invited = event.type == MEMBER and event.state_key in holders
        if invited and event.state_key is not None:
            await store.wake(tx, [event.state_key], self.clock.now())
        room = self.rooms.in_memory(event.room_id)
        if room is None:
            return None
        people = self._concerned(room, pos, event, holders)
        woken = await store.wake(tx, people, self.clock.now()) if people else 0
        return woken > 0 or invited

    async def room(self, tx: Tx, room: Room) -> bool:
        """Wake everybody with a pusher in a room, and tell whether anybody is."""
        people = sorted(room.state.joined & await self._known(tx))
        return bool(people) and await store.wake(tx, people, self.clock.now()) > 0

    async def read(self, tx: Tx, user_id: str) -> bool:
        """Wake a person who has read something: their number of unread messages has changed."""
        if user_id not in await self._known(tx):
            return False
        return await store.wake(tx, [user_id], self.clock.now()) > 0

    async def signed_out(self, tx: Tx, user_id: str, device_ids: list[str]) -> None:
        """End the pushers of devices that were signed out."""
        await store.remove_devices(tx, user_id, device_ids)

    def _concerned(self, room: Room, pos: int, event: RoomEvent, holders: set[str]) -> list[str]:
        """Return who would notice an event, or may, in the order in which rows are locked."""
        people = room.state.joined & holders
        people.discard(event.sender)
        if not people:
            return []
        moment = self.counting.moment(room, pos, event.body)
        found: list[str] = []
        for user_id in people:
            rules = self.push.rules_at_hand(user_id)
            if rules is not None:
                name = room.state.content(MEMBER, user_id).get("displayname")
                person = Person(user_id, name if isinstance(name, str) else "")
                if not evaluate(rules, moment, person).notify:
                    continue
            found.append(user_id)
        return sorted(found)

    async def _known(self, tx: Tx) -> set[str]:
        holders = self._holders
        while holders.known is None:
            turn = holders.turn
            found = await store.holders(tx)
            if turn == holders.turn:
                holders.known = found
        return holders.known
