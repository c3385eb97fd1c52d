"""Each person's rooms in the order in which something happened in them, and which of them a list has.

Made once, then kept up by what happened since, so that a request costs what has changed. It is as of
now: what a client has already, its connection knows.
"""

import itertools
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from teahouse.accountdata.service import AccountData
from teahouse.infra.db.pool import Database
from teahouse.rooms.model.state import Membership
from teahouse.rooms.service import Room, Rooms
from teahouse.slidingsync.model import filtering
from teahouse.slidingsync.model.asking import Filters
from teahouse.slidingsync.model.filtering import SORTING, Tastes
from teahouse.sync.service.building import Building
from teahouse.sync.service.hub import Hub

ROLLS_IN_MEMORY_MAX = 5_000
MOVES_IN_MEMORY_MAX = 200
PRESENT = ("join", "invite", "knock")
EVERYTHING = Filters()


@dataclass
class Roll:
    """A person's rooms, the one that moved last at the end. ``turn`` is another after each change.

    Since the turn ``shuffled`` nothing happened but that rooms of which lists have what they had
    moved to the end: those of ``moves``, each with the turn at which it did.
    """

    at: int
    order: dict[str, int]
    tastes: Tastes
    turn: int
    shuffled: int
    matching: dict[Filters, set[str]] = field(default_factory=dict[Filters, set[str]])
    moves: deque[tuple[int, str]] = field(default_factory=deque[tuple[int, str]])

    def moved_since(self, turn: int) -> set[str] | None:
        """Return which rooms moved to the end since a turn; ``None``: there was more than that."""
        if turn < self.shuffled:
            return None
        return {room_id for at, room_id in self.moves if at > turn}

    def move(self, places: Mapping[str, int], turn: int, shuffles: bool) -> None:
        """Put rooms where they belong now; a place of 0 is none."""
        last = next(reversed(self.order.values()), 0)
        for room_id in places:
            shuffles |= self.order.pop(room_id, 0) == 0
        for room_id in sorted(places, key=places.__getitem__):
            if places[room_id]:
                self.order[room_id] = places[room_id]
                self.moves.append((turn, room_id))
        if any(pos < last for pos in places.values()):  # not what happened last of all
            self.order, shuffles = _sorted(self.order), True
        if shuffles:
            self.shuffled = turn
            self.moves.clear()
        while len(self.moves) > MOVES_IN_MEMORY_MAX:
            self.shuffled, _ = self.moves.popleft()
        self.turn = turn


