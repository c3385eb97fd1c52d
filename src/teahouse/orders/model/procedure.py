"""The life of an order as a table: states × acts → the next state, and who may.

Rule 1: what the table does not have is refused. Rule 2: nothing takes effect before two persons have
acknowledged it. Rule 3: the clock only begins what was acknowledged, and ends what has an end.
"""

import enum

from teahouse.errors import Conflict
from teahouse.steps import next_in


class OrderState(enum.Enum):
    """Where an order stands. The names are stored and told."""

    RECEIVED = "received"
    CHECKED = "checked"  # somebody has seen what it touches, and what less would do
    SEEN = "seen"  # one person has acknowledged it
    ACKNOWLEDGED = "acknowledged"  # two have; it waits for its time
    IN_FORCE = "in_force"
    CONTESTED = "contested"  # before a court or the authority; it is carried out meanwhile
    DECLINED = "declined"  # not carried out, with the reason why
    LIFTED = "lifted"  # whoever gave it took it back
    COMPLIED = "complied"  # what it asked for is done, and nothing need be kept up
    EXPIRED = "expired"  # it had an end


class OrderAct(enum.Enum):
    """What is done with an order. The names are stored and told."""

    CHECK = "check"
    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    BEGIN = "begin"
    CONTEST = "contest"
    DECLINE = "decline"
    LIFT = "lift"
    COMPLY = "comply"
    EXPIRE = "expire"


class BadOrderStep(Conflict):
    """The order is not at a point where that can be done."""

    code = "orders.bad_step"


_S, _A = OrderState, OrderAct
BY_CLOCK = frozenset({_A.BEGIN, _A.EXPIRE})
PROCEDURE: dict[OrderState, dict[OrderAct, OrderState]] = {
    _S.RECEIVED: {_A.CHECK: _S.CHECKED, _A.DECLINE: _S.DECLINED, _A.LIFT: _S.LIFTED},
    _S.CHECKED: {
        _A.CHECK: _S.CHECKED,
        _A.ACKNOWLEDGE: _S.SEEN,
        _A.DECLINE: _S.DECLINED,
        _A.LIFT: _S.LIFTED,
    },
    _S.SEEN: {
        _A.CHECK: _S.CHECKED,  # looked at again: it is acknowledged anew
        _A.CONFIRM: _S.ACKNOWLEDGED,
        _A.DECLINE: _S.DECLINED,
        _A.LIFT: _S.LIFTED,
    },
    _S.ACKNOWLEDGED: {_A.BEGIN: _S.IN_FORCE, _A.LIFT: _S.LIFTED, _A.EXPIRE: _S.EXPIRED},
    _S.IN_FORCE: {
        _A.CONTEST: _S.CONTESTED,
        _A.LIFT: _S.LIFTED,
        _A.COMPLY: _S.COMPLIED,
        _A.EXPIRE: _S.EXPIRED,
    },
    _S.CONTESTED: {_A.LIFT: _S.LIFTED, _A.COMPLY: _S.COMPLIED, _A.EXPIRE: _S.EXPIRED},
    _S.DECLINED: {},
    _S.LIFTED: {},
    _S.COMPLIED: {},
    _S.EXPIRED: {},
}
# In these an order is carried out, from its time on until its end.
BINDING = (_S.ACKNOWLEDGED, _S.IN_FORCE, _S.CONTESTED)
OVER = tuple(state for state, acts in PROCEDURE.items() if not acts)


def next_state(state: OrderState, act: OrderAct) -> OrderState:
    """Return where an act leads from a state. Raises ``BadOrderStep``."""
    return next_in(PROCEDURE, state, act, BadOrderStep, "An order")


def acts_of(state: OrderState) -> list[OrderAct]:
    """Return what people may do next."""
    return [act for act in PROCEDURE[state] if act not in BY_CLOCK]
