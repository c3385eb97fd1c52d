"""What a label says, who it keeps away, and what of it is whose to say. Pure.

Rule 1: of several words the strictest counts. Rule 2: nobody sees more than their age allows by the
profile; a guardian's ceiling makes it less. Rule 3: what is borderline stands in no prominent place.
"""

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from teahouse.errors import Conflict, Kind, Refused
from teahouse.minors.model.ages import Age
from teahouse.minors.model.profile import LabelRule

RATING = "org.teahouse.rating"  # the piece of state by which a room's administrators label it
REASON_LETTERS_MAX = 500
TARGET_BYTES_MAX = 255
TARGETS_MAX = 10_000


class Rated(enum.Enum):
    """What is published for everybody to find. The names are stored and told."""

    ROOM = "room"
    OFFICIAL = "official"
    ARTICLE = "article"
    VIDEO = "video"
    LIVE = "live"
    PROGRAM = "program"
    GAME = "game"


class Voice(enum.Enum):
    """Who says it. The names are stored and told."""

    AUTHOR = "author"
    OPERATOR = "operator"
    CASE = "case"  # an operator by a case, which can be appealed


class Barrier(enum.Enum):
    """Why somebody may not see something. The names are told."""

    AGE = "age"
    UNKNOWN_AGE = "unknown_age"
    GUARDIAN = "guardian"
    BORDERLINE = "borderline"


class Rating(msgspec.Struct, frozen=True, omit_defaults=True):
    """From how many years on; ``borderline``: it may harm minors' minds or bodies."""

    years: int = 0
    borderline: bool = False


class Word(msgspec.Struct, frozen=True):
    """A label as somebody gave it. ``reason`` is an operator's, and so is ``set_by``."""

    voice: Voice
    rating: Rating
    reason: str
    set_by: str
    case_id: str
    set_at: datetime


class Reach(msgspec.Struct, frozen=True):
    """How far somebody sees: up to ``years``; ``lacks`` says why no further, ``None`` when whole."""

    years: int
    borderline: bool
    lacks: Barrier | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing can be labelled so that they do not see it."""
        return self.lacks is None


class AboveAge(Refused):
    """This is labelled for an age that you have not reached, as far as it is known here."""

    code = "ratings.above_age"
    kind = Kind.FORBIDDEN


class BadRating(Refused):
    """A label is one of the ages of this house's profile."""

    code = "ratings.bad_rating"
    kind = Kind.INVALID


class BadCeiling(Refused):
    """A ceiling is one of the ages of the labels, and lower than what your ward's age allows."""

    code = "ratings.bad_ceiling"
    kind = Kind.INVALID


class NotRated(Refused):
    """There is nothing of that name that carries a label."""

    code = "ratings.not_rated"
    kind = Kind.NOT_FOUND


class NothingPublished(Conflict):
    """Only an official account labels itself; a chat is labelled in its settings."""

    code = "ratings.nothing_published"


def effective(words: Iterable[Rating], rule: LabelRule) -> Rating:
    """Return the label that counts: the strictest of all words, or what unlabelled things are."""
    said = list(words)
    if not said:
        return Rating(rule.unlabelled)
    return Rating(max(one.years for one in said), any(one.borderline for one in said))


def reach(rule: LabelRule, age: Age, ceilings: Iterable[int]) -> Reach:
    """Return how far somebody sees, by the profile and by what guardians of a minor set."""
    years = rule.unknown if age.at_least is None else age.at_least
    most, borderline = rule.labels[-1], years >= rule.borderline
    lacks = None
    if years < most or not borderline:
        lacks = Barrier.UNKNOWN_AGE if age.at_least is None else Barrier.AGE
    lowest = min(ceilings, default=most) if age.minor else most
    if lowest < min(years, most):
        return Reach(lowest, borderline, Barrier.GUARDIAN)
    return Reach(years, borderline, lacks)


def barrier(found: Reach, rating: Rating) -> Barrier | None:
    """Return what keeps somebody from a thing so labelled; ``None``: nothing."""
    if rating.years > found.years:
        return found.lacks or Barrier.AGE
    if rating.borderline and not found.borderline:
        return Barrier.BORDERLINE
    return None


def check_rating(rating: Rating, rule: LabelRule) -> None:
    """Refuse an age that is none of the profile's labels: ``BadRating``."""
    if rating.years not in rule.labels:
        raise BadRating(labels=list(rule.labels))


def check_ceiling(years: int, age: Age, rule: LabelRule) -> None:
    """Refuse what is no label, or would be looser than a ward's age: ``BadCeiling``."""
    allowed = rule.unknown if age.at_least is None else age.at_least
    if years not in rule.labels or years > allowed:
        raise BadCeiling(labels=[one for one in rule.labels if one <= allowed])


def kind_named(name: str) -> Rated:
    """Return what a name means. Raises ``NotRated``."""
    try:
        return Rated(name)
    except ValueError:
        raise NotRated from None


def rating_of(content: dict[str, Any], labels: Sequence[int]) -> Rating | None:
    """Return what a room's state says, as one of the labels: the next above. ``None``: nothing."""
    years, borderline = content.get("years"), content.get("borderline") is True
    if isinstance(years, bool) or not isinstance(years, int):
        return Rating(0, borderline=True) if borderline else None
    fitting = [one for one in labels if one >= years]
    return Rating(min(fitting, default=labels[-1]), borderline)