@dataclass(frozen=True, repr=False)
class Rolls:
    """The rolls of those who ask."""

    db: Database
    hub: Hub
    rooms: Rooms
    building: Building
    account_data: AccountData
    _rolls: OrderedDict[str, Roll] = field(default_factory=OrderedDict[str, Roll])
    _turns: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def of(self, user_id: str, until: int) -> Roll:
        """Return a person's roll as of a position, or later."""
        roll = self._rolls.get(user_id)
        if roll is None:
            return await self._load(user_id, until)
        self._rolls.move_to_end(user_id)
        if roll.at >= until:
            return roll
        memberships = await self.rooms.memberships(user_id)
        moved = self.hub.moved_rooms.since(roll.at, memberships)
        if moved is None:
            return await self._load(user_id, until)
        kept = self.hub.moved_data.moved(user_id, roll.at)
        if kept and await self._sorts_anew(user_id, roll.at, until):
            return await self._load(user_id, until)
        await self._move(roll, user_id, [memberships[room_id] for room_id in moved])
        roll.at = max(roll.at, until)
        return roll

    async def having(self, roll: Roll, user_id: str, filters: Filters) -> Collection[str]:
        """Return the rooms that a list has."""
        if filters == EVERYTHING:
            return roll.order.keys()
        found = roll.matching.get(filters)
        if found is None:
            memberships = await self.rooms.memberships(user_id)
            found = await self._among(roll, [memberships[one] for one in roll.order], filters)
            roll.matching[filters] = found
        return found

    @staticmethod
    def newest_first(roll: Roll, rooms: Collection[str]) -> Iterator[str]:
        """Go through the rooms that a list has, newest first."""
        return (room_id for room_id in reversed(roll.order) if room_id in rooms)

    # -- from the beginning ------------------------------------------------------------------------

    async def _load(self, user_id: str, until: int) -> Roll:
        memberships = await self.rooms.memberships(user_id)
        async with self.db.read() as tx:
            data = await self.account_data.all(tx, user_id)
        tastes = filtering.tastes_of(data, user_id)
        newest = await self.building.reading.newest(list(memberships))
        order: dict[str, int] = {}
        for what in list(memberships.values()):
            if await self._belongs(user_id, what, tastes):
                is_in = what.membership == "join"
                order[what.room_id] = newest.get(what.room_id, what.pos) if is_in else what.pos
        turn = next(self._turns)
        roll = Roll(until, _sorted(order), tastes, turn, turn)
        self._rolls[user_id] = roll
        if len(self._rolls) > ROLLS_IN_MEMORY_MAX:
            self._rolls.popitem(last=False)
        return roll

    async def _belongs(self, user_id: str, what: Membership, tastes: Tastes) -> bool:
        """Tell whether a room is one of a person's: they are in, or asked, or were shown the door."""
        if what.membership == "invite":
            return not tastes.uninvited and what.sender not in tastes.ignored
        if what.membership in PRESENT:
            return True
        if what.sender == user_id or what.forgotten:
            return False
        room = await self.rooms.find(what.room_id)
        assert room is not None, "a membership is of a room"
        return (await self.building.reading.visibility(room, user_id)).was_in

    async def _sorts_anew(self, user_id: str, after: int, until: int) -> bool:
        async with self.db.read() as tx:
            data = await self.account_data.changed_since(tx, user_id, after, until)
        return any(datum.type in SORTING for datum in data)

    # -- since then --------------------------------------------------------------------------------

    async def _move(self, roll: Roll, user_id: str, moved: Iterable[Membership]) -> None:
        """Put rooms in which something happened where they belong now."""
        places: dict[str, int] = {}
        for what in moved:
            if not await self._belongs(user_id, what, roll.tastes):
                places[what.room_id] = 0
            elif what.membership == "join":
                newest = self.building.tails.newest(what.room_id)
                places[what.room_id] = max(newest, roll.order.get(what.room_id, 0), what.pos)
            else:
                places[what.room_id] = what.pos
        changed = {one: pos for one, pos in places.items() if roll.order.get(one, 0) != pos}
        if not changed:
            return
        shuffles = await self._match(roll, user_id, changed)
        roll.move(changed, next(self._turns), shuffles)

    async def _match(self, roll: Roll, user_id: str, changed: Mapping[str, int]) -> bool:
        """See anew whether the lists have the rooms that changed; tell whether any list changed."""
        memberships = await self.rooms.memberships(user_id)
        whats = [memberships[room_id] for room_id, pos in changed.items() if pos]
        shuffles = False
        for filters, had in list(roll.matching.items()):
            if filters.spaces is not None and filters.spaces & changed.keys():
                del roll.matching[filters]  # a space may have got or lost a child
                shuffles = True
                continue
            found = await self._among(roll, whats, filters)
            if found != had & changed.keys():
                roll.matching[filters] = had - changed.keys() | found
                shuffles = True
        return shuffles

    async def _among(self, roll: Roll, whats: list[Membership], filters: Filters) -> set[str]:
        """Return which of some rooms a list has."""
        inside = await self._inside(roll, filters)
        found: set[str] = set()
        if len(whats) > 1 and filtering.asks_state(filters):
            await self.rooms.load([what.room_id for what in whats])
        for what in whats:
            room_id = what.room_id
            if inside is not None and room_id not in inside:
                continue
            if not filtering.admits(filters, room_id, what.membership, roll.tastes):
                continue
            if filtering.asks_state(filters):
                room = await self.rooms.find(room_id)
                if room is None or not filtering.admits_state(filters, room.state):
                    continue
            found.add(room_id)
        return found

    async def _inside(self, roll: Roll, filters: Filters) -> set[str] | None:
        """Return the rooms inside the spaces that are named, of those that the person is in."""
        if filters.spaces is None:
            return None
        found: set[str] = set()
        for space_id in filters.spaces & roll.order.keys():
            room: Room | None = await self.rooms.find(space_id)
            if room is not None:
                found |= filtering.children(room.state)
        return found


def _sorted(order: dict[str, int]) -> dict[str, int]:
    return dict(sorted(order.items(), key=itemgetter(1)))
