"""What relations come to: kept with their events, and told with the events that they are about.

Edges are written by the timeline's own transaction (``place``) and taken away in it (``empty``), so
there is no moment in which an event is there and its edge is not, or the other way round.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.accountdata.service import AccountData
from teahouse.errors import NotFound, Refused
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.relations import store
from teahouse.relations.model import (
    ANNOTATION,
    DEPTH_MAX,
    MAIN_THREAD,
    REFERENCE,
    REFERENCES_MAX,
    REPLACE,
    THREAD,
    Aggregate,
    Asked,
    DuplicateAnnotation,
    Edge,
    NoThreadThere,
    NotInThread,
    Relation,
    does_count,
    relation_of,
)
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.redaction import bare_body
from teahouse.timeline.events import Posted
from teahouse.timeline.model import Placed, Visibility
from teahouse.timeline.service.reading import Page, Reading, served

TARGETS_IN_MEMORY_MAX = 100_000
EVENTS_AT_ONCE_MAX = 2_000

_encode = msgspec.json.Encoder().encode


@dataclass
class Targets:
    """The events that others have lately related to: what has no relations costs no question.

    An event later than ``floor`` that is not here has none. Forgetting one raises the floor to the
    newest event that relates to it, which is later than the event itself.
    """

    floor: int = 0
    most: int = TARGETS_IN_MEMORY_MAX
    _last: OrderedDict[str, int] = field(default_factory=OrderedDict[str, int])

    def apply(self, pos: int, posted: Posted) -> None:
        """Take in an event; called in order, in every worker."""
        relation = relation_of(posted.event)
        if relation is None:
            return
        self._last[relation.target_id] = pos
        self._last.move_to_end(relation.target_id)
        if len(self._last) > self.most:
            _, last = self._last.popitem(last=False)
            self.floor = max(self.floor, last)

    def may_hold(self, pos: int, event_id: str) -> bool:
        """Tell whether anything may relate to an event."""
        return pos <= self.floor or event_id in self._last


@dataclass(frozen=True, repr=False)
class Relations:
    """Which event relates to which."""

    db: Database
    reading: Reading
    account_data: AccountData
    targets: Targets = field(default_factory=Targets)

    def listen(self, log: Log) -> None:
        """Begin to hear, from the position that the log stands at."""
        self.targets.floor = log.applied
        log.hear(Posted, self.targets.apply)

    # -- in the timeline's transaction -----------------------------------------------------------

    async def place(self, tx: Tx, placed: Sequence[Placed]) -> Mapping[str, Refused]:
        """Keep what new events say of others; return which of them may not be sent, and why."""
        edges = await self._edges(tx, placed)
        refused: dict[str, Refused] = {
            edge.event_id: NoThreadThere()
            for edge in edges
            if edge.rel_type == THREAD and not edge.counts
        }
        kept = await store.place(tx, edges) if edges else set[str]()
        for edge in edges:
            if edge.rel_type == ANNOTATION and edge.counts and edge.event_id not in kept:
                refused[edge.event_id] = DuplicateAnnotation()
        return refused

    async def empty(self, tx: Tx, room_id: str, event_ids: Sequence[str]) -> None:
        """Take away what events said of others, because their text is taken away."""
        await store.take_away(tx, room_id, event_ids)

    async def fill(self, tx: Tx) -> bool:
        """Look through some more of the events of before this domain; tell whether any are left."""
        at = await store.filled_until(tx)
        if at is None:
            return False
        placed = await self.reading.events_from(tx, *at, EVENTS_AT_ONCE_MAX)
        edges = await self._edges(tx, placed)
        kept = await store.place(tx, edges) if edges else set[str]()
        again = [edge for edge in edges if edge.event_id not in kept]
        if again:  # annotations made twice when nobody refused them, and what is there already
            await store.place(tx, [msgspec.structs.replace(edge, counts=False) for edge in again])
        last = (placed[-1][1].room_id, placed[-1][0]) if len(placed) == EVENTS_AT_ONCE_MAX else None
        await store.fill_from(tx, last)
        return last is not None

    async def _edges(self, tx: Tx, placed: Sequence[Placed]) -> list[Edge]:
        """Return the edges that events make, of those whose target the room has."""
        found: list[tuple[int, RoomEvent, Relation]] = []
        for pos, event in placed:
            relation = relation_of(event)
            if relation is not None:
                found.append((pos, event, relation))
        if not found:
            return []
        target_ids = {relation.target_id for _, _, relation in found}
        targets = await self.reading.events_by_id(tx, target_ids)
        threads = await store.threads_of(tx, target_ids)
        edges: list[Edge] = []
        for pos, event, relation in found:
            target = targets.get(relation.target_id)
            if target is None or target[1].room_id != event.room_id or target[0] >= pos:
                continue
            edge = _edge(pos, event, relation, target[1], threads)
            threads[event.event_id] = edge.thread_id
            edges.append(edge)
        return edges

    # -- told with events ------------------------------------------------------------------------

    async def aggregated(
        self, caller: Caller, visibility: Visibility, placed: Sequence[Placed], nested: bool = False
    ) -> dict[str, bytes]:
        """Return each event's ``m.relations``, of those events of one room that have any."""
        asked = [e.event_id for pos, e in placed if self.targets.may_hold(pos, e.event_id)]
        if not asked:
            return {}
        room_id = placed[0][1].room_id
        ignored = await self.account_data.ignored(caller.user_id)
        async with self.db.read() as tx:
            found = await store.aggregates(
                tx, room_id, asked, visibility.ranges(), ignored, caller.user_id, REFERENCES_MAX
            )
            shown = [one.event_id for one in found if one.rel_type != REFERENCE]
            events = await self.reading.events_by_id(tx, shown) if shown else {}
        # Between the two questions what was found may have gone, because its time was over.
        found = [one for one in found if one.rel_type == REFERENCE or one.event_id in events]
        latest = [events[one.event_id] for one in found if one.rel_type == THREAD and not nested]
        inner = await self.aggregated(caller, visibility, latest, True) if latest else {}
        bodies = [
            served(event, caller, inner.get(event_id)) for event_id, (_, event) in events.items()
        ]
        given = self.reading.given(room_id, bodies)
        return _by_target(found, dict(zip(events, given, strict=True)))

    async def related(
        self,
        visibility: Visibility,
        placed: Sequence[Placed],
        senders: list[str] | None,
        rel_types: list[str] | None,
    ) -> set[str]:
        """Return which events of one room somebody, or some kind of event, relates to."""
        asked = [e.event_id for pos, e in placed if self.targets.may_hold(pos, e.event_id)]
        if not asked:
            return set()
        room_id, seen = placed[0][1].room_id, visibility.ranges()
        async with self.db.read() as tx:
            return await store.related(tx, room_id, asked, senders, rel_types, seen)

    async def edited(self, asked: Sequence[tuple[str, str]]) -> set[str]:
        """Return which events of any rooms have an edit, whoever may read it."""
        if not asked:
            return set()
        async with self.db.read() as tx:
            return await store.edited(tx, asked)

    # -- asked for by themselves -----------------------------------------------------------------

    async def children(
        self, caller: Caller, room_id: str, event_id: str, asked: Asked
    ) -> tuple[Page, Visibility]:
        """Return the events that relate to one. Raises ``NoSuchEvent``."""
        visibility = await self.reading.access_event(caller, room_id, event_id)
        ignored = await self.account_data.ignored(caller.user_id)
        more = msgspec.structs.replace(asked, limit=asked.limit + 1)
        seen = visibility.ranges()
        async with self.db.read() as tx:
            rows = await store.page(tx, room_id, event_id, more, seen, ignored)
            events = await self.reading.events_by_id(tx, [one for one, _ in rows])
        placed = [events[one] for one, _ in rows[: asked.limit] if one in events]
        if len(rows) <= asked.limit:
            return Page(placed, None), visibility
        last = rows[asked.limit - 1][1]
        return Page(placed, last - 1 if asked.backwards else last), visibility

    async def threads(
        self, caller: Caller, room_id: str, participated: bool, until: int, limit: int
    ) -> tuple[Page, Visibility]:
        """Return the roots of a room's threads, the one answered last first.

        The root that an ignored person wrote comes without its text. Raises ``NotInRoom``.
        """
        room, visibility = await self.reading.access_readable(caller, room_id)
        ignored = await self.account_data.ignored(caller.user_id)
        who = caller.user_id if participated else None
        async with self.db.read() as tx:
            rows = await store.threads(
                tx, room_id, visibility.ranges(), ignored, until, who, limit + 1
            )
            events = await self.reading.events_by_id(tx, [root for root, _ in rows])
        roots: list[Placed] = []
        for root_id, _ in rows[:limit]:
            if root_id not in events:
                continue  # its time was over before that of those who answered it
            pos, event = events[root_id]
            if event.sender in ignored:
                body = bare_body(room.state.version, event)
                event = msgspec.structs.replace(event, body=body)
            if visibility.sees(pos):
                roots.append((pos, event))
        end = rows[limit - 1][1] - 1 if len(rows) > limit else None
        return Page(roots, end), visibility

    async def near(self, caller: Caller, room_id: str, ts: int, backwards: bool) -> RoomEvent:
        """Return the event nearest to a time in ms. Raises ``NotFound``, ``NotInRoom``."""
        _, visibility = await self.reading.access_readable(caller, room_id)
        async with self.db.read() as tx:
            found = await self.reading.near(tx, room_id, visibility, ts, backwards)
        if found is None:
            raise NotFound("Nothing was said on that side of that time.")
        return found[1]

    async def check_in_thread(self, room_id: str, event_id: str, thread_id: str) -> None:
        """Refuse an event that is not in a thread (``main`` is what is in none).

        A thread's root is in the main timeline. Raises ``NotInThread``.
        """
        async with self.db.read() as tx:
            found = (await store.threads_of(tx, [event_id])).get(event_id, "")
        if thread_id not in (found or MAIN_THREAD, event_id):
            raise NotInThread(f"{event_id} is not in the thread {thread_id}.")


