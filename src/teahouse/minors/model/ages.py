"""Bands of ages, without dates of birth.

Rule 1: a band begins at a node (3, 8, 12, 14, 16, 18 …) and ends at the next. Rule 2: of several that
were told the youngest counts, until an operator settles it. Rule 3: nothing told is unknown.
"""

import enum
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused

GROWN = 18  # years: Law on the Protection of Minors, art. 2
YEARS_MAX = 130
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Source(enum.Enum):
    """Who told an age. The names are stored and told."""

    DOCUMENT = "document"  # the provider of identities, from a document
    GUARDIAN = "guardian"
    OPERATOR = "operator"  # settles what was told before
    PHONE = "phone"  # whoever knows the holder of a number


class Token(msgspec.Struct, frozen=True):
    """A band of ages: ``at_least`` so many years, and the first day of the next band.

    ``turns_on`` is ``None`` for a grown-up, and where nobody said when.
    """

    at_least: int
    turns_on: date | None = None


class Told(msgspec.Struct, frozen=True):
    """An age as somebody told it."""

    source: Source
    token: Token
    told_at: datetime


class Age(msgspec.Struct, frozen=True):
    """How old somebody counts as: ``at_least`` is ``None`` when nobody has told."""

    at_least: int | None = None
    turns_on: date | None = None
    sources: tuple[Source, ...] = ()
    conflicting: bool = False  # those who told do not agree

    @property
    def minor(self) -> bool:
        """Whether it is known that somebody is under eighteen."""
        return self.at_least is not None and self.at_least < GROWN


class BadAge(Refused):
    """Give the day of birth, in the past, or the first year of a band; and not both."""

    code = "minors.bad_age"
    kind = Kind.INVALID


def birthday(born_on: date, years: int) -> date:
    """Return the day on which somebody is so many years old; 29 February becomes 1 March."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def token_of(born_on: date, today: date, nodes: Sequence[int]) -> Token:
    """Return the band of somebody born on a day. Raises ``BadAge`` for a day that cannot be meant."""
    if not birthday(date(1, 1, 1), today.year - 1 - YEARS_MAX) <= born_on <= today:
        raise BadAge
    reached = [node for node in nodes if birthday(born_on, node) <= today]
    coming = [node for node in nodes if birthday(born_on, node) > today]
    return Token(max(reached, default=0), birthday(born_on, min(coming)) if coming else None)


def token_told(token: Token, today: date, nodes: Sequence[int]) -> Token:
    """Return the band that somebody else told, as one of ours: the one below where theirs is another.

    The day counts where the band is ours, and the next can begin on it. Raises ``BadAge``.
    """
    if not 0 <= token.at_least <= YEARS_MAX:
        raise BadAge
    band = max((node for node in nodes if node <= token.at_least), default=0)
    later = min((node for node in nodes if node > band), default=None)
    if later is None or token.turns_on is None or band != token.at_least:
        return Token(band)
    if not today < token.turns_on <= birthday(today, later - band):
        raise BadAge
    return Token(band, token.turns_on)


def token_at(token: Token, today: date, nodes: Sequence[int]) -> Token:
    """Return what a token has become by a day: at each node's birthday the next band begins."""
    for node in sorted(nodes):
        if node <= token.at_least or token.turns_on is None or token.turns_on > today:
            continue
        later = min((one for one in nodes if one > node), default=None)
        turns_on = None if later is None else birthday(token.turns_on, later - node)
        token = Token(node, turns_on)
    return token


def born_after(month: str, today: date) -> date:
    """Return the day that counts as that of birth when a month was told: the first of the next.

    So nobody is older than they are. Raises ``BadAge``.
    """
    found = _MONTH.fullmatch(month)
    if found is None or int(found[1]) == 0:
        raise BadAge
    year, number = int(found[1]), int(found[2])
    first = date(year, number, 1)
    if first > today:
        raise BadAge
    following = (first + timedelta(days=31)).replace(day=1)
    return min(following, today)


def age_of(told: Iterable[Told], today: date, nodes: Sequence[int]) -> Age:
    """Return how old somebody counts as. What an operator decided stands for all told before."""
    given = sorted(told, key=lambda one: one.told_at)
    settled = [one for one in given if one.source is Source.OPERATOR]
    if settled:
        given = [one for one in given if one is settled[-1] or one.told_at > settled[-1].told_at]
    if not given:
        return Age()
    tokens = [token_at(one.token, today, nodes) for one in given]
    least = min(tokens, key=_youth)
    bands = {token.at_least for token in tokens}
    return Age(least.at_least, least.turns_on, tuple(one.source for one in given), len(bands) > 1)


def _youth(token: Token) -> tuple[int, int]:
    """Order tokens from the youngest: by band, then by whose next band begins last, if ever."""
    far = date.max if token.turns_on is None else token.turns_on
    return token.at_least, -far.toordinal()
