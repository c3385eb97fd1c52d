"""Taking away what is due: room by room, in batches, with rests between them.

What is due is found by the time of a room's oldest message, which is known for every room; to say or
to send something costs nothing here, but for what is brought from elsewhere with a time long past.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.pace import REST_SECONDS_MAX, RESTS_TIMES
from teahouse.retention import model, store
from teahouse.retention.model import (
    BACKDATED_MS,
    CREATE,
    EVENTS_AT_ONCE_MAX,
    ROOMS_AT_ONCE_MAX,
    ROOMS_WALKED_AT_ONCE_MAX,
    SWEEP_FOR,
    Due,
    Freed,
    Policy,
    Sweep,
)
from teahouse.rooms.model.content import RETENTION
from teahouse.rooms.model.event import content_of
from teahouse.rooms.service import Rooms
from teahouse.timeline.model import Placed
from teahouse.timeline.service.removing import Moment, Removing

DAYS_KEPT = 400

# Called with messages that are due; returns which of them must stay all the same.
Holding = Callable[[Tx, Sequence[Placed]], Awaitable[set[str]]]


@dataclass(frozen=True, repr=False)
class Retention:
    """How long rooms keep what is said in them."""

    db: Database
    log: Log
    rooms: Rooms
    removing: Removing
    jobs: Jobs
    clock: Clock
    config: Config
    holding: list[Holding] = field(default_factory=list[Holding])

    # -- in the timeline's transaction -----------------------------------------------------------

    async def place(self, tx: Tx, placed: Sequence[Placed]) -> Mapping[str, Refused]:
        """Take note of what rooms say, of new rooms, and of what comes with a time long past."""
        now = self.clock.ms()
        said: dict[str, Policy] = {}
        brought: dict[str, int] = {}
        for _, event in placed:
            if event.state_key == "" and event.type in (RETENTION, CREATE):
                content = event.content if event.type == RETENTION else {}
                said[event.room_id] = model.policy_of(content)
            elif event.ts < now - BACKDATED_MS and not event.is_state:
                brought[event.room_id] = min(event.ts, brought.get(event.room_id, event.ts))
        for room_id in sorted({*said, *brought}):  # in the order in which all lock these rows
            if room_id in said:
                await store.set_policy(tx, room_id, said[room_id], now)
            if room_id in brought:
                await store.begin_again(tx, room_id, brought[room_id], now)
        return {}

    # -- by the clock ----------------------------------------------------------------------------

    async def look(self, tx: Tx) -> None:
        """Ask for a sweep if there is anything to do, and forget days of long ago."""
        bounds = model.bounds_of(self.config)
        is_walked = await store.is_walked(tx, repr(tuple(bounds)))
        if not is_walked or await store.is_due(tx, self.clock.ms()):
            await self.jobs.enqueue(tx, Sweep(), unique="sweep")
        await store.forget_days(tx, self._day() - timedelta(days=DAYS_KEPT))

    async def sweep(self, _asked: Sweep) -> None:
        """Take away what is due, until nothing is or the time for a job is over."""
        until = self.clock.monotonic() + SWEEP_FOR.total_seconds()
        while await self._walk():
            await self._rest(self.clock.monotonic())
        more = True
        while more and self.clock.monotonic() < until:
            more = await self._sweep_some(until)

    async def _sweep_some(self, until: float) -> bool:
        """Look at some of the rooms that are due; tell whether there may be more."""
        bounds, now = model.bounds_of(self.config), self.clock.ms()
        async with self.db.read() as tx:
            rooms = await store.due(tx, now, ROOMS_AT_ONCE_MAX)
        for_ever: list[Due] = []
        for one in rooms:
            if one.untold_pos is not None:
                await self._tell(one.room_id, one.untold_pos)
            kept_ms = model.lifetime_ms(one.policy, bounds)
            if kept_ms is None:
                for_ever.append(one)
            elif self.clock.monotonic() < until:
                await self._sweep_room(_Sweeping(one, kept_ms, now), until)
        if for_ever:
            async with self.db.transaction() as tx:
                await store.rest(tx, for_ever)
        return len(rooms) == ROOMS_AT_ONCE_MAX

    async def freed(self, tx: Tx, days: int) -> Freed:
        """Return what was taken away in the last days, today with them."""
        return await store.freed(tx, self._day() - timedelta(days=days - 1))

    async def held(self, tx: Tx, placed: Sequence[Placed]) -> set[str]:
        """Return which messages must stay although they are due.

        Somebody has yet to look at them, or they are under a hold.
        """
        found: set[str] = set()
        for holds in self.holding:
            found |= await holds(tx, placed)
        return found

    # -- inside ----------------------------------------------------------------------------------

    async def _walk(self) -> bool:
        """Go on to have every room looked at, if the bounds are new; tell whether any are left."""
        bounds = repr(tuple(model.bounds_of(self.config)))
        async with self.db.transaction() as tx:
            at = await store.walk(tx)
            if at is None or (at[2] and at[0] == bounds):
                return False
            after = at[1] if at[0] == bounds else ""
            found = await self.rooms.stating(tx, RETENTION, after, ROOMS_WALKED_AT_ONCE_MAX)
            policies = [
                (room_id, model.policy_of({} if body is None else content_of(body)))
                for room_id, body in found
            ]
            await store.meet(tx, policies, self.clock.ms())
            more = len(found) == ROOMS_WALKED_AT_ONCE_MAX
            await store.walk_on(tx, bounds, found[-1][0] if found else after, not more)
        return more

    async def _sweep_room(self, work: "_Sweeping", until: float) -> None:
        """Take away what is due in a room, and say when to look again."""
        room_id = work.room.room_id
        while self.clock.monotonic() < until:
            began = self.clock.monotonic()
            async with self.db.transaction() as tx:
                found = await store.locked(tx, room_id)
                if found is None or found.policy != work.room.policy:
                    return  # another is at it, or what is due is another question now
                work.stand(found.swept)
                placed = await self._take_some(tx, work)
                if len(placed) < EVENTS_AT_ONCE_MAX:
                    next_ts = await self.removing.next_ts(tx, room_id, work.at)
                    await store.look_again(tx, room_id, work.look_again_at(next_ts))
            if work.gone_until is not None:
                await self._tell(room_id, work.gone_until)
                work.gone_until = None
            if len(placed) < EVENTS_AT_ONCE_MAX:
                return
            await self._rest(began)

    async def _take_some(self, tx: Tx, work: "_Sweeping") -> list[Placed]:
        """Take away some of what is due in a room that is locked; return what was looked at."""
        room_id = work.room.room_id
        placed = await self.removing.aged(tx, room_id, work.at, work.until_ms, EVENTS_AT_ONCE_MAX)
        newest = await self.removing.newest(tx, room_id)
        messages = [one for one in placed if not one[1].is_state]
        held = await self.held(tx, messages) if messages else set[str]()
        gone, stay = model.parted(placed, newest, held)
        if gone:
            await self.removing.remove(tx, room_id, gone)
            bytes_count = sum(len(event.body) for _, event in gone)
            await store.count(tx, self._day(), len(gone), bytes_count)
        work.passed(placed, gone, stay)
        await store.swept(tx, room_id, work.done, work.gone_until)
        return placed

    async def _tell(self, room_id: str, until: int) -> None:
        async with self.db.transaction() as tx:
            await self.removing.tell(tx, room_id, until)
            await store.told(tx, room_id, until)

    async def _rest(self, began: float) -> None:
        """Leave the house to people for much longer than was worked."""
        worked = self.clock.monotonic() - began
        await asyncio.sleep(min(worked * RESTS_TIMES, REST_SECONDS_MAX))

    def _day(self) -> date:
        return self.clock.now().astimezone(UTC).date()


@dataclass
class _Sweeping:
    """How far one room has been looked through, and what had to stay."""

    room: Due
    kept_ms: int
    now_ms: int
    at: Moment = (-1, 0)
    waits: Moment | None = None  # just before the first message that had to stay
    done: Moment = (-2, 0)  # where the room stands: nowhere yet
    gone_until: int | None = None

    @property
    def until_ms(self) -> int:
        """Up to when what was said is due."""
        return self.now_ms - self.kept_ms

    def stand(self, swept: Moment) -> None:
        """Begin where the room stands, and again when something was brought into its past."""
        if swept != self.done:
            self.at, self.done, self.waits = swept, swept, None

    def passed(
        self, placed: Sequence[Placed], gone: Sequence[Placed], stay: Sequence[Placed]
    ) -> None:
        """Take note of what was looked at."""
        if placed:
            self.at = (placed[-1][1].ts, placed[-1][0])
        if stay and self.waits is None:
            self.waits = (stay[0][1].ts, stay[0][0] - 1)
        if gone:
            self.gone_until = max(pos for pos, _ in gone)
        self.done = self.waits or self.at

    def look_again_at(self, next_ts: int | None) -> int:
        """Return when to look at the room again; ``next_ts``: the time of what is not due yet."""
        waits = self.waits is not None
        return model.look_again_at(self.now_ms, self.kept_ms, next_ts, waits)
