"""Reports as the outside sees them: the list, where old data may lie, what to do after a theft."""

from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.reports.model.facts import SinkSeen
from teahouse.reports.model.stolen import STOLEN


class MadeWire(msgspec.Struct, frozen=True):
    """A report: of which run, which entry of the public history, when, and where the file is."""

    run_id: str
    seq: int
    made_at: datetime
    file: str


class ReportsWire(msgspec.Struct, frozen=True):
    """The newest reports first."""

    reports: list[MadeWire]


class SinkWire(msgspec.Struct, frozen=True):
    """A place where data may lie, how it follows a change of keys, and what was found there."""

    name: str
    follows: str
    title: Both
    how: Both
    seen: SinkSeen | None
    details: Both  # what is to be said of it besides, in words


class CensusWire(msgspec.Struct, frozen=True):
    """Every place; ``unknown`` are those that could not be looked at."""

    sinks: list[SinkWire]
    unknown: list[str]


class StolenStepWire(msgspec.Struct, frozen=True):
    """A class of data at its place in the order, and why it is there."""

    data_class: str
    why: Both
    sensitive_first: bool


class StolenWire(msgspec.Struct, frozen=True):
    """What was stolen, what to do in order, and what stays open whatever one does."""

    stolen: str
    name: Both
    steps: list[StolenStepWire]
    remains: Both


class StolensWire(msgspec.Struct, frozen=True):
    """Everything that can be stolen."""

    stolen: list[StolenWire]


def stolens() -> StolensWire:
    """Return the table of thefts."""
    return StolensWire(
        [
            StolenWire(
                name,
                one.name,
                [StolenStepWire(*step) for step in one.steps],
                one.remains,
            )
            for name, one in STOLEN.items()
        ]
    )
