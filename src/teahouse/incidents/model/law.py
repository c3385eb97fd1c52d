"""The law of incidents as data: levels, what makes one, which clocks run, and what a report says.

A clock without hours is one of a law that says "at once" or "without undue delay": it never runs out by
itself, and is answered before the incident is closed like every other.
"""

from collections.abc import Collection, Iterable
from typing import Annotated

import msgspec

from teahouse.errors import Kind, Refused

KINDS = ("leak", "tampering", "loss", "outage", "flaw", "attack", "spread", "other")
# What is said of an incident besides numbers; the law's data asks for them by these names.
MARKS = ("critical", "essential", "severe", "public_danger", "important_data", "sensitive", "averted",
         "crime")  # fmt: skip
PERSONAL = "personal"  # follows from the number of people
MEASURES = ("people", "outage_minutes", "loss_minor", "views", "shares")
WHOM = ("authority", "people")
NOTICED, CONTAINED = "noticed", "contained"  # from when a clock runs, unless from another's answer
# What a report can say. The first are made from the facts, the others are written.
MADE = ("unit", "when", "kind", "level", "scale", "late_why")
WRITTEN = ("systems", "place", "data_kinds", "harm", "measures", "self_help", "contact", "cause",
           "trend", "clues", "further", "scene", "lessons")  # fmt: skip
PARTS = (*MADE, *WRITTEN)
CLOCKS_MAX = 40
GRADES_MAX = 100
HOURS_MAX = 24 * 366

Least = Annotated[int, msgspec.Meta(ge=0)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=HOURS_MAX)]


class BadIncidentLaw(Refused):
    """The law of incidents cannot be used as it is written."""

    code = "incidents.bad_file"
    kind = Kind.UNPROCESSABLE


class IncidentLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How serious an incident can be; the lowest stands first."""

    id: str
    zh: str
    en: str


class IncidentGrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes an incident of a level: a number that is reached, and marks that are there or not."""

    level: str
    article: str
    article_zh: str
    measure: str = ""
    least: Least = 0
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class ClockRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who must be told by when, of which incidents, and what that says at least."""

    id: str
    whom: str
    zh: str
    en: str
    article: str
    article_zh: str
    hours: Hours | None = None
    after: str = NOTICED
    least_level: str = ""
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    says: tuple[str, ...]
    may_say: tuple[str, ...] = ()


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds under a profile. Losses are counted in hundredths of ``currency``."""

    profile: str
    currency: str
    levels: tuple[IncidentLevel, ...]
    grades: tuple[IncidentGrade, ...]
    clocks: tuple[ClockRule, ...]

    def rank(self, level: str) -> int:
        """Return how high a level is, from 0; ``-1`` for one that there is not."""
        return next((nth for nth, one in enumerate(self.levels) if one.id == level), -1)

    def clock(self, clock_id: str) -> ClockRule | None:
        """Return a clock by its id."""
        return next((one for one in self.clocks if one.id == clock_id), None)


class LawBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The law of every profile, with its version."""

    version: str
    laws: tuple[Law, ...]

    def of(self, profile: str) -> Law:
        """Return what holds under a profile, which is one of the book's."""
        return next(one for one in self.laws if one.profile == profile)


def read_laws(text: bytes, profiles: Collection[str]) -> LawBook:
    """Return the law from JSON. Raises ``BadIncidentLaw``, which says what is wrong."""
    try:
        book = msgspec.json.decode(text, type=LawBook)
    except msgspec.DecodeError as wrong:
        raise BadIncidentLaw(f"The file of incidents cannot be read: {wrong}.") from None
    if sorted(one.profile for one in book.laws) != sorted(profiles):
        raise BadIncidentLaw(f"There is one law for each of {', '.join(profiles)}.")
    for law in book.laws:
        for wrong in _faults(law):
            raise BadIncidentLaw(f"Law {law.profile!r}: {wrong}.")
    return book


def _faults(law: Law) -> Iterable[str]:
    """Yield what makes a law useless, in words."""
    levels = [one.id for one in law.levels]
    if not levels or len(set(levels)) < len(levels):
        yield "it has levels, each with its own id"
    ids = [one.id for one in law.clocks]
    if len(ids) > CLOCKS_MAX or len(set(ids)) < len(ids) or len(law.grades) > GRADES_MAX:
        yield f"it has at most {CLOCKS_MAX} clocks, each with its own id, and {GRADES_MAX} grades"
    marks = {*MARKS, PERSONAL}
    for one in law.grades:
        if one.level not in levels or not {*one.needs, *one.unless} <= marks:
            yield f"a grade names level {one.level!r}, or a mark that there is not"
        if one.measure not in ("", *MEASURES) or bool(one.measure) != bool(one.least):
            yield f"a grade of {one.level!r} measures one of {', '.join(MEASURES)}, from 1 on"
    for nth, one in enumerate(law.clocks):
        if one.whom not in WHOM or one.after not in (NOTICED, CONTAINED, *ids[:nth]):
            yield f"clock {one.id!r} tells nobody, or begins after nothing that comes before it"
        known = {*one.needs, *one.unless} <= marks and set(one.kinds) <= set(KINDS)
        if not known or one.least_level not in ("", *levels):
            yield f"clock {one.id!r} asks for a kind, a mark or a level that there is not"
        if not one.says or not {*one.says, *one.may_say} <= set(PARTS):
            yield f"clock {one.id!r} says something that no report has"
