"""A region's school year: its holidays, and what makes a list of them one that can be meant.

Rule 1: a region is a country or a part of one (ISO 3166-1 or -2), and has its country's holidays too.
Rule 2: holidays are in order, apart from each other, within the school year, and not most of it.
"""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from teahouse.errors import Kind, Refused

HOLIDAYS_MAX = 30
HOLIDAY_DAYS_MAX = 120
YEAR_DAYS_MAX = 220
YEARS_MAX = 2000  # of all regions together
FIRST_YEAR = 2000
LAST_YEAR = 2200
NAME_LETTERS_MAX = 80
SOURCE_LETTERS_MAX = 300
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days from the first to the last, both included, and what they are called."""

    first: date
    last: date
    zh: str
    en: str


class SchoolYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holidays of a school year, which begins in the year ``school_year``, and who says so."""

    region: str
    school_year: int
    source: str
    holidays: list[Holiday]


class BadSchoolYear(Refused):
    """These are not the holidays of a school year; ``why`` and ``row`` say what is wrong."""

    code = "holidays.bad_year"
    kind = Kind.INVALID


class NoSuchSchoolYear(Refused):
    """That school year of that region was not loaded."""

    code = "holidays.no_year"
    kind = Kind.NOT_FOUND


class NoSuchRegion(Refused):
    """No school holidays of that region are known here."""

    code = "holidays.no_region"
    kind = Kind.INVALID


class TooManySchoolYears(Refused):
    """That is as many school years as can be kept; remove some that are over."""

    code = "holidays.too_many"
    kind = Kind.CONFLICT


def country_of(region: str) -> str:
    """Return the country of a region, which is the region itself for a country."""
    return region[:2]


def check_year(year: SchoolYear) -> None:
    """Refuse what cannot be meant: ``BadSchoolYear`` with ``why``, and from 1 the ``row`` if it is one."""
    if _REGION.fullmatch(year.region) is None:
        raise BadSchoolYear(why="region")
    if not FIRST_YEAR <= year.school_year <= LAST_YEAR:
        raise BadSchoolYear(why="school_year")
    if not 0 < len(year.source.strip()) <= SOURCE_LETTERS_MAX:
        raise BadSchoolYear(why="source")
    if not 0 < len(year.holidays) <= HOLIDAYS_MAX:
        raise BadSchoolYear(why="count")
    for row, one in enumerate(year.holidays, start=1):
        before = year.holidays[row - 2] if row > 1 else None
        why = _wrong(one, before, year.school_year)
        if why:
            raise BadSchoolYear(why=why, row=row)
    if sum(days_of(one) for one in year.holidays) > YEAR_DAYS_MAX:
        raise BadSchoolYear(why="too_long")


def days_of(one: Holiday) -> int:
    """Return how many days a holiday has."""
    return (one.last - one.first).days + 1


def closed(spans: Sequence[tuple[date, date]], day: date) -> bool:
    """Tell whether a day lies in one of the spans, whose last days are included."""
    return any(first <= day <= last for first, last in spans)


def _wrong(one: Holiday, before: Holiday | None, school_year: int) -> str:
    """Say what is wrong with a holiday, if anything is."""
    if not all(0 < len(name.strip()) <= NAME_LETTERS_MAX for name in (one.zh, one.en)):
        return "name"
    if not 0 < days_of(one) <= HOLIDAY_DAYS_MAX:
        return "length"
    if one.first < date(school_year, 1, 1) or one.last > date(school_year + 1, 12, 31):
        return "outside"
    if before is not None and one.first <= before.last:
        return "order"
    return ""
