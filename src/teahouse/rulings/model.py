"""Rulings as they are told, and which figures may be told of a period."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.errors import Invalid, Kind, Refused

PAGE_MAX = 500
PERIOD_DAYS_MAX = 3_700
SMALL = 5  # a count that is less leads to somebody; none is none
HOUR_SECONDS = 3_600


class Counted(enum.Enum):
    """What is counted by the day, besides rulings. The names are stored."""

    REPORT = "report"  # by category
    CASE = "case"  # by kind of content
    APPEAL = "appeal"  # by what became of it: filed, upheld, overturned
    SIGN_OFF = "sign_off"  # of many decisions for one reason: signed, reviewed
    AFTER_REVIEW = "after_review"  # of what was done at once: confirmed, dismissed, time


class BadPeriod(Refused):
    """A period is of whole months that are over, as 2026-01 to 2026-03, and ten years at most."""

    code = "rulings.bad_period"
    kind = Kind.UNPROCESSABLE


class Ruling(msgspec.Struct, frozen=True):
    """A decision that is made now. ``case_id`` is told to nobody; ``days``: for how long it is meant."""

    case_id: str
    measure: str
    rule_id: str
    conduct: str
    decider: str
    content: str
    account_class: str
    days: int | None
    waited_seconds: int


class PublicRuling(msgspec.Struct, frozen=True):
    """A decision as everybody may see it.

    ``month`` and what it was about are null where the month has fewer than five decisions. ``days``
    is for how long it was meant, ``lasted_days`` for how long it held; ``ended_by`` is met, unmet,
    dismissed, time, confirmed or appeal, ``appeal`` waiting, upheld or overturned.
    """

    ruling_id: str
    year: int
    month: str | None
    measure: str
    rule_id: str
    conduct: str
    decider: str
    automated: bool
    emergency: bool
    content: str | None
    account_class: str | None
    days: int | None
    lasted_days: int | None
    ended_by: str
    appeal: str


class Figures(msgspec.Struct, frozen=True):
    """A count and what it is made of; null where it is too small to be told."""

    total: int | None
    parts: dict[str, int | None]


class Transparency(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported, decided and appealed between two days. Null: from one to four.

    A median is null, too, where there are fewer than five that it is of.
    """

    first_day: date
    last_day: date
    reports: Figures  # by category
    cases: Figures  # begun, by kind of content
    measures: Figures
    rules: Figures
    contents: Figures
    account_classes: Figures
    deciders: Figures  # person, assisted, automatic
    by_rule_and_measure: Figures  # "rule measure"
    median_hours_to_decision: float | None
    appeals: Figures  # filed, upheld, overturned
    median_hours_to_answer: float | None
    sign_offs: Figures  # of many decisions for one reason: signed, reviewed
    after_reviews: Figures  # of what was done at once: confirmed, dismissed, time


class Decided(NamedTuple):
    """How many decisions of a period are alike."""

    measure: str
    rule_id: str
    decider: str
    content: str
    account_class: str
    number: int


class Median(NamedTuple):
    """The middle of some durations, and of how many."""

    seconds: float | None
    number: int


class Period(NamedTuple):
    """From one day up to and with another."""

    first_day: date
    last_day: date


def days_of(first: date, last: date, today: date) -> Period:
    """Return a period of days, for operators. Raises ``Invalid``."""
    if not first <= last < today + timedelta(days=1) or (last - first).days > PERIOD_DAYS_MAX:
        raise Invalid(
            "A period begins before it ends, not in the future, and is ten years at most."
        )
    return Period(first, last)


def months_of(first: str, last: str, today: date) -> Period:
    """Return a period of whole months that are over, for everybody. Raises ``BadPeriod``."""
    begins, ends = _month(first), _after(_month(last))
    if not begins < ends <= today or (ends - begins).days > PERIOD_DAYS_MAX:
        raise BadPeriod
    return Period(begins, ends - timedelta(days=1))


def figures(parts: Mapping[str, int], *, exact: bool) -> Figures:
    """Return counts; unless ``exact`` without the small ones.

    Where one alone is left out, the next smallest goes with it: a total must not give it away.
    """
    total = sum(parts.values())
    if exact:
        return Figures(total, dict(parts))
    small = {name for name, count in parts.items() if 0 < count < SMALL}
    if len(small) == 1:
        others = sorted((n, name) for name, n in parts.items() if n >= SMALL)
        small |= {name for _, name in others[:1]}
    told = {name: None if name in small else count for name, count in parts.items()}
    return Figures(None if 0 < total < SMALL else total, told)


def summed(decided: Sequence[Decided], *fields: str) -> dict[str, int]:
    """Return how many decisions there are by one of their fields, or by some."""
    found: dict[str, int] = {}
    for one in decided:
        name = " ".join(getattr(one, field) for field in fields)
        found[name] = found.get(name, 0) + one.number
    return dict(sorted(found.items()))


def hours(median: Median, *, exact: bool) -> float | None:
    """Return a median in hours, unless it is of too few."""
    if median.seconds is None or (median.number < SMALL and not exact):
        return None
    return round(median.seconds / HOUR_SECONDS, 1)


def _month(written: str) -> date:
    try:
        return datetime.strptime(f"{written}-01 +0000", "%Y-%m-%d %z").date()
    except ValueError:
        raise BadPeriod from None


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
