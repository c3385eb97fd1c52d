"""The curve of a column, and what is reckoned between two counts. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.renewals.model import DEK, KEK

STEPS_MIN = 100  # a point is worth noting when at least a hundredth of the first has gone
OF_KEYS, OF_INDEXES = 0, 9  # where what is no column stands in the order

HEADS = ("class", "table", "column", "gravity", "at", "exposed", "counted")


class Place(NamedTuple):
    """A column under keys of a class; no column: the whole table; no table: the class."""

    data_class: str
    place: str
    column: str

    @property
    def name(self) -> str:
        """``table.column``."""
        return f"{self.place}.{self.column}" if self.column else self.place


class Point(msgspec.Struct, frozen=True):
    """How much was exposed at a moment, counted or reckoned."""

    at: datetime
    exposed: int
    counted: bool


class Curve(msgspec.Struct, frozen=True):
    """A column over time. ``gravity`` 1 is the gravest; 0 are keys, 9 indexes."""

    data_class: str
    place: str
    column: str
    gravity: int
    points: tuple[Point, ...]

    @property
    def first(self) -> int:
        """How much was exposed at first."""
        return self.points[0].exposed if self.points else 0

    @property
    def last(self) -> int:
        """How much is exposed now."""
        return self.points[-1].exposed if self.points else 0


class Stand(NamedTuple):
    """Of a column what was noted first and last."""

    first: int
    last: int


def reckoned(stand: Stand, share: float) -> int | None:
    """Return how much is left when such a share is done; ``None`` when that is not worth a point."""
    left = min(stand.last, round(stand.first * (1.0 - min(1.0, max(0.0, share)))))
    if left == stand.last or (left and (stand.last - left) * STEPS_MIN < stand.first):
        return None
    return left


def gravity_of(place: Place, declared: Mapping[str, int]) -> int:
    """Return where a place stands in the order, given that of columns by name."""
    if place.data_class == DEK:
        return declared.get(place.name, OF_INDEXES)
    return OF_KEYS if place.data_class == KEK else OF_INDEXES


def written(curves: Iterable[Curve]) -> str:
    """Return curves as a table of comma-separated values, a line for each point."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(HEADS)
    for one in curves:
        told = (one.data_class, one.place, one.column, one.gravity)
        for point in one.points:
            how = "yes" if point.counted else "no"
            lines.writerow((*told, point.at.isoformat(), point.exposed, how))
    return made.getvalue()
