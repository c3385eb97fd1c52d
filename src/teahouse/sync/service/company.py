"""Who else is there: the presence of those who share a room with who asks, and are not ignored."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from teahouse.accountdata.service import AccountData
from teahouse.presence.service import Presence
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Room, Rooms
from teahouse.sync.model import Wish
from teahouse.timeline.service.tails import Tails


@dataclass(frozen=True)
class Company:
    """Chooses whose presence is told to whom."""

    presence: Presence
    rooms: Rooms
    tails: Tails
    account_data: AccountData

    async def everybody(self, user_id: str, wish: Wish) -> list[dict[str, Any]]:
        """Return the presence of all who show anything and share a room, and one's own."""
        if not self.presence.is_on:
            return []
        rooms = await self.rooms.joined_rooms(user_id)
        found = await self._showing_in(rooms)
        return await self._events(user_id, found | {user_id}, wish)

    async def since(
        self, user_id: str, serial: int, new_rooms: Collection[str], came: set[str], wish: Wish
    ) -> list[dict[str, Any]]:
        """Return what has changed after a number, and all of whoever is newly in company.

        ``new_rooms`` are those that one has come into, ``came`` those who have come into one's own.
        """
        if not self.presence.is_on:
            return []
        if serial == self.presence.serial and not new_rooms and not came:
            return []
        changed = self.presence.changed_since(serial)
        found = {user_id} & set(changed)
        if len(found) < len(changed):
            mine = set(await self.rooms.joined_rooms(user_id))
            for other in changed:
                if not mine.isdisjoint(await self.rooms.joined_rooms(other)):
                    found.add(other)
        found |= came | await self._showing_in(new_rooms)
        return await self._events(user_id, found, wish)

    async def members(self, user_id: str, room: Room) -> list[dict[str, Any]]:
        """Return the presence of a room's members who show anything, for one of them."""
        if not self.presence.is_on or user_id not in room.state.joined:
            return []
        showing = self.presence.showing & room.state.joined
        return await self._events(user_id, showing, Wish())

    def came(self, user_id: str, room_id: str, after: int, until: int) -> set[str]:
        """Return who else came into a room lately."""
        if not self.presence.is_on:
            return set()
        return {
            event.state_key
            for _, event in self.tails.since(room_id, after, until) or ()
            if event.type == MEMBER and event.state_key and event.state_key != user_id
            and event.content.get("membership") == "join"
        }  # fmt: skip

    async def _showing_in(self, room_ids: Collection[str]) -> set[str]:
        showing, found = self.presence.showing, set[str]()
        for room_id in room_ids:
            room = await self.rooms.find(room_id)
            if room is not None:
                found |= showing & room.state.joined
        return found

    async def _events(self, user_id: str, people: set[str], wish: Wish) -> list[dict[str, Any]]:
        chosen = wish.filter.presence
        if not people or not chosen.admits_type("m.presence"):
            return []
        people = people - await self.account_data.ignored(user_id)
        events = [self.presence.event(one) for one in sorted(people)]
        return [event for event in events if chosen.admits(event["sender"], event["type"])]
