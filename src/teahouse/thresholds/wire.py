"""Thresholds as operators see them."""

from collections.abc import Sequence
from datetime import date

import msgspec

from teahouse.thresholds.model import (
    Counted,
    Crossing,
    Threshold,
    ThresholdBook,
    ThresholdDuty,
    level,
    people,
)


class ThresholdWire(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold: ``below``, ``near`` (from 80 %) or ``reached``, and since when it was."""

    id: str
    counts: str
    least: int
    people: int
    level: str
    near_since: date | None
    reached_since: date | None
    duties: list[ThresholdDuty]


class ThresholdsWire(msgspec.Struct, frozen=True):
    """The newest count, and every threshold beside it; ``day`` is null before the first count."""

    version: str
    day: date | None
    individuals: int
    active: int
    thresholds: list[ThresholdWire]


def thresholds_wire(
    book: ThresholdBook, counted: Counted | None, crossed: Sequence[Crossing]
) -> ThresholdsWire:
    """Return all thresholds."""
    since = {(one.threshold_id, one.level): one.day for one in crossed}
    now = counted or Counted(date.min, 0, 0)
    told = [_threshold(one, now, since) for one in book.thresholds]
    day = counted.day if counted else None
    return ThresholdsWire(book.version, day, now.individuals, now.active, told)


def _threshold(
    one: Threshold, counted: Counted, since: dict[tuple[str, str], date]
) -> ThresholdWire:
    return ThresholdWire(
        id=one.id,
        counts=one.counts,
        least=one.least,
        people=people(one, counted),
        level=level(one, counted),
        near_since=since.get((one.id, "near")),
        reached_since=since.get((one.id, "reached")),
        duties=list(one.duties),
    )
