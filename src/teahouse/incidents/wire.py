"""Incidents and flaws as operators see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.incidents.model.clocks import Clock, next_due
from teahouse.incidents.model.drafts import Part, Report
from teahouse.incidents.model.flaws import FLAW_PROCEDURE, Flaw, FlawState
from teahouse.incidents.model.incident import Incident, IncidentFacts, IncidentLinks, Moment, Step
from teahouse.incidents.model.law import (
    KINDS,
    MARKS,
    WRITTEN,
    ClockRule,
    IncidentGrade,
    IncidentLevel,
    Law,
    LawBook,
)
from teahouse.incidents.model.procedure import acts_of


class IncidentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What went wrong, as far as it is known. ``profile`` not given: the house's own."""

    title: str
    facts: IncidentFacts
    profile: str = ""
    noticed_at: Moment | None = None


class AssessBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known now; ``level`` may be higher than the table's, and never lowers one."""

    facts: IncidentFacts
    words: str
    level: str = ""


class IncidentActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``contain``, ``close`` or ``reopen``, with what was done."""

    act: str
    words: str


class IncidentTellBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who was told, by which clock; without one it is a supplementary report."""

    whom: str
    words: str
    clock_id: str = ""
    reference: str = ""
    late_why: str = ""


class LowerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To which level it is lowered, and why; the second person says the same level."""

    level: str
    words: str


class FlawBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A flaw; ``reference`` is where the letter about it is, and names nobody."""

    title: str
    source: str
    severity: str
    found_at: Moment
    reference: str = ""
    versions: str = ""
    public_danger: bool = False


class FlawActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step about a flaw; a repair names the version that has it."""

    act: str
    words: str
    fixed_in: str = ""


class IncidentClockWire(msgspec.Struct, frozen=True, kw_only=True):
    """A clock: ``answered``, ``late``, ``running`` or ``released``. ``due_at`` is null for "at once"."""

    clock_id: str
    whom: str
    state: str
    was_late: bool
    due_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    reference: str
    late_why: str
    name: Both
    article: Both


class IncidentWire(msgspec.Struct, frozen=True, kw_only=True):
    """An incident; ``next_clock`` is what is due first, ``may`` what can be done next."""

    incident_id: str
    title: str
    profile: str
    level: str
    level_name: Both
    state: str
    kind: str
    people: int
    noticed_at: datetime
    held_by: str
    contained_at: datetime | None
    closed_at: datetime | None
    lower_level: str
    lower_by: str
    clocks: list[IncidentClockWire]
    next_clock: str | None
    late: int
    may: list[str]


class IncidentsWire(msgspec.Struct, frozen=True):
    """Incidents, what is due first at the top."""

    incidents: list[IncidentWire]


class IncidentStepWire(msgspec.Struct, frozen=True):
    """Something that was done about an incident."""

    act: str
    state: str
    level: str
    actor: str
    words: str
    at: datetime


class IncidentDetailWire(msgspec.Struct, frozen=True):
    """An incident with its facts, what belongs to it, and what was done."""

    incident: IncidentWire
    facts: IncidentFacts
    links: IncidentLinks
    steps: list[IncidentStepWire]


class ReportPartWire(msgspec.Struct, frozen=True):
    """One thing that a report says."""

    name: str
    title: Both
    said: Both


class IncidentDraftWire(msgspec.Struct, frozen=True):
    """A report as it stands: its parts, what it lacks, and the same as text."""

    parts: list[ReportPartWire]
    lacking: list[str]
    text: Both


class IncidentReportWire(msgspec.Struct, frozen=True):
    """A report as it went out; ``clock_id`` is empty for a supplementary one."""

    clock_id: str
    whom: str
    told_at: datetime
    parts: list[ReportPartWire]


class IncidentReportsWire(msgspec.Struct, frozen=True):
    """The reports that went out, the newest first."""

    reports: list[IncidentReportWire]


class LawWire(msgspec.Struct, frozen=True):
    """What holds under a profile."""

    profile: str
    currency: str
    levels: list[IncidentLevel]
    grades: list[IncidentGrade]
    clocks: list[ClockRule]


class LawBookWire(msgspec.Struct, frozen=True):
    """The law of incidents, what facts can name, and the profile of this house."""

    version: str
    own: str
    kinds: list[str]
    marks: list[str]
    written: list[str]
    laws: list[LawWire]


class IncidentGroupWire(msgspec.Struct, frozen=True):
    """Incidents of a kind, level and profile; the median is from noticed to contained."""

    kind: str
    level: str
    profile: str
    count: int
    people: int
    closed: int
    median_seconds: int


class ClockCountWire(msgspec.Struct, frozen=True):
    """How often a clock ran, was answered, and was late."""

    clock_id: str
    count: int
    answered: int
    late: int


class FlawCountWire(msgspec.Struct, frozen=True):
    """How many flaws of a severity were found, and mended."""

    severity: str
    count: int
    fixed: int


class IncidentFiguresWire(msgspec.Struct, frozen=True):
    """What was noticed in a year (UTC), counted."""

    year: int
    groups: list[IncidentGroupWire]
    clocks: list[ClockCountWire]
    flaws: list[FlawCountWire]


class FlawWire(msgspec.Struct, frozen=True, kw_only=True):
    """A flaw; ``may`` is what can be done next."""

    flaw_id: str
    title: str
    source: str
    reference: str
    severity: str
    versions: str
    public_danger: bool
    incident_id: str | None
    state: str
    found_at: datetime
    fixed_in: str
    fixed_at: datetime | None
    told_at: datetime | None
    why: str
    noted_by: str
    moved_at: datetime
    may: list[str]


class FlawsWire(msgspec.Struct, frozen=True):
    """Flaws, the newest first."""

    flaws: list[FlawWire]


def incident_wire(one: Incident, clocks: Sequence[Clock], law: Law, now: datetime) -> IncidentWire:
    """Return an incident for operators."""
    level = next((each for each in law.levels if each.id == one.level), None)
    due = next_due(clocks)
    return IncidentWire(
        incident_id=one.incident_id,
        title=one.title,
        profile=one.profile,
        level=one.level,
        level_name=Both(level.zh, level.en) if level else Both(one.level, one.level),
        state=one.state.value,
        kind=one.facts.kind,
        people=one.facts.people,
        noticed_at=one.noticed_at,
        held_by=one.held_by,
        contained_at=one.contained_at,
        closed_at=one.closed_at,
        lower_level=one.lower_level,
        lower_by=one.lower_by,
        clocks=[_clock(each, law, now) for each in clocks],
        next_clock=due.clock_id if due else None,
        late=sum(each.open and each.overdue(now) for each in clocks),
        may=[act.value for act in acts_of(one.state, contained=one.contained_at is not None)],
    )


def _clock(one: Clock, law: Law, now: datetime) -> IncidentClockWire:
    rule = law.clock(one.clock_id)
    overdue = one.overdue(now)
    state = "answered" if one.answered_at else "late" if overdue else "running"
    return IncidentClockWire(
        clock_id=one.clock_id,
        whom=one.whom,
        state=state if one.applies else "released",
        was_late=overdue or one.late_at is not None,
        due_at=one.due_at,
        answered_at=one.answered_at,
        answered_by=one.answered_by,
        reference=one.reference,
        late_why=one.late_why,
        name=Both(rule.zh, rule.en) if rule else Both(one.clock_id, one.clock_id),
        article=Both(rule.article_zh, rule.article) if rule else Both(),
    )


def incident_detail(
    one: Incident, clocks: Sequence[Clock], steps: Sequence[Step], law: Law, now: datetime
) -> IncidentDetailWire:
    """Return an incident with all that was done about it."""
    told = [IncidentStepWire(**msgspec.structs.asdict(step)) for step in steps]
    return IncidentDetailWire(incident_wire(one, clocks, law, now), one.facts, one.links, told)


def report_parts(parts: Sequence[Part]) -> list[ReportPartWire]:
    """Return what a report says."""
    return [ReportPartWire(*one) for one in parts]


def reports_wire(found: Sequence[Report]) -> IncidentReportsWire:
    """Return the reports that went out."""
    told = [
        IncidentReportWire(one.clock_id, one.whom, one.told_at, report_parts(one.parts))
        for one in found
    ]
    return IncidentReportsWire(told)


def book_wire(book: LawBook, own: str) -> LawBookWire:
    """Return the law."""
    laws = [
        LawWire(one.profile, one.currency, list(one.levels), list(one.grades), list(one.clocks))
        for one in book.laws
    ]
    return LawBookWire(book.version, own, list(KINDS), list(MARKS), list(WRITTEN), laws)


def new_flaw(body: FlawBody) -> Flaw:
    """Return a flaw that is to be noted."""
    return Flaw(
        flaw_id="",
        title=body.title.strip(),
        source=body.source,
        reference=body.reference.strip(),
        severity=body.severity,
        versions=body.versions.strip(),
        public_danger=body.public_danger,
        incident_id=None,
        state=FlawState.REPORTED,
        found_at=body.found_at,
        fixed_in="",
        fixed_at=None,
        told_at=None,
        why="",
        noted_by="",
        moved_at=body.found_at,
    )


def flaw_wire(one: Flaw) -> FlawWire:
    """Return a flaw for operators."""
    told: dict[str, Any] = msgspec.structs.asdict(one) | {"state": one.state.value}
    return FlawWire(**told, may=[act.value for act in FLAW_PROCEDURE[one.state]])
