"""Exposures as operators see them."""

from datetime import datetime

import msgspec

from teahouse.exposures.model import Curve


class ExposedWire(msgspec.Struct, frozen=True):
    """How much was exposed at a moment; ``counted``, or else reckoned from how far the run was."""

    at: datetime
    exposed: int
    counted: bool


class ExposedColumnWire(msgspec.Struct, frozen=True):
    """A column over time. ``gravity`` 1 is the gravest, done first; 0 are keys, 9 indexes."""

    data_class: str
    table: str
    column: str  # empty: the whole table
    gravity: int
    first: int
    last: int
    points: list[ExposedWire]


class ExposureWire(msgspec.Struct, frozen=True):
    """How much is still under keys that are to go, the gravest columns first."""

    run_id: str
    columns: list[ExposedColumnWire]


def exposure_wire(run_id: str, curves: list[Curve]) -> ExposureWire:
    """Return curves as the outside sees them."""
    return ExposureWire(
        run_id,
        [
            ExposedColumnWire(
                data_class=one.data_class,
                table=one.place,
                column=one.column,
                gravity=one.gravity,
                first=one.first,
                last=one.last,
                points=[ExposedWire(p.at, p.exposed, p.counted) for p in one.points],
            )
            for one in curves
        ],
    )
