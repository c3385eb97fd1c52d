"""The shapes of time on our own API."""

from datetime import date, datetime

import msgspec

from teahouse.minors.model.hours import Hours
from teahouse.screentime.model import BadPlan, DayPlan, Left, Plan
from teahouse.screentime.service import Times


class DayPlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds on a day; ``minutes: null``: as the house has it, no hours: at any hour."""

    minutes: int | None = None
    begins_minute: int | None = None
    ends_minute: int | None = None

    def plan(self, minutes_max: int) -> DayPlan:
        """Return what is set. Raises ``BadPlan`` for half of the hours."""
        begins, ends = self.begins_minute, self.ends_minute
        if (begins is None) != (ends is None):
            raise BadPlan(minutes_max=minutes_max)
        return DayPlan(
            self.minutes, None if begins is None or ends is None else Hours(begins, ends)
        )


class TimePlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guardian sets for each day of the week, Monday first, and for days off school.

    ``region``: whose school holidays count, as in ``/api/v1/holidays/regions``; empty: none.
    """

    week: list[DayPlanBody]
    off: DayPlanBody | None = None
    region: str = ""
    password: str | None = None
    kind: str | None = None
    code: str | None = None

    def plan(self, minutes_max: int) -> Plan:
        """Return what is set. Raises ``BadPlan``."""
        week = tuple(day.plan(minutes_max) for day in self.week)
        off = None if self.off is None else self.off.plan(minutes_max)
        return Plan(week, off, self.region)


class TimeGrantBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many minutes of today a ward has besides, and the proof that it is the guardian."""

    minutes: int
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class TimeLeftWire(msgspec.Struct, frozen=True):
    """What there is of today. ``measured: false``: nothing is limited, so nothing is counted.

    ``cap_minutes: null`` is no cap; it has ``granted_minutes`` in it. ``opens_at`` is told while it
    is not ``open``; ``null`` then: not within two weeks. Minutes of the day are by ``utc_offset_minutes``.
    """

    measured: bool
    used_minutes: int
    cap_minutes: int | None
    granted_minutes: int
    left_minutes: int | None
    begins_minute: int
    ends_minute: int
    utc_offset_minutes: int
    open: bool
    opens_at: datetime | None


class TimeDayWire(msgspec.Struct, frozen=True):
    """How many minutes of a day were used."""

    day: date
    minutes: int


class DayPlanWire(msgspec.Struct, frozen=True):
    """What a guardian set for a day; ``null`` is as the house has it."""

    minutes: int | None
    begins_minute: int | None
    ends_minute: int | None


class TimesWire(msgspec.Struct, frozen=True):
    """What there is about somebody's time: today, the days before, and what a guardian set.

    ``week`` begins on Monday; ``off: null``: days off are as their day of the week.
    """

    today: TimeLeftWire
    days: list[TimeDayWire]
    week: list[DayPlanWire]
    off: DayPlanWire | None
    region: str
    minutes_max: int


def left_wire(found: Left | None, utc_offset_minutes: int) -> TimeLeftWire:
    """Return what is left of today."""
    if found is None:
        return TimeLeftWire(False, 0, None, 0, None, 0, 1440, utc_offset_minutes, True, None)
    return TimeLeftWire(
        True,
        found.used.minutes,
        found.cap_minutes,
        found.used.granted_minutes,
        found.minutes,
        found.hours.begins_minute,
        found.hours.ends_minute,
        utc_offset_minutes,
        found.open,
        found.opens_at,
    )


def times_wire(times: Times, utc_offset_minutes: int, minutes_max: int) -> TimesWire:
    """Return what there is about somebody's time."""
    plan = times.plan
    return TimesWire(
        left_wire(times.left, utc_offset_minutes),
        [TimeDayWire(one.day, one.minutes) for one in times.days],
        [_day_wire(day) for day in plan.week],
        None if plan.off is None else _day_wire(plan.off),
        plan.region,
        minutes_max,
    )


def _day_wire(day: DayPlan) -> DayPlanWire:
    hours = day.hours
    if hours is None:
        return DayPlanWire(day.minutes, None, None)
    return DayPlanWire(day.minutes, hours.begins_minute, hours.ends_minute)
