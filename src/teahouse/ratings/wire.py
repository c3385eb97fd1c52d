"""Labels' shapes on our own API."""

from datetime import datetime

import msgspec

from teahouse.minors.model.profile import Article, LabelRule
from teahouse.ratings.model import Rating, Word
from teahouse.ratings.service import Band, Labelled


class RatingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label that an official account gives itself; ``years: null`` takes it back."""

    years: int | None
    borderline: bool = False

    def rating(self) -> Rating | None:
        """Return what is said."""
        return None if self.years is None else Rating(self.years, self.borderline)


class RatingDecideBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label that an operator gives, with the reason, which the author reads; by a case, if any."""

    years: int
    reason: str
    borderline: bool = False
    case_id: str = ""

    def rating(self) -> Rating:
        """Return what is said."""
        return Rating(self.years, self.borderline)


class RatingLiftBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why operators take their word back."""

    reason: str


class CeilingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which age a ward sees things (``null``: as the house has it), and the proof."""

    years: int | None
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class RatingWordWire(msgspec.Struct, frozen=True):
    """What one of those who may say said: ``author``, ``operator`` or ``case``."""

    voice: str
    years: int
    borderline: bool
    reason: str
    case_id: str
    set_at: datetime


class RatingWire(msgspec.Struct, frozen=True):
    """A label as it stands: what counts, who said what, and what keeps the one who asks from it.

    ``barrier`` is ``age``, ``unknown_age``, ``guardian``, ``borderline``, or ``null``: it is open.
    ``labels`` are the ages that there are.
    """

    years: int
    borderline: bool
    barrier: str | None
    words: list[RatingWordWire]
    labels: list[int]
    articles: list[Article]


class ContentBandWire(msgspec.Struct, frozen=True):
    """Up to which label somebody sees things, and the ceiling that a guardian set, if any did.

    ``choices`` are the labels that a ceiling can be.
    """

    years: int
    borderline: bool
    ceiling: int | None
    choices: list[int]
    articles: list[Article]


def word_wire(word: Word) -> RatingWordWire:
    """Return what one said."""
    rating = word.rating
    said = (rating.years, rating.borderline, word.reason, word.case_id, word.set_at)
    return RatingWordWire(word.voice.value, *said)


def rating_wire(found: Labelled, rule: LabelRule) -> RatingWire:
    """Return a label as it stands."""
    return RatingWire(
        found.rating.years,
        found.rating.borderline,
        None if found.barrier is None else found.barrier.value,
        [word_wire(one) for one in found.words],
        list(rule.labels),
        list(rule.articles),
    )


def band_wire(found: Band, rule: LabelRule) -> ContentBandWire:
    """Return how far somebody sees."""
    years = max(one for one in rule.labels if one <= max(found.reach.years, 0))
    choices = [one for one in rule.labels if one <= found.allowed]
    articles = list(rule.articles)
    return ContentBandWire(years, found.reach.borderline, found.ceiling, choices, articles)
