"""When minors may play, and at which hours of the night they do not write: data of the profile."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from teahouse.calendars.model import Calendar
from teahouse.errors import Kind, Refused

DAYS_AHEAD_MAX = 14
DAY_MINUTES = 24 * 60


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a minute of the day to another, which may lie past midnight."""

    begins_minute: int
    ends_minute: int

    def holds(self, minute: int) -> bool:
        """Tell whether a minute of the day lies within."""
        if self.begins_minute <= self.ends_minute:
            return self.begins_minute <= minute < self.ends_minute
        return minute >= self.begins_minute or minute < self.ends_minute


class PlayRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which days of the week (Monday is 0), and on days off, minors may play, and when."""

    weekdays: tuple[int, ...]
    hours: Hours


class NightRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which hours, and in which bands by their first year, minors do not write."""

    hours: Hours
    bands: tuple[int, ...]


class Play(msgspec.Struct, frozen=True):
    """A time in which minors may play."""

    begins_at: datetime
    ends_at: datetime


class Night(Refused):
    """It is night for you: you can read, and write to your guardians. Go on in the morning."""

    code = "minors.night"
    kind = Kind.FORBIDDEN


class NotNow(Refused):
    """This is not a time at which minors play here."""

    code = "minors.not_now"
    kind = Kind.FORBIDDEN


def is_play_day(rule: PlayRule, calendar: Calendar, day: date) -> bool:
    """Tell whether minors may play on a day [NPPA notice of 2021-08-30].

    On a weekend day that is worked instead of another they may not.
    """
    if day in calendar.worked:
        return False
    return day.weekday() in rule.weekdays or day in calendar.off


def next_play(
    rule: PlayRule | None, calendar: Calendar, offset_minutes: int, at: datetime
) -> Play | None:
    """Return the time for playing that runs at a moment, or the next; ``None``: there is no rule."""
    if rule is None:
        return None
    offset = timedelta(minutes=offset_minutes)
    today = (at.astimezone(UTC) + offset).date()
    for ahead in range(DAYS_AHEAD_MAX):
        day = today + timedelta(days=ahead)
        if not is_play_day(rule, calendar, day):
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
        begins = midnight + timedelta(minutes=rule.hours.begins_minute)
        ends = midnight + timedelta(minutes=rule.hours.ends_minute)
        if at < ends:
            return Play(begins, ends)
    return None


def ends_at(hours: Hours, offset_minutes: int, at: datetime) -> datetime | None:
    """Return when the hours that hold at a moment end; ``None``: they do not hold."""
    local = at.astimezone(UTC) + timedelta(minutes=offset_minutes)
    minute = local.hour * 60 + local.minute
    if not hours.holds(minute):
        return None
    begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
    days = 1 if minute >= hours.ends_minute else 0
    end = begun + timedelta(days=days, minutes=hours.ends_minute)
    return end - timedelta(minutes=offset_minutes)
