"""Runs on our own API: for operators, and for everybody."""

from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.notices.model.markup import LABELS
from teahouse.planning.model import WHOLE
from teahouse.renewals.model import Finding
from teahouse.renewals.model.found import found as words_of
from teahouse.renewals.model.says import read
from teahouse.reports.model.progress import status_words
from teahouse.upgrades.model.plans import StepRow
from teahouse.upgrades.model.runs import Agreement, Run, State, percent_of, runs, says_of
from teahouse.upgrades.service.upgrades import Public, Shown


class WordsWire(msgspec.Struct, frozen=True):
    """The same in both languages."""

    zh: str
    en: str


class FindingWire(msgspec.Struct, frozen=True):
    """Something that was found and has to be looked at. ``stops``: the run goes no further."""

    code: str  # "broken", "old", "unindexed", "undeclared", "quarantined", "held", "lacking", …
    place: str  # table.column, a key, or a worker; never what it says
    count: int
    rows: list[str]  # the first of them, by their keys
    stops: bool
    words: Both  # the code in words


class RunSummaryWire(msgspec.Struct, frozen=True):
    """A run, in a line.

    ``state``: ``planned``, ``distribute``, ``dual_write``, ``backfill``, ``verify``, ``read_new``,
    ``soft_retire``, ``destroy``, ``closed``, ``aborting`` or ``aborted``.
    """

    run_id: str
    scope: str  # "*", or a region
    state: str
    paused: bool
    mode: str
    stolen: str | None
    reason: str
    classes: list[str]
    suite: int
    planned_by: str
    planned_at: datetime
    started_at: datetime | None
    verified_at: datetime | None
    ended_at: datetime | None
    done: int
    total: int


class RunsWire(msgspec.Struct, frozen=True):
    """The runs, newest first."""

    runs: list[RunSummaryWire]


class StepWire(msgspec.Struct, frozen=True):
    """How far a class of data is, in one table. ``phase`` is the last that it has come through."""

    data_class: str
    table: str | None
    phase: str
    total: int
    done: int
    quarantined: int
    rate_per_second: float
    eta_seconds: int | None


class SampleWire(msgspec.Struct, frozen=True):
    """How it was at a moment. ``exposed`` values are still under a key that is to go."""

    at: datetime
    rate: float
    p99_ms: float | None
    queue_ms: float | None
    exposed: int


class WaitsForWire(msgspec.Struct, frozen=True):
    """What one person wants and a second has to agree to: ``retire``, ``destroy``, ``force``."""

    act: str
    first: str
    at: datetime
    expires_at: datetime
    mine: bool  # whether you are the first


class QuarantinedWire(msgspec.Struct, frozen=True):
    """A value that could not be made anew; it is where it was."""

    table: str
    row_key: str
    column: str
    why: str


class KeyWire(msgspec.Struct, frozen=True):
    """A key of a run, by its name only. ``role`` is ``old`` or ``new``."""

    purpose: str
    key_id: str
    version: int
    state: str
    role: str
    opens_refused: int  # how often it was wanted since it was disabled


class HandWire(msgspec.Struct, frozen=True):
    """A process that works on a run."""

    hand_id: str
    host: str
    pid: int
    seen_at: datetime


class SaidWire(msgspec.Struct, frozen=True):
    """What a run does or waits for: a code, what fills its blanks, and both in words.

    ``of`` is the class of data that it is about; empty: the run.
    """

    of: str
    code: str
    values: dict[str, str]
    words: Both


class RunWire(msgspec.Struct, frozen=True):
    """A run with all that there is to see. ``may`` are the acts that can be done now."""

    summary: RunSummaryWire
    says: str  # what it waits for, or does, in English
    said: SaidWire  # the same
    steps: list[StepWire]
    samples: list[SampleWire]
    rate_max: int | None
    waits_for: list[WaitsForWire]
    findings: list[FindingWire]
    quarantined: list[QuarantinedWire]
    quarantined_total: int
    keys: list[KeyWire]
    hands: list[HandWire]
    soft_until: datetime | None
    work_id: str | None
    report: bool
    may: list[str]


class RateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many rows a second at most; none: as fast as people do not notice."""

    rate_max: int | None = None


class ActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why. It goes into the audit log."""

    reason: str = ""


class ClassPercentWire(msgspec.Struct, frozen=True):
    """How far a class of data is, in words for everybody."""

    name: str
    zh: str
    en: str
    percent: int


class UpgradeStatusWire(msgspec.Struct, frozen=True):
    """What everybody may know of an upgrade. ``downtime_seconds`` is of registration."""

    running: bool
    since: datetime | None
    until: datetime | None  # about when all data will have been moved, while it is
    words: WordsWire
    classes: list[ClassPercentWire]
    registration_open: bool
    downtime_seconds: int
    scope: str = WHOLE  # a region, when it is of one only


def finding_wire(found: Finding) -> FindingWire:
    """Return what was found."""
    named, words = list(found.named), words_of(found.code)
    return FindingWire(found.code, found.place, found.count, named, found.stops, words)


def summary_wire(run: Run, steps: list[StepRow]) -> RunSummaryWire:
    """Return a run in a line."""
    return RunSummaryWire(
        run_id=run.run_id,
        scope=run.scope,
        state=run.state.value,
        paused=run.paused,
        mode=run.mode.value,
        stolen=run.stolen,
        reason=run.reason,
        classes=list(run.classes),
        suite=run.suite,
        planned_by=run.planned_by,
        planned_at=run.planned_at,
        started_at=run.started_at,
        verified_at=run.verified_at,
        ended_at=run.ended_at,
        done=sum(one.done for one in steps),
        total=sum(one.total for one in steps),
    )


def run_wire(shown: Shown, actor: str, now: datetime) -> RunWire:
    """Return a run with all that there is to see of it."""
    run = shown.run
    said = read(says_of(run, shown.soft_until, now))
    return RunWire(
        summary=summary_wire(run, shown.steps),
        says=said.words().en,
        said=SaidWire(said.of, said.code, said.told, said.words()),
        steps=[_step(run, one) for one in shown.steps],
        samples=[SampleWire(*one) for one in shown.samples],
        rate_max=run.rate_max,
        waits_for=[_waits(one, actor) for one in shown.agreements],
        findings=[finding_wire(one) for one in shown.findings],
        quarantined=[QuarantinedWire(*one) for one in shown.quarantined],
        quarantined_total=shown.quarantined_total,
        keys=[
            KeyWire(key.purpose.value, key.key_id, key.version, key.state.value, role, opens)
            for role, key, opens in shown.keys
        ],
        hands=[HandWire(*one) for one in shown.hands],
        soft_until=shown.soft_until,
        work_id=run.work_id,
        report=run.ended_at is not None and run.work_id is not None,
        may=shown.may,
    )


def _step(run: Run, one: StepRow) -> StepWire:
    return StepWire(
        data_class=one.data_class,
        table=one.place or None,
        phase=run.state.value,
        total=one.total,
        done=one.done,
        quarantined=one.quarantined,
        rate_per_second=round(one.rate, 1),
        eta_seconds=one.eta_seconds if run.state is State.BACKFILL else None,
    )


def _waits(one: Agreement, actor: str) -> WaitsForWire:
    mine = one.first_by == actor
    return WaitsForWire(one.act.value, one.first_by, one.first_at, one.expires_at, mine)


def status_wire(public: Public, words: dict[str, tuple[str, str]]) -> UpgradeStatusWire:
    """Return what everybody may know; ``words`` are those of each class."""
    run = public.run
    running = run is not None and runs(run)
    where = LABELS.get(run.scope) if run is not None and running else None
    said = status_words(running, public.registration_open, where)
    classes = [] if run is None else list(run.classes)
    return UpgradeStatusWire(
        running=running,
        since=None if run is None or not running else run.started_at,
        until=public.until if running else None,
        words=WordsWire(said.zh, said.en),
        classes=[
            ClassPercentWire(name, *words[name], percent_of(run, name, public.steps))
            for name in classes
            if running and run is not None
        ],
        registration_open=public.registration_open,
        downtime_seconds=public.downtime_seconds,
        scope=run.scope if running and run is not None else WHOLE,
    )
