"""The ladder as a table: where a finding stands, how far up the ladder it is, and what may follow.

Rule 1: what the table does not have is refused. Rule 2: only the deadline acts by itself, and it does
no more than say that what was due is not there. Rule 3: each rung follows the one below it; one alone
may be jumped to, by an authority's ruling about what is illegal in itself.
"""

import enum
from typing import NamedTuple

from teahouse.errors import Conflict


class Programme(enum.Enum):
    """Which inspection it comes from: other evidence, other authorities, and other consequences."""

    PRIVACY = "privacy"
    SECURITY = "security"
    ILLEGALITY = "illegality"


class State(enum.Enum):
    """Where a finding stands. The names are stored and told."""

    OPEN = "open"  # to be mended by a deadline
    TESTING = "testing"  # there is evidence that it was
    UNMENDED = "unmended"  # the deadline went by, or the test failed
    CLOSED = "closed"  # tested, and mended
    RECHECKING = "rechecking"  # it was closed, and there is a later version
    SHUT = "shut"
    WITHDRAWN = "withdrawn"  # the authority took it back


class Rung(enum.Enum):
    """How far up the ladder it is. The names are stored and told."""

    RECTIFY = "rectify"
    DELISTED = "delisted"
    SEARCH_BANNED = "search_banned"
    SHUT_DOWN = "shut_down"


class Act(enum.Enum):
    """What is done about a finding. The names are stored and told."""

    EVIDENCE = "evidence"
    PASS = "pass"  # noqa: S105 - of a test
    FAIL = "fail"
    LAPSE = "lapse"  # the deadline goes by
    DELIST = "delist"
    SEARCH_BAN = "search_ban"
    SHUT_DOWN = "shut_down"
    RELEASE = "release"  # a later version came out
    REGRESS = "regress"  # what was mended is back
    WITHDRAW = "withdraw"


class Place(NamedTuple):
    """Where a finding stands, and on which rung."""

    state: State
    rung: Rung


class BadFindingStep(Conflict):
    """The finding is not at a point where that can be done."""

    code = "findings.bad_step"


PROCEDURE: dict[State, dict[Act, State]] = {
    State.OPEN: {
        Act.EVIDENCE: State.TESTING,
        Act.LAPSE: State.UNMENDED,
        Act.SHUT_DOWN: State.SHUT,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.TESTING: {
        Act.PASS: State.CLOSED,
        Act.FAIL: State.UNMENDED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.UNMENDED: {
        Act.EVIDENCE: State.TESTING,
        Act.DELIST: State.UNMENDED,
        Act.SEARCH_BAN: State.UNMENDED,
        Act.SHUT_DOWN: State.SHUT,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.CLOSED: {
        Act.RELEASE: State.RECHECKING,
        Act.REGRESS: State.OPEN,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.RECHECKING: {
        Act.PASS: State.CLOSED,
        Act.RELEASE: State.RECHECKING,
        Act.REGRESS: State.OPEN,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.SHUT: {Act.WITHDRAW: State.WITHDRAWN},
    State.WITHDRAWN: {},
}

# From which rungs an act goes up, and to which.
LADDER: dict[Act, dict[Rung, Rung]] = {
    Act.DELIST: {Rung.RECTIFY: Rung.DELISTED},
    Act.SEARCH_BAN: {Rung.DELISTED: Rung.SEARCH_BANNED},
    Act.SHUT_DOWN: {
        Rung.SEARCH_BANNED: Rung.SHUT_DOWN,
        Rung.DELISTED: Rung.SHUT_DOWN,
        Rung.RECTIFY: Rung.SHUT_DOWN,
    },
}
# In these it is mended, or never was: nothing is held against the target any more.
DONE = (State.CLOSED, State.RECHECKING, State.WITHDRAWN)
PENDING = (State.OPEN, State.TESTING, State.UNMENDED)
# What only the house does: a person who could, would go round the deadline or the list of versions.
OF_THE_HOUSE = (Act.LAPSE, Act.RELEASE)
PUBLIC = {State.OPEN: "ordered", State.TESTING: "ordered", State.UNMENDED: "unmended",
          State.CLOSED: "fixed", State.RECHECKING: "fixed", State.SHUT: "shut_down",
          State.WITHDRAWN: "withdrawn"}  # fmt: skip


def next_place(place: Place, act: Act) -> Place:
    """Return where an act leads. Raises ``BadFindingStep``."""
    state = PROCEDURE[place.state].get(act)
    rung = LADDER[act].get(place.rung) if act in LADDER else place.rung
    if state is None or rung is None:
        where = f"{place.state.value}, {place.rung.value}"
        raise BadFindingStep(f"A finding that is {where} has no step {act.value}.")
    return Place(state, Rung.RECTIFY if state in DONE else rung)


def may_follow(place: Place, programme: Programme) -> list[Act]:
    """Return what operators may do next; whether there is a ruling to stand on is asked later."""
    found: list[Act] = []
    for act in PROCEDURE[place.state]:
        goes = act not in LADDER or place.rung in LADDER[act]
        shuts = act is not Act.SHUT_DOWN or may_shut(place, programme)
        if goes and shuts and act not in OF_THE_HOUSE:
            found.append(act)
    return found


def may_shut(place: Place, programme: Programme) -> bool:
    """Tell whether a ruling could shut something down from here.

    What is illegal in itself, at once; what breaks people's privacy, when all below was tried; what
    is insecure, never: it is mended, or nobody is led to it any more.
    """
    if programme is Programme.ILLEGALITY:
        return place.state in (State.OPEN, State.UNMENDED)
    tried = place == Place(State.UNMENDED, Rung.SEARCH_BANNED)
    return programme is Programme.PRIVACY and tried


def proposed(place: Place) -> list[Act]:
    """Return what a missed deadline has the house propose: whoever reads it decides."""
    if place.state is not State.UNMENDED:
        return []
    steps = {Rung.RECTIFY: [Act.DELIST, Act.SEARCH_BAN], Rung.DELISTED: [Act.SEARCH_BAN]}
    return steps.get(place.rung, [])


def public_status(place: Place) -> str:
    """Return what the published list calls it."""
    return PUBLIC[place.state] if place.rung is Rung.RECTIFY else place.rung.value