def depth_of(recurse: bool) -> int:
    """Return how many steps are followed."""
    return DEPTH_MAX if recurse else 1


def _edge(
    pos: int, event: RoomEvent, relation: Relation, target: RoomEvent, threads: Mapping[str, str]
) -> Edge:
    is_thread = relation.rel_type == THREAD
    return Edge(
        room_id=event.room_id,
        target_id=relation.target_id,
        pos=pos,
        event_id=event.event_id,
        rel_type=relation.rel_type,
        type=event.type,
        sender=event.sender,
        ts=event.ts,
        key=relation.key,
        counts=does_count(event, relation, target),
        thread_id=relation.target_id if is_thread else threads.get(relation.target_id, ""),
        target_sender=target.sender,
    )


def _by_target(found: Sequence[Aggregate], bodies: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return ``m.relations`` of each target, encoded."""
    parts: dict[str, dict[str, object]] = {}
    for one in found:
        mine = parts.setdefault(one.target_id, {})
        if one.rel_type == REPLACE:
            mine[REPLACE] = msgspec.Raw(bodies[one.event_id])
        elif one.rel_type == THREAD:
            mine[THREAD] = {
                "latest_event": msgspec.Raw(bodies[one.event_id]),
                "count": one.count,
                "current_user_participated": one.participated,
            }
        else:
            chunk = mine.setdefault(REFERENCE, {"chunk": []})
            assert isinstance(chunk, dict)
            chunk["chunk"].append({"event_id": one.event_id})
    return {target_id: _encode(mine) for target_id, mine in parts.items()}
