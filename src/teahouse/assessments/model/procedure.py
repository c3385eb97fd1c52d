"""An assessment's life as a table. What the table does not have is refused."""

import enum

from teahouse.errors import Conflict
from teahouse.steps import next_in


class AssessmentState(enum.Enum):
    """Where an assessment stands. The names are stored and told."""

    DRAFT = "draft"
    ASKED = "asked"  # somebody else is to look at it
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"  # its day went by
    SUPERSEDED = "superseded"  # what it was about has changed
    WITHDRAWN = "withdrawn"


class AssessmentAct(enum.Enum):
    """What is done with an assessment. The names are stored and told."""

    ASK = "ask"
    RETURN = "return"  # to whoever wrote it
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"


class BadAssessmentStep(Conflict):
    """The assessment is not at a point where that can be done."""

    code = "assessments.bad_step"


_S, _A = AssessmentState, AssessmentAct
PROCEDURE: dict[AssessmentState, dict[AssessmentAct, AssessmentState]] = {
    _S.DRAFT: {_A.ASK: _S.ASKED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.ASKED: {
        _A.RETURN: _S.DRAFT,
        _A.APPROVE: _S.APPROVED,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
    },
    _S.APPROVED: {
        _A.WITHDRAW: _S.WITHDRAWN,
        _A.EXPIRE: _S.EXPIRED,
        _A.SUPERSEDE: _S.SUPERSEDED,
    },
    _S.REFUSED: {},
    _S.EXPIRED: {},
    _S.SUPERSEDED: {},
    _S.WITHDRAWN: {},
}
# Its end, from which on it is kept for as long as the law asks.
ENDS = tuple(state for state, acts in PROCEDURE.items() if not acts)
# What only the house does, by the clock and the register of purposes.
OF_THE_HOUSE = (_A.EXPIRE, _A.SUPERSEDE)
# What somebody else than its author does.
OF_ANOTHER = (_A.APPROVE, _A.REFUSE, _A.RETURN)


def next_state(state: AssessmentState, act: AssessmentAct) -> AssessmentState:
    """Return where an act leads from a state. Raises ``BadAssessmentStep``."""
    return next_in(PROCEDURE, state, act, BadAssessmentStep, "An assessment")


def acts_of(state: AssessmentState) -> list[AssessmentAct]:
    """Return what operators may do next."""
    return [act for act in PROCEDURE[state] if act not in OF_THE_HOUSE]
