"""The life of an incident as a table: states × acts → the next state.

A state is what was done last, as a report may be due within an hour, before anything is contained.
Rule 1: what the table does not have is refused. Rule 2: nothing is told before it was assessed. Rule 3:
what is closed is opened again by its own act, and assessed anew.
"""

import enum

from teahouse.errors import Conflict
from teahouse.steps import next_in


class State(enum.Enum):
    """Where an incident stands. The names are stored and told."""

    NOTICED = "noticed"
    ASSESSED = "assessed"
    CONTAINED = "contained"
    REPORTED = "reported"  # to an authority
    TOLD = "told"  # to people
    CLOSED = "closed"  # with what was learnt
    REOPENED = "reopened"


class Act(enum.Enum):
    """What is done about an incident. The names are stored and told."""

    ASSESS = "assess"
    CONTAIN = "contain"
    REPORT = "report"
    TELL = "tell"
    CLOSE = "close"
    REOPEN = "reopen"


class BadIncidentStep(Conflict):
    """The incident is not at a point where that can be done."""

    code = "incidents.bad_step"


_S, _A = State, Act
PROCEDURE: dict[State, dict[Act, State]] = {
    _S.NOTICED: {_A.ASSESS: _S.ASSESSED},
    _S.ASSESSED: {
        _A.ASSESS: _S.ASSESSED,
        _A.CONTAIN: _S.CONTAINED,
        _A.REPORT: _S.REPORTED,
        _A.TELL: _S.TOLD,
    },
    _S.CONTAINED: {
        _A.ASSESS: _S.CONTAINED,
        _A.REPORT: _S.REPORTED,
        _A.TELL: _S.TOLD,
        _A.CLOSE: _S.CLOSED,
    },
    _S.REPORTED: {
        _A.ASSESS: _S.REPORTED,
        _A.CONTAIN: _S.CONTAINED,
        _A.REPORT: _S.REPORTED,
        _A.TELL: _S.TOLD,
        _A.CLOSE: _S.CLOSED,
    },
    _S.TOLD: {
        _A.ASSESS: _S.TOLD,
        _A.CONTAIN: _S.CONTAINED,
        _A.REPORT: _S.REPORTED,
        _A.TELL: _S.TOLD,
        _A.CLOSE: _S.CLOSED,
    },
    _S.CLOSED: {_A.REOPEN: _S.REOPENED},
    _S.REOPENED: {_A.ASSESS: _S.ASSESSED},
}


def next_state(state: State, act: Act) -> State:
    """Return where an act leads from a state. Raises ``BadIncidentStep``."""
    return next_in(PROCEDURE, state, act, BadIncidentStep, "An incident")


def acts_of(state: State, *, contained: bool) -> list[Act]:
    """Return what may come next; what is contained is not contained again, and closed only then."""
    left = {Act.CONTAIN: not contained, Act.CLOSE: contained}
    return [act for act in PROCEDURE[state] if left.get(act, True)]
