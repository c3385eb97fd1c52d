"""Plans on our own API, and what can be planned."""

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.planning.model import Plan
from teahouse.renewals.model.found import found
from teahouse.reports.model.stolen import STOLEN


class ForeseenWire(msgspec.Struct, frozen=True):
    """How many a newer normaliser would make one. Nobody is: each is kept apart, and listed.

    Of large tables the first rows are opened, and ``count`` is of those.
    """

    count: int
    opened: int
    rows: int


class ObstacleWire(msgspec.Struct, frozen=True):
    """What was found before anything was begun. ``stops``: so a run would go no further."""

    code: str  # "another_run", "quarantined", "lacking", …
    place: str
    count: int
    rows: list[str]
    stops: bool
    words: Both  # the code in words


class PlanStepWire(msgspec.Struct, frozen=True):
    """One class of data in one table, counted, and what it will take."""

    data_class: str
    table: str | None  # none: it is not in one table
    rows: int
    bytes: int
    core_seconds: float
    seconds: float
    touches: list[str]  # capabilities: "sign_up", "sign_in", "look_up", "profile", …
    disruption_seconds: int  # how long they are allowed to be away: 0


class ClassWire(msgspec.Struct, frozen=True):
    """A class of data that can be made anew, and what that protects."""

    name: str
    zh: str
    en: str
    place: int  # in the order: 1 is done first


class ScopeWire(msgspec.Struct, frozen=True):
    """What can be made anew: the whole installation, ``*``, or a region of it by itself."""

    name: str
    own_keys: bool  # it has a key of its own that wraps its people's data keys
    classes: list[str]


class ClassesWire(msgspec.Struct, frozen=True):
    """What can be made anew here."""

    classes: list[ClassWire]
    suite: int  # of today
    normaliser: int  # of today's index key: an older one cannot be asked for
    scope: str  # what this installation is called
    soft_days: int
    scopes: list[ScopeWire]


class PlanWire(msgspec.Struct, frozen=True):
    """What a run would do: nothing was changed."""

    classes: list[str]  # in their order
    suite: int
    scope: str
    mode: str
    stolen: str | None
    remains: Both | None  # of what was stolen, what no upgrade takes back
    steps: list[PlanStepWire]
    rows: int
    core_seconds: float
    seconds: float
    disruption_seconds: int
    registration_open: bool
    findings: list[ObstacleWire]
    normaliser: int | None  # of the new index key, when one is made
    merges: ForeseenWire | None


def plan_wire(plan: Plan, registration_open: bool) -> PlanWire:
    """Return what a run would do."""
    return PlanWire(
        classes=list(plan.classes),
        suite=plan.suite,
        scope=plan.scope,
        mode=plan.mode.value,
        stolen=plan.stolen,
        remains=STOLEN[plan.stolen].remains if plan.stolen else None,
        steps=[
            PlanStepWire(
                one.data_class,
                one.table,
                one.rows,
                one.bytes,
                one.core_seconds,
                one.seconds,
                list(one.touches),
                one.disruption_seconds,
            )
            for one in plan.steps
        ],
        rows=plan.rows,
        core_seconds=round(sum(one.core_seconds for one in plan.steps), 3),
        seconds=round(sum(one.seconds for one in plan.steps), 3),
        disruption_seconds=sum(one.disruption_seconds for one in plan.steps),
        registration_open=registration_open,
        findings=[
            ObstacleWire(
                one.code, one.place, one.count, list(one.named), one.stops, found(one.code)
            )
            for one in plan.findings
        ],
        normaliser=plan.normaliser,
        merges=None
        if (one := plan.merges) is None
        else ForeseenWire(one.count, one.opened, one.rows),
    )
