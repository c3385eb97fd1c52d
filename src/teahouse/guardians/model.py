"""Who counts as a child, until when, and what goes wrong between a child and a guardian."""

import re
from datetime import date, datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.registrations.model import HELD_LIFE

GUARDIAN = "guardian"  # what a child's registration waits for
ASK_LIFE = HELD_LIFE
CODE_LETTERS = 8
OF_AGE_YEARS = 14  # PIPL 28: personal data of those younger are sensitive
WITHDRAWAL_GRACE = timedelta(days=15)
CHILDREN_MAX = 20
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Asked(msgspec.Struct, frozen=True):
    """A code for the guardian, and until when it can be used."""

    code: str
    expires_at: datetime


class Child(msgspec.Struct, frozen=True):
    """An account that somebody is the guardian of."""

    user_id: str
    since: datetime
    of_age_on: date
    erased_on: date | None  # set once the guardian withdrew


class NoSuchAsk(Refused):
    """That code is not known, or no longer: have the child show a new one."""

    code = "guardians.no_ask"
    kind = Kind.NOT_FOUND


class NotAGuardian(Refused):
    """A guardian has an account of a grown-up with a proved number or address."""

    code = "guardians.not_a_guardian"
    kind = Kind.FORBIDDEN


class TooManyChildren(Refused):
    """One person can be the guardian of twenty accounts."""

    code = "guardians.too_many"
    kind = Kind.CONFLICT


class NotAChild(Refused):
    """Who is 14 or older needs no guardian: have them begin again and say so."""

    code = "guardians.not_a_child"
    kind = Kind.UNPROCESSABLE


class BadMonth(Refused):
    """The month of birth is written like 2015-03, and lies in the past."""

    code = "guardians.bad_month"
    kind = Kind.INVALID


class NoSuchChild(Refused):
    """You are not the guardian of that account."""

    code = "guardians.no_child"
    kind = Kind.NOT_FOUND


def of_age_on(month: str) -> date:
    """Return the first day on which somebody born in ``month`` is certainly fourteen.

    The day of birth is not asked; so it is the first of the month after. Raises ``BadMonth``.
    """
    found = _MONTH.fullmatch(month)
    if found is None or int(found[1]) == 0:
        raise BadMonth
    year, number = int(found[1]) + OF_AGE_YEARS, int(found[2])
    return date(year + number // 12, number % 12 + 1, 1)


def check_month(month: str, today: date) -> None:
    """Refuse a month that is not a child's: ``BadMonth``, ``NotAChild``."""
    first = of_age_on(month)
    if (today.year, today.month) < (int(month[:4]), int(month[5:])):
        raise BadMonth
    if first <= today:
        raise NotAChild
