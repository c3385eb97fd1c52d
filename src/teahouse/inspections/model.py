"""What a visit of an inspector is, which registers there are, and what is refused about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Forbidden, Invalid, Kind, NotFound, Refused

INSPECTOR = "inspector"
VISITS_MAX = 200
LOOKS_MAX = 500
TEXT_LETTERS_MAX = 200
LASTS_MAX = timedelta(days=31)
# What an inspector may be let read. Of people there is no more in it than ids.
REGISTERS = (
    "audit", "findings", "gate", "holds", "rules", "thresholds", "upgrades", "breaches", "backups",
    "assessments", "incidents", "listings",
)  # fmt: skip


class VisitRegister(msgspec.Struct, frozen=True):
    """A register as an inspector reads it: on which pages of the console, and which parts by themselves.

    A page asks them for nothing but what is in the register; ``parts`` are paths under ``/api/v1/operator``.
    """

    register: str
    pages: tuple[str, ...]
    parts: tuple[str, ...]


class NoSuchVisit(NotFound):
    """There is no such visit of an inspector."""

    code = "inspections.not_found"


class NoVisit(Forbidden):
    """There is no visit under way in which you may read this."""

    code = "inspections.no_visit"


class NoInspector(Refused):
    """That operator is no inspector who could be let in."""

    code = "inspections.no_inspector"
    kind = Kind.UNPROCESSABLE


class SecondNeeded(Conflict):
    """Somebody else than who asked for the visit has to agree to it."""

    code = "inspections.second_needed"


class VisitOver(Conflict):
    """That visit is agreed to already, or over."""

    code = "inspections.over"


class VisitWanted(msgspec.Struct, frozen=True):
    """A visit that is asked for: who comes, from which authority, by what paper, and what they read."""

    inspector_id: str
    authority: str
    mandate: str
    registers: list[str]
    opens_at: datetime
    closes_at: datetime


class Visit(msgspec.Struct, frozen=True):
    """A visit as it stands."""

    visit_id: str
    inspector_id: str
    authority: str
    mandate: str
    registers: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime | None
    ended_by: str
    ended_at: datetime | None


def check_wanted(wanted: VisitWanted, now: datetime) -> None:
    """Raise ``Invalid`` for a visit that makes no sense, or would not end."""
    texts = (wanted.authority.strip(), wanted.mandate.strip())
    if not all(0 < len(one) <= TEXT_LETTERS_MAX for one in texts):
        raise Invalid("A visit names the authority, and the paper by which it comes.")
    if not wanted.registers or not set(wanted.registers) <= set(REGISTERS):
        raise Invalid(f"registers are some of {', '.join(REGISTERS)}.")
    if wanted.opens_at.tzinfo is None or wanted.closes_at.tzinfo is None:
        raise Invalid("A time needs its zone.")
    if wanted.closes_at <= max(now, wanted.opens_at):
        raise Invalid("A visit ends after it began, and not in the past.")
    if wanted.closes_at - wanted.opens_at > LASTS_MAX:
        raise Invalid(f"A visit lasts at most {LASTS_MAX.days} days.")


def state(visit: Visit, now: datetime) -> str:
    """Return how a visit is: ``asked``, ``agreed``, ``open`` or ``over``."""
    if visit.ended_at is not None or now >= visit.closes_at:
        return "over"
    if visit.agreed_at is None:
        return "asked"
    return "open" if visit.opens_at <= now else "agreed"


def reading(visits: Sequence[Visit], register: str, now: datetime) -> Visit:
    """Return the visit in which a register may be read now. Raises ``NoVisit``."""
    for one in visits:
        if state(one, now) == "open" and register in one.registers:
            return one
    raise NoVisit
