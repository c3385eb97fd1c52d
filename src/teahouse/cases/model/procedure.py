"""The procedure as a table: states × acts → the next state, who may, and what an act needs.

Rule 1: what the table does not have is refused. Rule 2: an act of an operator that touches somebody
needs a statement. Rule 3: only deadlines act by themselves, and they sanction nobody.
Rule 4: without an order that was not met only an emergency suspends, and only until another operator
has looked; when nobody does in time, it ends.
"""

import enum

import msgspec

from teahouse.errors import Conflict
from teahouse.steps import next_in


class State(enum.Enum):
    """Where a case stands. The names are stored and told."""

    REPORTED = "reported"
    VERIFIED = "verified"  # a person has seen the evidence, and it breaks a rule
    ORDERED = "ordered"  # its author is to delete it, by a deadline
    CONTESTED = "contested"  # its author says that the order is wrong: hidden, and the clock stands
    HALTED = "halted"  # at once, without an order, until another operator has looked
    COMPLIED = "complied"
    UNMET = "unmet"  # the deadline went by
    RESTRICTED = "restricted"  # its author may read, and not speak
    SUSPENDED = "suspended"
    BANNED = "banned"  # for good
    DISMISSED = "dismissed"
    OVERTURNED = "overturned"  # by an appeal


class Act(enum.Enum):
    """What is done in a case. The names are stored and told."""

    VERIFY = "verify"
    DISMISS = "dismiss"
    ORDER = "order"
    COMPLY = "comply"
    CONTEST = "contest"
    CONFIRM = "confirm"  # what was contested, or done at once, stands: somebody else has looked
    HALT = "halt"  # suspend at once: an emergency
    RELEASE = "release"  # it was none
    EXPIRE = "expire"  # nobody has looked in time
    LAPSE = "lapse"  # the deadline goes by
    RESTRICT = "restrict"
    SUSPEND = "suspend"
    BAN = "ban"
    OVERTURN = "overturn"


class Who(enum.Enum):
    """Who may do an act."""

    OPERATOR = "operator"
    AUTHOR = "author"
    HOUSE = "house"  # nobody: the clock
    REVIEWER = "reviewer"  # an operator who has decided nothing in the case


class Needs(msgspec.Struct, frozen=True):
    """Who may do an act, and what it does not happen without."""

    who: Who
    statement: bool = False  # rule, facts, decider, redress, materials
    evidence: bool = False  # what the case is about was kept when it was reported
    record: bool = False  # upheld violations and an unmet order, of the same author
    second: bool = False  # two operators


class BadStep(Conflict):
    """The case is not at a point where that can be done."""

    code = "cases.bad_step"


ACTS: dict[Act, Needs] = {
    Act.VERIFY: Needs(Who.OPERATOR, statement=True, evidence=True),
    Act.DISMISS: Needs(Who.OPERATOR),
    Act.ORDER: Needs(Who.OPERATOR, statement=True, evidence=True),
    Act.COMPLY: Needs(Who.AUTHOR),
    Act.CONTEST: Needs(Who.AUTHOR),
    Act.CONFIRM: Needs(Who.REVIEWER, statement=True),
    Act.LAPSE: Needs(Who.HOUSE),
    Act.HALT: Needs(Who.OPERATOR, statement=True, evidence=True),
    Act.RELEASE: Needs(Who.OPERATOR),
    Act.EXPIRE: Needs(Who.HOUSE),
    Act.RESTRICT: Needs(Who.OPERATOR, statement=True),
    Act.SUSPEND: Needs(Who.OPERATOR, statement=True),
    Act.BAN: Needs(Who.OPERATOR, statement=True, record=True, second=True),
    Act.OVERTURN: Needs(Who.REVIEWER),
}

PROCEDURE: dict[State, dict[Act, State]] = {
    State.REPORTED: {
        Act.VERIFY: State.VERIFIED,
        Act.HALT: State.HALTED,
        Act.DISMISS: State.DISMISSED,
    },
    State.VERIFIED: {
        Act.ORDER: State.ORDERED,
        Act.HALT: State.HALTED,
        Act.DISMISS: State.DISMISSED,
    },
    State.ORDERED: {
        Act.COMPLY: State.COMPLIED,
        Act.CONTEST: State.CONTESTED,
        Act.LAPSE: State.UNMET,
        Act.HALT: State.HALTED,
        Act.DISMISS: State.DISMISSED,
    },
    State.CONTESTED: {
        Act.CONFIRM: State.ORDERED,
        Act.HALT: State.HALTED,
        Act.DISMISS: State.DISMISSED,
    },
    State.HALTED: {
        Act.CONFIRM: State.SUSPENDED,
        Act.RELEASE: State.REPORTED,
        Act.EXPIRE: State.REPORTED,
        Act.DISMISS: State.DISMISSED,
    },
    State.COMPLIED: {Act.OVERTURN: State.OVERTURNED},
    State.UNMET: {Act.RESTRICT: State.RESTRICTED, Act.OVERTURN: State.OVERTURNED},
    State.RESTRICTED: {Act.SUSPEND: State.SUSPENDED, Act.OVERTURN: State.OVERTURNED},
    State.SUSPENDED: {Act.BAN: State.BANNED, Act.OVERTURN: State.OVERTURNED},
    State.BANNED: {Act.OVERTURN: State.OVERTURNED},
    State.DISMISSED: {},
    State.OVERTURNED: {},
}

UNDECIDED = (
    State.REPORTED, State.VERIFIED, State.ORDERED, State.CONTESTED, State.HALTED,
)  # fmt: skip
# In these a violation is established, unless an appeal overturns it.
ESTABLISHED = (
    State.COMPLIED, State.UNMET, State.RESTRICTED, State.SUSPENDED, State.BANNED,
)  # fmt: skip
SANCTIONED = (State.RESTRICTED, State.SUSPENDED, State.BANNED)
SHUT = (State.HALTED, State.SUSPENDED, State.BANNED)
CLEARED = (State.DISMISSED, State.OVERTURNED)
# In these nobody but operators reads what the case is about.
HIDDEN = (State.CONTESTED, State.HALTED, *ESTABLISHED)
# What a case's author is told of begins with the order: a report alone is nobody's business.
TOLD = (State.ORDERED, State.CONTESTED, State.HALTED, *ESTABLISHED, State.OVERTURNED)


def next_state(state: State, act: Act) -> State:
    """Return where an act leads from a state. Raises ``BadStep``."""
    return next_in(PROCEDURE, state, act, BadStep, "A case")


def acts_of(state: State, *who: Who) -> list[Act]:
    """Return what some may do next."""
    return [act for act in PROCEDURE[state] if ACTS[act].who in who]
