"""Visits as operators and inspectors see them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.audit.model import Entry
from teahouse.inspections.model import Visit, VisitRegister, state


class VisitWire(msgspec.Struct, frozen=True):
    """A visit: ``asked``, ``agreed``, ``open`` or ``over``."""

    visit_id: str
    state: str
    inspector_id: str
    authority: str
    mandate: str
    registers: list[str]
    opens_at: datetime
    closes_at: datetime
    asked_by: str
    agreed_by: str
    ended_by: str


class VisitsWire(msgspec.Struct, frozen=True):
    """Visits, the newest first, and which registers there are, and where they are read."""

    visits: list[VisitWire]
    registers: list[VisitRegister]


class LookWire(msgspec.Struct, frozen=True):
    """A look of an inspector: at what, or which register they took away."""

    at: datetime
    act: str
    detail: msgspec.Raw


class LooksWire(msgspec.Struct, frozen=True):
    """What was looked at in a visit, the newest first."""

    looks: list[LookWire]


def visit_wire(one: Visit, now: datetime) -> VisitWire:
    """Return a visit."""
    return VisitWire(
        one.visit_id,
        state(one, now),
        one.inspector_id,
        one.authority,
        one.mandate,
        list(one.registers),
        one.opens_at,
        one.closes_at,
        one.asked_by,
        one.agreed_by,
        one.ended_by,
    )


def visits_wire(found: list[VisitWire], registers: Iterable[VisitRegister]) -> VisitsWire:
    """Return visits beside the registers that there are."""
    return VisitsWire(found, list(registers))


def look_wire(one: Entry) -> LookWire:
    """Return a look."""
    return LookWire(one.at, one.act, msgspec.Raw(one.detail.encode()))
