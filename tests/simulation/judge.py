"""What must be true whatever goes wrong. A run is a list of what was not."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.errors import Refused
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.rules import check_event
from teahouse.rooms.model.state import RoomState
from teahouse.rooms.model.version import version_named
from teahouse.timeline.events import Posted
from tests.simulation import statements as s
from tests.simulation.postgres import Key, Server

FOLLOWER = "simulated"
WRONGS_MAX = 10
Rule = tuple[str, str, str, str | None, dict[str, Any]]  # room, who, type, state key, content


@dataclass
class Refusal:
    """Somebody was told no, at a time when the log had a part that they must, or may, know of."""

    rule: Rule
    after: int
    until: int


@dataclass
class Judge:
    """Watches the commits, the replies and the ears."""

    server: Server
    begins: int  # the head before the first of all
    wrongs: list[str] = field(default_factory=list)
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    known: int = 0  # the newest position that anybody was told of
    refusals: list[Refusal] = field(default_factory=list)
    commits: int = 0
    heard: int = 0
    _cursor: int = 0
    _head: int = 0

    def __post_init__(self) -> None:
        self._cursor = self._head = self.begins
        self.server.judged.append(self._committed)

    def wrong(self, what: str) -> None:
        if len(self.wrongs) < WRONGS_MAX:
            self.wrongs.append(f"at {self.server.loop.time():.4f} s: {what}")

    # -- each commit -----------------------------------------------------------------------------

    def _committed(self, writes: dict[Key, Any]) -> None:
        self.commits += 1
        taken = sorted(key[1] for table, key in writes if table == s.ENTRIES)
        if taken:
            if taken != list(range(self._head + 1, self._head + 1 + len(taken))):
                self.wrong(f"positions {taken} were committed after {self._head}")
            self._head = max(self._head, taken[-1])
        head = writes.get((s.SHARDS, 0))
        if head is not None and head != self._head:
            self.wrong(f"the head says {head}, and the newest position is {self._head}")
        self._rows_of(writes, taken)
        if (s.CURSORS, FOLLOWER) in writes or any(table == s.JOURNAL for table, _ in writes):
            self._follower(writes)

    def _rows_of(self, writes: dict[Key, Any], taken: list[int]) -> None:
        """What is announced is what is stored, in one transaction."""
        told = {(pos, event.event_id) for pos in taken if (event := self.event(pos)) is not None}
        stored = {(k[1], row[0]) for (table, k), row in writes.items() if table == s.EVENTS}
        if told != stored:
            self.wrong(f"announced {sorted(told)} but stored {sorted(stored)}")

    def _follower(self, writes: dict[Key, Any]) -> None:
        """All that lies between the old and the new cursor is done, once, in this commit."""
        cursor = writes.get((s.CURSORS, FOLLOWER), self._cursor)
        acted = [key for table, key in writes if table == s.JOURNAL]
        posted = [p for p in range(self._cursor + 1, cursor + 1) if self.event(p) is not None]
        if acted != posted:
            self.wrong(f"cursor from {self._cursor} to {cursor}: acted on {acted} of {posted}")
        self._cursor = cursor

    def event(self, pos: int) -> RoomEvent | None:
        """Return the event that a committed position announces."""
        entry = self.server.committed((s.ENTRIES, (0, pos)))
        if entry is None or entry[0] != Posted.kind:
            return None
        return msgspec.msgpack.decode(entry[2], type=Posted).event

    # -- each reply and each ear -----------------------------------------------------------------

    def replied(self, event_id: str, place: tuple[str, str], after: int | None) -> None:
        """Somebody is told that their event is there."""
        row = self.server.committed((s.BY_ID, event_id))
        if row is None:
            self.wrong(f"{place} is told of {event_id[:8]} before it is committed")
            return
        if after is not None and row[1] <= after:
            self.wrong(f"{place} is at {row[1]}, and {after} was told of before it was asked")
        earlier = self.acknowledged.setdefault(event_id, place)
        if earlier != place:
            self.wrong(f"{event_id[:8]} answers {place} and {earlier}")
        self.known = max(self.known, row[1])

    def heard_at(self, who: str, expected: int, pos: int, event_id: str) -> None:
        """A worker's cache is told of an event."""
        self.heard += 1
        if pos != expected:
            self.wrong(f"{who} hears {pos}, and {expected} would be next")
        event = self.event(pos)
        if event is None or event.event_id != event_id:
            self.wrong(f"{who} hears {event_id[:8]} at {pos}, where it is not")

    # -- at the end ------------------------------------------------------------------------------

    def end(self) -> None:
        """Look at the whole log: each once, in order, and each decision on the state before it."""
        head = self.server.committed((s.SHARDS, 0))
        there = [p for _, p in self.server.keys(None, s.ENTRIES)]
        if there != list(range(1, head + 1)):
            self.wrong(f"the head is {head} and there are {len(there)} positions")
        places: dict[tuple[str, str, str], str] = {}
        states: dict[str, RoomState] = {}
        seen: set[str] = set()
        for pos in range(1, head + 1):
            event = self.event(pos)
            if event is not None:
                seen.add(event.event_id)
                self._once(places, event)
                self._decided(states, pos, event)
            self._refused(states, pos)
        for event_id, place in self.acknowledged.items():
            if event_id not in seen:
                self.wrong(f"{place} was told of {event_id[:8]}, which is lost")
        for refusal in self.refusals:
            self.wrong(f"refused on an old state: {refusal}")

    def _once(self, places: dict[tuple[str, str, str], str], event: RoomEvent) -> None:
        if event.state_key is not None:
            return
        place = (event.sender, event.device_id, event.txn_id)
        if place in places:
            self.wrong(f"{place} made {places[place][:8]} and {event.event_id[:8]}")
        places[place] = event.event_id

    def _decided(self, states: dict[str, RoomState], pos: int, event: RoomEvent) -> None:
        room_id = event.room_id
        state = states.get(room_id)
        if state is None:
            state = states[room_id] = RoomState(room_id, version_named("10"), event.sender)
        if pos > self.begins:
            try:
                check_event(state, event.sender, event.type, event.state_key, event.content)
            except Refused as refused:
                self.wrong(f"{event.type} of {event.sender} at {pos} is not allowed: {refused}")
        if event.state_key is not None:
            before = state.get(event.type, event.state_key)
            told = msgspec.json.decode(event.body)["unsigned"].get("replaces_state")
            if pos > self.begins and told != (before.event_id if before else None):
                self.wrong(f"the state at {pos} was decided on an old one")
            state.apply(pos, event)

    def _refused(self, states: dict[str, RoomState], pos: int) -> None:
        """Drop the refusals that are right in the state after a position."""

        def is_right(refusal: Refusal) -> bool:
            if not max(refusal.after, self.begins) <= pos <= refusal.until:
                return False
            room_id, *rule = refusal.rule
            try:
                check_event(states[room_id], *rule)
            except Refused:
                return True
            return False

        if self.refusals and pos >= self.begins:
            self.refusals = [one for one in self.refusals if not is_right(one)]
