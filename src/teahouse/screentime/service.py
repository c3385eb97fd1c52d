"""The time that minors use: counted by the minute, and asked about by whatever they use.

A worker remembers what it read for as long as the minute lasts: of one person there is at most one
reading and one writing in a minute on each worker, and none of those of whom nothing is limited.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.calendars.model import Calendar
from teahouse.clock import Clock
from teahouse.holidays.model import closed
from teahouse.holidays.service import Holidays
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.minors.events import MinorChanged
from teahouse.minors.service import Minors
from teahouse.screentime import store
from teahouse.screentime.model import (
    DAYS_KEPT,
    GRANT_MINUTES_MAX,
    Allowance,
    BadGrant,
    DayKind,
    Left,
    NotOpen,
    Plan,
    TimeSpent,
    Used,
    allowance,
    check_plan,
    day_of,
    left,
    minute_of,
)

REMEMBERED_MAX = 20_000
T = TypeVar("T")


class Seen(msgspec.Struct, frozen=True):
    """What was read of a day, and in which minute of it."""

    used: Used
    minute: int


@dataclass
class Memory:
    """What this worker knows. ``changes`` counts what was heard, so that late readings are seen."""

    plans: OrderedDict[str, Plan] = field(default_factory=OrderedDict[str, Plan])
    seen: OrderedDict[str, Seen] = field(default_factory=OrderedDict[str, Seen])
    changes: int = 0


class Times(msgspec.Struct, frozen=True):
    """What a minor or a guardian sees: what is left, what was used, what was set."""

    left: Left | None  # ``None``: nothing is limited, and nothing is measured
    days: list[Used]
    plan: Plan


@dataclass(frozen=True, repr=False)
class Screentime:
    """How long minors use the house. ``listen`` once."""

    db: Database
    log: Log
    clock: Clock
    accounts: Accounts
    minors: Minors
    holidays: Holidays
    calendar: Callable[[], Calendar]
    memory: Memory = field(default_factory=Memory, repr=False)

    def listen(self) -> None:
        """Hear of changes, and of guardians and accounts that go."""
        self.log.hear(MinorChanged, self._changed)
        self.minors.families.partings.append(store.part)
        self.accounts.endings.append(store.forget)

    def _changed(self, _pos: int, told: MinorChanged) -> None:
        self.memory.changes += 1
        self.memory.plans.pop(told.account_id, None)
        self.memory.seen.pop(told.account_id, None)

    # -- asked by whatever is used ------------------------------------------------------------

    async def use(self, account_id: str) -> Left | None:
        """Count this minute as used, and return what is left; ``None``: nothing is limited.

        What is used up, or shut at this hour, is not counted. Not inside a transaction.
        """
        return await self._left(account_id, counts=True)

    async def left(self, account_id: str) -> Left | None:
        """Return what is left of today; ``None``: nothing is limited. Not inside a transaction."""
        return await self._left(account_id, counts=False)

    async def check(self, account_id: str) -> None:
        """Count this minute as used, or refuse with ``TimeSpent`` or ``NotOpen``: for products."""
        found = await self.use(account_id)
        if found is not None and not found.open:
            raise _refusal(found)

    async def check_writing(self, caller: Caller, people: Collection[str]) -> None:
        """As :meth:`check`, for who writes in a room; to guardians alone a minor always may.

        ``people`` are the user ids of who is in the room.
        """
        found = await self.use(caller.account_id)
        if found is None or found.open:
            return
        if not await self.minors.hours.is_family(caller, people):
            raise _refusal(found)

    # -- seen and set --------------------------------------------------------------------------

    async def times(self, account_id: str) -> Times:
        """Return what there is about somebody's own time."""
        remaining = await self.left(account_id)
        async with self.db.read() as tx:
            days = await store.days(tx, account_id, self._since())
            return Times(remaining, days, await store.plan(tx, account_id))

    async def of_ward(self, caller: Caller, user_id: str) -> Times:
        """Return the same of a ward. Raises ``NoSuchWard``."""
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
        return await self.times(link.child_id)

    async def set_plan(self, caller: Caller, user_id: str, plan: Plan) -> None:
        """Set, as a guardian, a ward's days; what is empty is as the profile has it.

        The caller has proved that it is they. Raises ``NoSuchWard``, ``BadPlan``, ``NoSuchRegion``.
        """
        check_plan(plan, self.minutes_max)
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            if plan.region:
                await self.holidays.check_region(tx, plan.region)
            await store.set_plan(tx, link, plan, self.clock.now())
            await self.log.put(tx, MinorChanged(link.child_id))

    async def grant(self, caller: Caller, user_id: str, minutes: int) -> None:
        """Give a ward more minutes of today. Raises ``NoSuchWard``, ``BadGrant``."""
        if not 0 < minutes <= GRANT_MINUTES_MAX:
            raise BadGrant
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            day = day_of(self.offset, self.clock.now())
            if not await store.grant(tx, link.child_id, day, minutes, GRANT_MINUTES_MAX):
                raise BadGrant
            await self.log.put(tx, MinorChanged(link.child_id))

    async def purge(self, tx: Tx) -> None:
        """Forget days of more than a week ago."""
        await store.purge(tx, self._since())

    @property
    def offset(self) -> timedelta:
        """How far the profile's days are from UTC's."""
        return timedelta(minutes=self.minors.knowing.profile.utc_offset_minutes)

    @property
    def minutes_max(self) -> int:
        """The most that a guardian can set for a day."""
        return self.minors.knowing.profile.time.guardian_minutes_max

    # -- inside --------------------------------------------------------------------------------

    async def _left(self, account_id: str, *, counts: bool) -> Left | None:
        age = await self.minors.knowing.age(account_id)
        if not age.minor:
            return None
        now, plan = self.clock.now(), await self._plan(account_id)
        day, minute = day_of(self.offset, now), minute_of(self.offset, now)
        rule, calendar = self.minors.knowing.profile.time, self.calendar()
        spans = await self.holidays.spans(plan.region)

        def allowed(one: date) -> Allowance:
            off = calendar.closed(one) or closed(spans, one)
            kind = DayKind(one, off, one in calendar.worked)
            return allowance(rule, age, plan, kind)

        if not allowed(day).limits:
            return None
        seen = self.memory.seen.get(account_id)
        fresh = seen is not None and (seen.used.day, seen.minute) == (day, minute)
        if seen is not None and fresh:
            found = left(allowed, seen.used, self.offset, now)
            if not (counts and found.open and seen.used.last_minute < minute):
                return found
        changes = self.memory.changes
        used = await self._count(account_id, allowed, now, counts)
        if changes == self.memory.changes:
            _remember(self.memory.seen, account_id, Seen(used, minute))
        return left(allowed, used, self.offset, now)

    async def _count(
        self, account_id: str, allowed: Callable[[date], Allowance], now: datetime, counts: bool
    ) -> Used:
        """Return what was used today, with this minute if it ``counts``."""
        day, minute = day_of(self.offset, now), minute_of(self.offset, now)
        async with self.db.read() as tx:
            used = await store.used(tx, account_id, day)
        if not counts or used.last_minute >= minute:
            return used
        if not left(allowed, used, self.offset, now).open:
            return used
        async with self.db.transaction() as tx:
            await store.count(tx, account_id, day, minute, allowed(day).minutes)
            return await store.used(tx, account_id, day)

    async def _plan(self, account_id: str) -> Plan:
        found = self.memory.plans.get(account_id)
        if found is not None:
            return found
        changes = self.memory.changes
        async with self.db.read() as tx:
            found = await store.plan(tx, account_id)
        if changes == self.memory.changes:
            _remember(self.memory.plans, account_id, found)
        return found

    def _since(self) -> date:
        return day_of(self.offset, self.clock.now()) - timedelta(days=DAYS_KEPT)


def _remember(memory: OrderedDict[str, T], account_id: str, value: T) -> None:
    memory[account_id] = value
    if len(memory) > REMEMBERED_MAX:
        memory.popitem(last=False)


def _refusal(found: Left) -> TimeSpent | NotOpen:
    until = None if found.opens_at is None else found.opens_at.isoformat()
    return TimeSpent(until=until) if found.minutes == 0 else NotOpen(until=until)
