"""The newest events of each room, in memory, exactly as they were stored.

Positions are dense, so absence is knowledge: a room with no tail has had no event since ``floor``.
Forgetting a tail raises the floor to its last position, and a shortened one knows where it begins.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import MEMBER
from teahouse.timeline.model import Placed

EVENTS_A_ROOM_MAX = 300
EVENTS_IN_MEMORY_MAX = 300_000


@dataclass
class _Tail:
    begins: int  # everything after this position is here
    events: list[Placed] = field(default_factory=list[Placed])

    @property
    def ends(self) -> int:
        """The position of the newest event."""
        return self.events[-1][0] if self.events else self.begins


@dataclass
class Tails:
    """The live tail of every room that has moved since this worker began."""

    floor: int = 0
    _count: int = 0
    _rooms: OrderedDict[str, _Tail] = field(default_factory=OrderedDict[str, _Tail])

    def begin(self, pos: int) -> None:
        """Say from which position on everything will be told."""
        self.floor = pos

    def apply(self, pos: int, event: RoomEvent) -> None:
        """Take in an event; called in order."""
        tail = self._rooms.get(event.room_id)
        if tail is None:
            tail = self._rooms[event.room_id] = _Tail(self.floor)
        else:
            self._rooms.move_to_end(event.room_id)
        tail.events.append((pos, event))
        self._count += 1
        if len(tail.events) > EVENTS_A_ROOM_MAX:
            half = EVENTS_A_ROOM_MAX // 2
            tail.begins = tail.events[half - 1][0]
            del tail.events[:half]
            self._count -= half
        while self._count > EVENTS_IN_MEMORY_MAX and len(self._rooms) > 1:
            _, gone = self._rooms.popitem(last=False)
            self._count -= len(gone.events)
            self.floor = max(self.floor, gone.ends)

    def redact(self, room_id: str, event_id: str, body: bytes) -> None:
        """Replace the body of a redacted event."""
        tail = self._rooms.get(room_id)
        if tail is None:
            return
        for at, (pos, event) in enumerate(tail.events):
            if event.event_id == event_id:
                tail.events[at] = (pos, msgspec.structs.replace(event, body=body))
                return

    def erase(self, room_id: str, user_id: str) -> None:
        """Drop a tail up to the last words of somebody, because they are no longer stored."""
        tail = self._rooms.get(room_id)
        if tail is None:
            return
        theirs = [
            at
            for at, (_, event) in enumerate(tail.events)
            if event.sender == user_id or (event.type == MEMBER and event.state_key == user_id)
        ]
        if theirs:
            self._shorten(tail, theirs[-1] + 1)

    def cut(self, room_id: str, until: int) -> None:
        """Drop a tail up to a position, because not all before it is stored any more."""
        tail = self._rooms.get(room_id)
        count = sum(1 for pos, _ in tail.events if pos <= until) if tail is not None else 0
        if tail is not None and count:
            self._shorten(tail, count)

    def _shorten(self, tail: _Tail, count: int) -> None:
        tail.begins = tail.events[count - 1][0]
        self._count -= count
        del tail.events[:count]

    def newest(self, room_id: str) -> int:
        """Return the newest position of a room, 0 when it has not moved since the floor."""
        tail = self._rooms.get(room_id)
        return tail.ends if tail is not None else 0

    def since(self, room_id: str, after: int, until: int) -> list[Placed] | None:
        """Return a room's events in a range, or ``None`` when memory does not reach back."""
        tail = self._rooms.get(room_id)
        if tail is None:
            return [] if after >= self.floor else None
        if after < tail.begins:
            return None
        found: list[Placed] = []
        for placed in reversed(tail.events):
            if placed[0] <= after:
                break
            if placed[0] <= until:
                found.append(placed)
        found.reverse()
        return found
