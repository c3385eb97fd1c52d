"""What a minor has of a day: minutes and hours, by the profile and by a guardian.

Rule 1: a guardian's number goes before the profile's. Rule 2: a day off has its own, where one is
set; a weekend day that is worked counts as a Friday. Rule 3: a minute that has begun is finished.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.minors.model.ages import Age
from teahouse.minors.model.hours import DAY_MINUTES, Hours
from teahouse.minors.model.profile import TimeRule

WEEK = 7
FRIDAY = 4
DAYS_AHEAD_MAX = 14
DAYS_KEPT = 7  # before today
GRANT_MINUTES_MAX = 240  # for one day, however often
WHOLE_DAY = Hours(0, DAY_MINUTES)


class DayPlan(msgspec.Struct, frozen=True):
    """What a guardian set for a day; what is ``None`` is as the profile has it, or at any hour."""

    minutes: int | None = None
    hours: Hours | None = None


class Plan(msgspec.Struct, frozen=True):
    """What a guardian set for each day of the week (Monday first), and for days off if they did.

    ``region``: where the minor goes to school, as in ``holidays``; empty where nobody said.
    """

    week: tuple[DayPlan, ...] = (DayPlan(),) * WEEK
    off: DayPlan | None = None
    region: str = ""


class DayKind(msgspec.Struct, frozen=True):
    """A day, whether it is a day off or a school holiday, and whether it is a worked weekend day."""

    day: date
    off: bool = False
    worked: bool = False


class Allowance(msgspec.Struct, frozen=True):
    """How many minutes of a day somebody has, ``None``: all; and between which hours."""

    minutes: int | None = None
    hours: Hours = WHOLE_DAY

    @property
    def limits(self) -> bool:
        """Whether anything is limited."""
        return self.minutes is not None or self.hours != WHOLE_DAY


class Used(msgspec.Struct, frozen=True):
    """What was used of a day. ``last_minute`` (of the day, -1: none) is the last that was counted."""

    day: date
    minutes: int = 0
    last_minute: int = -1
    granted_minutes: int = 0


class Left(msgspec.Struct, frozen=True):
    """What somebody has of today. ``cap_minutes``, with what was granted; ``None``: no cap.

    ``opens_at``: when they may go on, where it is not ``open`` now; ``None``: not within two weeks.
    """

    used: Used
    cap_minutes: int | None
    hours: Hours
    open: bool
    opens_at: datetime | None = None

    @property
    def minutes(self) -> int | None:
        """How many minutes are left; ``None``: as many as the day has."""
        return None if self.cap_minutes is None else max(0, self.cap_minutes - self.used.minutes)


class TimeSpent(Refused):
    """Your time for today is used up. You can still write to your guardians, who can give you more."""

    code = "screentime.spent"
    kind = Kind.FORBIDDEN


class NotOpen(Refused):
    """This is not one of your hours. You can still write to your guardians."""

    code = "screentime.not_open"
    kind = Kind.FORBIDDEN


class BadPlan(Refused):
    """A plan has seven days, each with minutes that the house allows and hours within the day."""

    code = "screentime.bad_plan"
    kind = Kind.INVALID


class BadGrant(Refused):
    """For one day as much as four hours can be given besides, in whole minutes."""

    code = "screentime.bad_grant"
    kind = Kind.INVALID


def check_plan(plan: Plan, minutes_max: int) -> None:
    """Refuse what cannot be meant: ``BadPlan``."""
    if len(plan.week) != WEEK:
        raise BadPlan(minutes_max=minutes_max)
    for day in (*plan.week, plan.off or DayPlan()):
        hours = day.hours or WHOLE_DAY
        if not 0 <= hours.begins_minute < hours.ends_minute <= DAY_MINUTES:
            raise BadPlan(minutes_max=minutes_max)
        if day.minutes is not None and not 0 <= day.minutes <= minutes_max:
            raise BadPlan(minutes_max=minutes_max)


def allowance(rule: TimeRule, age: Age, plan: Plan, kind: DayKind) -> Allowance:
    """Return what somebody has of a day. Only of minors is anything limited."""
    if not age.minor:
        return Allowance()
    if kind.off and plan.off is not None:
        said = plan.off
    else:
        said = plan.week[FRIDAY if kind.worked else kind.day.weekday()]
    minutes = rule.cap(str(age.at_least), kind.off) if said.minutes is None else said.minutes
    return Allowance(minutes, said.hours or WHOLE_DAY)


def left(allowed: Callable[[date], Allowance], used: Used, offset: timedelta, at: datetime) -> Left:
    """Return what is left of the day that it is at a moment, ``offset`` from UTC."""
    mine, minute = allowed(used.day), minute_of(offset, at)
    cap = None if mine.minutes is None else mine.minutes + used.granted_minutes
    spent = cap is not None and used.minutes >= cap and used.last_minute != minute
    if not spent and mine.hours.holds(minute):
        return Left(used, cap, mine.hours, open=True)
    opens = _opens_at(allowed, used.day, offset, at, spent)
    return Left(used, cap, mine.hours, open=False, opens_at=opens)


def day_of(offset: timedelta, at: datetime) -> date:
    """Return which day it is, ``offset`` from UTC."""
    return (at.astimezone(UTC) + offset).date()


def minute_of(offset: timedelta, at: datetime) -> int:
    """Return which minute of its day it is, ``offset`` from UTC."""
    local = at.astimezone(UTC) + offset
    return local.hour * 60 + local.minute


def _opens_at(
    allowed: Callable[[date], Allowance], today: date, offset: timedelta, at: datetime, spent: bool
) -> datetime | None:
    for ahead in range(spent, DAYS_AHEAD_MAX):
        day = today + timedelta(days=ahead)
        mine = allowed(day)
        begins = _moment(day, mine.hours.begins_minute, offset)
        if begins > at and (mine.minutes != 0 or not ahead):  # of today there may be a grant
            return begins
    return None


def _moment(day: date, minute: int, offset: timedelta) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
    return midnight + timedelta(minutes=minute)
