"""Regimes' shapes on our own API."""

import msgspec

from teahouse.regimes.model import Appeal, Regime, Shown


class RegimesWire(msgspec.Struct, frozen=True):
    """What new accounts have to show, every version, newest first."""

    regimes: list[Regime]


class TasksWire(msgspec.Struct, frozen=True):
    """What is asked of the caller."""

    tasks: list[Shown]


class AppealBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it should not be asked of one, or not so."""

    words: str


class AppealsWire(msgspec.Struct, frozen=True):
    """The appeals that wait, oldest first."""

    appeals: list[Appeal]


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an appeal is upheld, and why; the person reads it."""

    uphold: bool
    reason: str
