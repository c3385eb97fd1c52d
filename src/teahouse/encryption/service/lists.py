"""Whose devices one has to look at again, and whose no longer.

From the Client-Server API, "Tracking the device list for a user".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from teahouse.encryption import store
from teahouse.infra.db.pool import Database
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import MEMBER, Membership
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails

ENCRYPTION = "m.room.encryption"

# (whose keys changed, whom it concerns: empty for all who share a room)
Moved = tuple[str, str]


@dataclass(frozen=True)
class Span:
    """A stretch of a person's stream: from one position to another, in the rooms it touched."""

    after: int
    until: int
    memberships: Mapping[str, Membership]
    touched: Collection[str]  # those in which no state was set may be left out
    moved: Collection[Moved] | None  # ``None``: that has to be read

    @property
    def joined(self) -> list[str]:
        """The rooms that the person is in."""
        return [room_id for room_id, one in self.memberships.items() if one.membership == "join"]


@dataclass
class Found:
    """Who is to be looked at again, and who no longer."""

    changed: set[str] = field(default_factory=set[str])
    left: set[str] = field(default_factory=set[str])


class _Move(NamedTuple):
    was_in: bool | None
    is_in: bool


@dataclass(frozen=True, repr=False)
class Lists:
    """Lists of people whose devices are of concern: those who share a room."""

    db: Database
    rooms: Rooms
    reading: Reading
    tails: Tails

    async def between(self, user_id: str, span: Span) -> Found:
        """Return whose devices changed for a person in a span, and who shares no room any more."""
        if not span.touched and span.moved is not None and not span.moved:
            return Found()
        found = Found(await self._moved(user_id, span))
        for room_id in span.touched:
            what = span.memberships.get(room_id)
            if what is None:
                continue
            if what.membership == "join":
                await self._in_room(user_id, what, span, found)
            elif what.pos > span.after:
                await self._out_of_room(user_id, what, span, found)
        if found.left:
            found.left.discard(user_id)
            await self.rooms.load(span.joined)
        for room_id in span.joined if found.left else ():
            room = await self.rooms.find(room_id)
            found.left = found.left - room.state.joined if room is not None else found.left
        found.changed -= found.left
        return found

    async def _moved(self, user_id: str, span: Span) -> set[str]:
        """Return whose keys changed, of those who share a room with a person, and themselves."""
        if span.moved is None:
            near = await self._mates(span.joined) | {user_id}
            async with self.db.read() as tx:
                return await store.changed(tx, sorted(near), user_id, span.after)
        changed = {who for who, told in span.moved if told == user_id}
        others = {who for who, told in span.moved if not told} - changed
        if user_id in others:
            changed.add(user_id)
        if others - {user_id}:
            for room_id in span.joined:
                room = await self.rooms.find(room_id)
                changed |= room.state.joined & others if room is not None else set()
        return changed

    async def _mates(self, room_ids: Sequence[str]) -> set[str]:
        """Return everybody who is in one of some rooms."""
        found: set[str] = set()
        await self.rooms.load(room_ids)
        for room_id in room_ids:
            room = await self.rooms.find(room_id)
            if room is not None:
                found |= room.state.joined
        return found

    async def _in_room(self, user_id: str, what: Membership, span: Span, found: Found) -> None:
        room = await self.rooms.room(what.room_id)
        begun = room.state.get(ENCRYPTION)
        came = what.pos > span.after and not await self._was_in(what.room_id, user_id, span.after)
        if came or (begun is not None and begun.pos > span.after):
            found.changed |= room.state.joined - {user_id}
        if came:
            return
        moves = await self._moves(what.room_id, span)
        unknown = [who for who, move in moves.items() if move.was_in is None]
        were: dict[str, str] = {}
        if unknown:
            were = await self.reading.memberships_at(what.room_id, unknown, span.after)
        for who, move in moves.items():
            was_in = were[who] == "join" if move.was_in is None else move.was_in
            if move.is_in and not was_in:
                found.changed.add(who)
            elif was_in and not move.is_in:
                found.left.add(who)

    async def _out_of_room(self, user_id: str, what: Membership, span: Span, found: Found) -> None:
        if not await self._was_in(what.room_id, user_id, span.after):
            return
        room = await self.rooms.room(what.room_id)
        found.left |= room.state.joined | (await self._moves(what.room_id, span)).keys()

    async def _moves(self, room_id: str, span: Span) -> dict[str, _Move]:
        """Return whose membership was set anew in a span, and how."""
        tail = self.tails.since(room_id, span.after, span.until)
        if tail is None:  # only the last of each is read then
            events = await self.reading.state_between(room_id, span.after, span.until)
        else:
            events = [event for _, event in tail]
        moves: dict[str, _Move] = {}
        for event in events:
            if event.type == MEMBER and event.state_key is not None:
                is_in = event.content.get("membership") == "join"
                first = moves.get(event.state_key)
                was_in = _before(event) if tail is not None else None
                moves[event.state_key] = _Move(first.was_in if first else was_in, is_in)
        return moves

    async def _was_in(self, room_id: str, user_id: str, pos: int) -> bool:
        return await self.reading.membership_at(room_id, user_id, pos) == "join"


def _before(event: RoomEvent) -> bool | None:
    """Tell whether somebody was in before their membership was set anew; ``None``: look it up."""
    unsigned = msgspec.json.decode(event.body)["unsigned"]
    if "prev_content" in unsigned:
        return unsigned["prev_content"].get("membership") == "join"
    return None if "replaces_state" in unsigned else False
