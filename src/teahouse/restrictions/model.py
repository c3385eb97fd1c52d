"""The grounds of a restriction, and its life as a table (PIPL 44 and 47, GDPR 18)."""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Invalid, NotFound
from teahouse.steps import next_in

WORDS_LETTERS_MAX = 2_000
TOLD_BEFORE = timedelta(days=7)  # the person is told, and then it ends (GDPR 18(3))
LISTED_MAX = 200
APART_MAX = 100_000


class Ground(enum.Enum):
    """Why somebody's data are not to be used. The names are stored and told."""

    ACCURACY = "accuracy"  # they say that something is wrong
    UNLAWFUL = "unlawful"  # they want it kept rather than erased
    CLAIMS = "claims"  # they need it for a claim
    OBJECTION = "objection"  # they object, and it is not weighed yet


class RestrictionState(enum.Enum):
    """Where a restriction stands. The names are stored and told."""

    IN_FORCE = "in_force"
    ENDING = "ending"  # decided, with reasons; in force until its person has had time
    ENDED = "ended"


class RestrictionAct(enum.Enum):
    """What is done with a restriction. The names are stored and told."""

    DECIDE = "decide"  # an operator's, with reasons
    KEEP = "keep"  # an operator takes the decision back
    WITHDRAW = "withdraw"  # the person's own
    LAPSE = "lapse"  # the clock's


_S, _A = RestrictionState, RestrictionAct
PROCEDURE: dict[RestrictionState, dict[RestrictionAct, RestrictionState]] = {
    _S.IN_FORCE: {_A.DECIDE: _S.ENDING, _A.WITHDRAW: _S.ENDED},
    _S.ENDING: {_A.KEEP: _S.IN_FORCE, _A.WITHDRAW: _S.ENDED, _A.LAPSE: _S.ENDED},
    _S.ENDED: {},
}


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """A restriction, opened: whoever reads it may."""

    restriction_id: str
    account_id: str
    user_id: str
    ground: str
    state: RestrictionState
    words: str
    asked_at: datetime
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str
    ends_at: datetime | None
    ended_at: datetime | None


class NoRestriction(NotFound):
    """There is no such restriction."""

    code = "restrictions.not_found"


class RestrictedAlready(Conflict):
    """Your data are restricted already."""

    code = "restrictions.known"


class BadRestrictionStep(Conflict):
    """The restriction is not at a point where that can be done."""

    code = "restrictions.bad_step"


def next_state(state: RestrictionState, act: RestrictionAct) -> RestrictionState:
    """Return where an act leads from a state. Raises ``BadRestrictionStep``."""
    return next_in(PROCEDURE, state, act, BadRestrictionStep, "A restriction")


def check_ground(ground: str) -> Ground:
    """Return a ground by its name. Raises ``Invalid``."""
    try:
        return Ground(ground)
    except ValueError:
        words = ", ".join(one.value for one in Ground)
        raise Invalid(f"ground must be one of {words}.") from None


def check_words(words: str) -> str:
    """Return words without their margins. Raises ``Invalid`` for none, and for too many."""
    text = words.strip()
    if not 0 < len(text) <= WORDS_LETTERS_MAX:
        raise Invalid(f"Say it in 1 to {WORDS_LETTERS_MAX} letters.")
    return text
