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
class Ears:
    """What a worker has heard in its life."""

    who: str
    begins: int
    heard: list[int] = field(default_factory=list[int])


@dataclass
class Judge:
    """Watches the commits, the replies and the ears."""

    server: Server
    begins: int  # the head before the first of all
    shards: int = 1
    wrongs: list[str] = field(default_factory=list)
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    known: int = 0  # the newest position that anybody was told of
    refusals: list[Refusal] = field(default_factory=list)
    commits: int = 0
    heard: int = 0
    _cursor: int = 0
    _head: int = 0
    _ears: list[Ears] = field(default_factory=list[Ears])

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
        if self.shards > 1:
            self._spread(writes, taken)
        elif taken:
            if taken != list(range(self._head + 1, self._head + 1 + len(taken))):
                self.wrong(f"positions {taken} were committed after {self._head}")
            self._head = max(self._head, taken[-1])
        head = writes.get((s.SHARDS, 0))
        if head is not None and head != self._head:
            self.wrong(f"the head says {head}, and the newest position is {self._head}")
        self._rows_of(writes, taken)
        if (s.CURSORS, FOLLOWER) in writes or any(table == s.JOURNAL for table, _ in writes):
            self._follower(writes)

    def _spread(self, writes: dict[Key, Any], taken: list[int]) -> None:
        """Of several shards: the heads that have moved say where the newest is."""
        homes = {key[0] for table, key in writes if table == s.ENTRIES}
        moved = {key: head for (table, key), head in writes.items() if table == s.SHARDS}
        if set(moved.values()) != set(taken[-1:]) or not homes <= set(moved) or len(homes) > 1:
            self.wrong(f"positions {taken} of {homes} moved the heads {moved}")

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
        there = (self.server.committed((s.ENTRIES, (n, pos))) for n in range(self.shards + 1))
        entry = next((one for one in there if one is not None), None)
        if entry is None or entry[0] != Posted.kind:
            return None
        return msgspec.msgpack.decode(entry[2], type=Posted).event

    def head(self) -> int:
        """Return the newest committed position."""
        return max(self.server.committed((s.SHARDS, n)) for n in self.server.keys(None, s.SHARDS))

    def places(self) -> list[int]:
        """Return all positions that there are, in order."""
        return sorted(pos for _, pos in self.server.keys(None, s.ENTRIES))

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

    def ears(self, who: str, begins: int) -> Ears:
        """A worker begins to hear after a position."""
        self._ears.append(Ears(who, begins))
        return self._ears[-1]

    def noted_at(self, ears: Ears, pos: int) -> None:
        """A worker's cache is told of something."""
        last = ears.heard[-1] if ears.heard else ears.begins
        if pos <= last or (self.shards == 1 and pos != last + 1):
            self.wrong(f"{ears.who} hears {pos}, and what comes after {last} would be next")
        ears.heard.append(pos)

    def heard_at(self, ears: Ears, pos: int, event_id: str) -> None:
        """A worker's cache is told of an event."""
        self.heard += 1
        self.noted_at(ears, pos)
        event = self.event(pos)
        if event is None or event.event_id != event_id:
            self.wrong(f"{ears.who} hears {event_id[:8]} at {pos}, where it is not")

    # -- at the end ------------------------------------------------------------------------------

    def end(self) -> None:
        """Look at the whole log: each once, in order, and each decision on the state before it."""
        head, there = self.head(), self.places()
        if self.shards == 1 and there != list(range(1, head + 1)):
            self.wrong(f"the head is {head} and there are {len(there)} positions")
        if len(set(there)) < len(there) or there[-1] > head:
            self.wrong(f"two have one position, or one is after the head {head}")
        self._all_heard(there)
        places: dict[tuple[str, str, str], str] = {}
        states: dict[str, RoomState] = {}
        seen: set[str] = set()
        for pos in there:
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

    def _all_heard(self, there: list[int]) -> None:
        """Whoever has heard a position has heard all before it, since it began to hear."""
        for ears in self._ears:
            last = ears.heard[-1] if ears.heard else ears.begins
            asked = [pos for pos in there if ears.begins < pos <= last]
            if ears.heard != asked:
                missed = sorted(set(asked) - set(ears.heard))
                self.wrong(f"{ears.who} has heard {last}, and not {missed}")

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
