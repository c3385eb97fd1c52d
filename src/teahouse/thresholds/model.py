"""What a threshold is, how one is read, and how near a count is to it. Pure.

A warning comes at 80 %. Figures "more than" a number begin with the next one: a million and one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from teahouse.errors import Kind, Refused

THRESHOLDS_MAX = 100
NEAR_PERCENT = 80
ACTIVE_WITHIN = timedelta(days=30)
DAYS_KEPT = 400
COUNTS = ("individuals", "active")


class BadThresholds(Refused):
    """The thresholds of the house cannot be used as they are written."""

    code = "thresholds.bad_file"
    kind = Kind.UNPROCESSABLE


class ThresholdDuty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a law asks from there on."""

    article: str
    article_zh: str
    zh: str
    en: str


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many people on something is asked. ``counts``: all whose data is held, or the active."""

    id: str
    counts: str
    least: int
    duties: tuple[ThresholdDuty, ...]


class ThresholdBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of a house, with their version."""

    version: str
    thresholds: tuple[Threshold, ...]


class Counted(msgspec.Struct, frozen=True):
    """How many people there were on a day (UTC)."""

    day: date
    individuals: int
    active: int


class Crossing(msgspec.Struct, frozen=True):
    """When a threshold was first ``near``, or first ``reached``, and by how many."""

    threshold_id: str
    level: str
    day: date
    people: int


def read_thresholds(text: bytes) -> ThresholdBook:
    """Return thresholds from JSON. Raises ``BadThresholds``, which says what is wrong."""
    try:
        book = msgspec.json.decode(text, type=ThresholdBook)
    except msgspec.DecodeError as wrong:
        raise BadThresholds(f"The file of thresholds cannot be read: {wrong}.") from None
    ids = [one.id for one in book.thresholds]
    if not 0 < len(ids) <= THRESHOLDS_MAX or len(set(ids)) < len(ids):
        raise BadThresholds(f"There are 1 to {THRESHOLDS_MAX} thresholds, each with its own id.")
    for one in book.thresholds:
        told = all(all(msgspec.structs.astuple(duty)) for duty in one.duties)
        if one.counts not in COUNTS or one.least < 1 or not one.duties or not told:
            raise BadThresholds(f"Threshold {one.id!r} lacks whom it counts, or what it asks.")
    return book


def people(threshold: Threshold, counted: Counted) -> int:
    """Return how many people count for a threshold."""
    return counted.individuals if threshold.counts == "individuals" else counted.active


def level(threshold: Threshold, counted: Counted) -> str:
    """Return how near a count is: ``below``, ``near`` or ``reached``."""
    count = people(threshold, counted)
    if count >= threshold.least:
        return "reached"
    return "near" if count * 100 >= threshold.least * NEAR_PERCENT else "below"


def crossings(book: ThresholdBook, counted: Counted) -> Sequence[Crossing]:
    """Return what a day's count is near to or has reached."""
    found = ((one, level(one, counted)) for one in book.thresholds)
    return [
        Crossing(one.id, how, counted.day, people(one, counted))
        for one, how in found
        if how != "below"
    ]
