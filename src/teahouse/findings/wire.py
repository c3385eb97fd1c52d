"""Findings as operators and everybody else see them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from teahouse.findings.model.exposure import Exposure
from teahouse.findings.model.finding import Clause, Finding, Ruling, Step, Tally
from teahouse.findings.model.procedure import (
    Place,
    Rung,
    State,
    may_follow,
    proposed,
    public_status,
)


class FindingsBody(msgspec.Struct, frozen=True):
    """A list of an authority, as ``csv`` or ``json``; a dry run keeps nothing."""

    form: str
    text: str
    authority: str
    dry_run: bool = False


class RulingBody(msgspec.Struct, frozen=True):
    """What an authority decided in writing; ``document`` is where the paper is, or its digest."""

    programme: str
    authority: str
    number: str
    decided_on: date
    shuts_down: bool
    document: str


class FindingActBody(msgspec.Struct, frozen=True):
    """A step; ``artefact`` is where what shows it is, ``due_at`` the deadline of what is open again."""

    act: str
    words: str
    artefact: str = ""
    version: str = ""
    ruling_id: str = ""
    due_at: datetime | None = None


class ReleaseBody(msgspec.Struct, frozen=True):
    """A later version of something."""

    kind: str
    target: str
    version: str


class WrongRowWire(msgspec.Struct, frozen=True):
    """Why a row is not taken in; from 1, without the heading."""

    row: int
    why: str


class TakenListWire(msgspec.Struct, frozen=True):
    """What came of a list, or would; of the rows left out the first hundred say why."""

    new: int
    known: int
    left_out: int
    wrong: list[WrongRowWire]


class FindingWire(msgspec.Struct, frozen=True, kw_only=True):
    """A finding. ``may``: the steps that may come next; ``proposed``: after a missed deadline."""

    finding_id: str
    authority: str
    number: str
    programme: str
    clauses: list[str]
    severity: str
    kind: str
    target: str
    name: str
    version: str
    store: str
    operator_name: str
    facts: str
    found_at: datetime
    due_at: datetime
    state: str
    rung: str
    ruling_id: str | None
    regressions: int
    evidence_by: str
    asked_by: str
    published_at: datetime | None
    moved_at: datetime
    may: list[str]
    proposed: list[str]


class FindingsWire(msgspec.Struct, frozen=True):
    """Findings, what is due first."""

    findings: list[FindingWire]


class FindingStepWire(msgspec.Struct, frozen=True):
    """Something that was done about a finding."""

    act: str
    state: str
    rung: str
    actor: str
    words: str
    artefact: str
    version: str
    at: datetime


class FindingDetailWire(msgspec.Struct, frozen=True):
    """A finding with what was done about it."""

    finding: FindingWire
    steps: list[FindingStepWire]


class ReleasedWire(msgspec.Struct, frozen=True):
    """How many closed findings are to be tested again."""

    rechecked: int


class RulingWire(msgspec.Struct, frozen=True):
    """A written ruling of an authority."""

    ruling_id: str
    programme: str
    authority: str
    number: str
    decided_on: date
    shuts_down: bool
    document: str
    noted_at: datetime


class LinkedRulingsWire(msgspec.Struct, frozen=True):
    """Rulings, the newest first."""

    rulings: list[RulingWire]


class ClausesWire(msgspec.Struct, frozen=True):
    """What a finding can name."""

    clauses: list[Clause]


class TallyWire(msgspec.Struct, frozen=True):
    """How many there are of something; ``percent`` of all findings, with one digit."""

    name: str
    count: int
    percent: float


class LadderWire(msgspec.Struct, frozen=True):
    """How it stands; ``by_rung`` leaves out what is mended."""

    count: int
    by_state: list[TallyWire]
    by_rung: list[TallyWire]
    by_programme: list[TallyWire]
    by_clause: list[TallyWire]
    by_operator: list[TallyWire]


class ExposedFindingsWire(msgspec.Struct, frozen=True):
    """The most that each serious open finding may cost, and which they are."""

    exposure: Exposure
    findings: list[FindingWire]


class PublicStepWire(msgspec.Struct, frozen=True):
    """A day on which a published finding came to be as it is."""

    status: str
    version: str
    at: datetime


class PublicFindingWire(msgspec.Struct, frozen=True):
    """A finding as everybody reads it: ``ordered``, ``unmended``, ``fixed``, or a rung of the ladder."""

    authority: str
    number: str
    name: str
    version: str
    store: str
    operator_name: str
    programme: str
    clauses: list[str]
    status: str
    published_at: datetime
    history: list[PublicStepWire]


class PublishedWire(msgspec.Struct, frozen=True):
    """The public list, the newest first."""

    findings: list[PublicFindingWire]


def finding_wire(one: Finding) -> FindingWire:
    """Return a finding for operators."""
    told = msgspec.structs.asdict(one.entry)
    told["programme"], told["clauses"] = one.entry.programme.value, list(one.entry.clauses)
    return FindingWire(
        finding_id=one.finding_id,
        **told,
        state=one.state.value,
        rung=one.rung.value,
        ruling_id=one.ruling_id,
        regressions=one.regressions,
        evidence_by=one.evidence_by,
        asked_by=one.asked_by,
        published_at=one.published_at,
        moved_at=one.moved_at,
        may=[act.value for act in may_follow(one.place, one.entry.programme)],
        proposed=[act.value for act in proposed(one.place)],
    )


def detail_wire(one: Finding, steps: Sequence[Step]) -> FindingDetailWire:
    """Return a finding and its steps."""
    told = [FindingStepWire(**msgspec.structs.asdict(step)) for step in steps]
    return FindingDetailWire(finding_wire(one), told)


def ruling_wire(one: Ruling) -> RulingWire:
    """Return a ruling."""
    return RulingWire(
        one.ruling_id,
        one.programme.value,
        one.authority,
        one.number,
        one.decided_on,
        one.shuts_down,
        one.document,
        one.noted_at,
    )


def tallies(found: Sequence[Tally], count: int) -> list[TallyWire]:
    """Return counts with their share of all findings."""
    return [TallyWire(*one, round(100 * one.times / count, 1) if count else 0.0) for one in found]


def public_wire(one: Finding, steps: Sequence[Step]) -> PublicFindingWire:
    """Return a finding for everybody: nobody who worked at it is named, nor what they wrote."""
    assert one.published_at is not None, "it is published"
    entry = one.entry
    return PublicFindingWire(
        entry.authority,
        entry.number,
        entry.name,
        entry.version,
        entry.store,
        entry.operator_name,
        entry.programme.value,
        list(entry.clauses),
        public_status(one.place),
        one.published_at,
        [_public_step(step) for step in steps],
    )


def _public_step(step: Step) -> PublicStepWire:
    place = Place(State(step.state), Rung(step.rung))
    return PublicStepWire(public_status(place), step.version, step.at)


def clauses_wire(clauses: Mapping[str, Clause]) -> ClausesWire:
    """Return the clauses, in their order."""
    return ClausesWire(list(clauses.values()))
