"""The clock of requests, in working days: fifteen at most [B29, B31].

Holidays are data: ``calendars/*.json``. A year that a calendar does not know counts weekends only,
which makes the promise shorter, never longer.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files

import msgspec

WORKING_DAYS_MAX = 15
SATURDAY = 5


class Calendar(msgspec.Struct, frozen=True):
    """Days off besides weekends, and weekend days that are worked."""

    offset_hours: int  # the house's days begin at this midnight
    off: frozenset[date]
    worked: frozenset[date]

    @property
    def through(self) -> date | None:
        """Return the last day that is known: the end of a year; ``None`` without any holidays."""
        return date(max(self.off).year, 12, 31) if self.off else None

    def works(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def due(self, since: datetime, days: int = WORKING_DAYS_MAX) -> datetime:
        """Return the end of the ``days``-th working day after the day of ``since``."""
        zone = timezone(timedelta(hours=self.offset_hours))
        day, left = since.astimezone(zone).date(), days
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def calendar_name(profile: str) -> str:
    """Return which calendar a house keeps, from its profile."""
    return "cn" if profile == "cn-mainland" else "intl"


@cache
def calendar(name: str) -> Calendar:
    """Return the calendar ``cn`` or ``intl``."""
    text = (files("teahouse.rights") / "calendars" / f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=Calendar)
