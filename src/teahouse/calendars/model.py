"""Working days, days off and school holidays [B29, B31, R-067].

Holidays are data: the files beside this one. A year that a calendar does not know counts weekends
only, which makes a promise in working days shorter, never longer.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files

import msgspec

WORKING_DAYS_MAX = 15
SATURDAY = 5


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days from the first to the last, both included, and where it is so."""

    first: date
    last: date
    where: str = ""


class Calendar(msgspec.Struct, frozen=True):
    """Days off besides weekends, weekend days that are worked, and when schools are closed."""

    offset_hours: int  # the house's days begin at this midnight
    off: frozenset[date]
    worked: frozenset[date]
    schools_closed: tuple[Span, ...] = ()

    @property
    def through(self) -> date | None:
        """Return the last day that is known: the end of a year; ``None`` without any holidays."""
        return date(max(self.off).year, 12, 31) if self.off else None

    def has_school(self, day: date) -> bool:
        """Tell whether a day is one on which schools teach, as far as the calendar knows."""
        return self.works(day) and not self.closed(day)

    def closed(self, day: date) -> bool:
        """Tell whether a day is one off besides weekends: a day off, or one of school holidays."""
        return day in self.off or any(one.first <= day <= one.last for one in self.schools_closed)

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
    text = (files("teahouse.calendars") / f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=Calendar)
