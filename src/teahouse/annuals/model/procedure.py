"""A yearly report's life as a table. What the table does not have is refused."""

import enum

from teahouse.errors import Conflict
from teahouse.steps import next_in


class AnnualState(enum.Enum):
    """Where a report stands. The names are stored and told."""

    DRAFT = "draft"
    ASKED = "asked"  # somebody else is to publish it
    PUBLISHED = "published"
    REPLACED = "replaced"  # by a later one of the same year; still to be read
    WITHDRAWN = "withdrawn"  # before it was published


class AnnualAct(enum.Enum):
    """What is done with a report. The names are stored and told."""

    ASK = "ask"
    RETURN = "return"
    PUBLISH = "publish"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


class BadAnnualStep(Conflict):
    """The report is not at a point where that can be done."""

    code = "annuals.bad_step"


_S, _A = AnnualState, AnnualAct
PROCEDURE: dict[AnnualState, dict[AnnualAct, AnnualState]] = {
    _S.DRAFT: {_A.ASK: _S.ASKED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.ASKED: {_A.RETURN: _S.DRAFT, _A.PUBLISH: _S.PUBLISHED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.PUBLISHED: {_A.REPLACE: _S.REPLACED},
    _S.REPLACED: {},
    _S.WITHDRAWN: {},
}
OF_THE_HOUSE = (_A.REPLACE,)
PUBLIC = (_S.PUBLISHED, _S.REPLACED)


def next_state(state: AnnualState, act: AnnualAct) -> AnnualState:
    """Return where an act leads from a state. Raises ``BadAnnualStep``."""
    return next_in(PROCEDURE, state, act, BadAnnualStep, "A report")


def acts_of(state: AnnualState) -> list[AnnualAct]:
    """Return what operators may do next."""
    return [act for act in PROCEDURE[state] if act not in OF_THE_HOUSE]
