"""A claim, as a table: what may follow on what, and who may do it.

Rule 1: what the table does not have is refused. Rule 2: nothing is decided before it was checked.
Rule 3: an appeal is decided by another operator than the first, and there is one.
"""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Kind, Refused
from teahouse.steps import next_in

WORDS_LETTERS_MAX = 2000
REFERENCE_LETTERS_MAX = 200
CLAIMS_OPEN_MAX = 20  # of one guardian
PAGE_MAX = 200
LATE_AT_ONCE_MAX = 100
APPEAL_LIFE = timedelta(days=30)
KEPT = timedelta(days=365)  # after it is over


class State(enum.Enum):
    """Where a claim stands. The names are stored and told."""

    ASKED = "asked"
    CHECKING = "checking"  # an operator looks at the evidence
    UPHELD = "upheld"  # to be paid back
    REFUSED = "refused"
    APPEALED = "appealed"
    PAID = "paid"
    CLOSED = "closed"  # refused on appeal
    WITHDRAWN = "withdrawn"


class Act(enum.Enum):
    """What is done about a claim. The names are stored and told."""

    CHECK = "check"
    UPHOLD = "uphold"
    REFUSE = "refuse"
    PAY = "pay"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"


PROCEDURE: dict[State, dict[Act, State]] = {
    State.ASKED: {Act.CHECK: State.CHECKING, Act.WITHDRAW: State.WITHDRAWN},
    State.CHECKING: {
        Act.UPHOLD: State.UPHELD,
        Act.REFUSE: State.REFUSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.UPHELD: {Act.PAY: State.PAID},
    State.REFUSED: {Act.APPEAL: State.APPEALED},
    State.APPEALED: {
        Act.UPHOLD: State.UPHELD,
        Act.REFUSE: State.CLOSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.PAID: {},
    State.CLOSED: {},
    State.WITHDRAWN: {},
}
OF_GUARDIANS = (Act.APPEAL, Act.WITHDRAW)
OF_OPERATORS = tuple(act for act in Act if act not in OF_GUARDIANS)
# In these the house owes an answer, by the working days.
PENDING = (State.ASKED, State.CHECKING, State.APPEALED)
OVER = (State.PAID, State.REFUSED, State.CLOSED, State.WITHDRAWN)


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked back. ``due_at``: the end of the working days in which it is answered."""

    refund_id: str
    guardian_id: str
    child_id: str
    reservation_id: str
    amount_minor: int
    currency: str
    spent_at: datetime
    state: State
    decided_by: str
    reference: str
    asked_at: datetime
    due_at: datetime
    moved_at: datetime


class Words(msgspec.Struct, frozen=True):
    """What was said: by the guardian, by who decided, and the same of the appeal."""

    words: str
    reason: str | None = None
    appeal_words: str | None = None
    appeal_reason: str | None = None


class NoSuchRefund(Refused):
    """There is no such claim, or it is not yours."""

    code = "refunds.no_refund"
    kind = Kind.NOT_FOUND


class NoSuchSpending(Refused):
    """This minor has spent nothing under that reference, as far as it is still kept."""

    code = "refunds.no_spending"
    kind = Kind.NOT_FOUND


class AskedAlready(Refused):
    """This spending was asked back already."""

    code = "refunds.asked_already"
    kind = Kind.CONFLICT


class TooManyClaims(Refused):
    """That is as many claims as can wait at once."""

    code = "refunds.too_many"
    kind = Kind.CONFLICT


class BadRefundStep(Conflict):
    """The claim is not at a point where that can be done."""

    code = "refunds.bad_step"


class AppealTooLate(Refused):
    """A refusal is appealed within thirty days."""

    code = "refunds.too_late"
    kind = Kind.CONFLICT


class SameRefundDecider(Refused):
    """An appeal is decided by somebody who did not decide before."""

    code = "refunds.same_decider"
    kind = Kind.FORBIDDEN


class BadRefundWords(Refused):
    """Say it in words: from 1 letter to 2,000; a reference has at most 200."""

    code = "refunds.bad_words"
    kind = Kind.INVALID


def next_state(state: State, act: Act) -> State:
    """Return where an act leads. Raises ``BadRefundStep``."""
    return next_in(PROCEDURE, state, act, BadRefundStep, "A claim")


def may_follow(state: State, acts: tuple[Act, ...]) -> list[Act]:
    """Return which of some acts may follow."""
    return [act for act in PROCEDURE[state] if act in acts]


def check_words(words: str, letters_max: int = WORDS_LETTERS_MAX) -> str:
    """Return words without their margins. Raises ``BadRefundWords``."""
    text = words.strip()
    if not 0 < len(text) <= letters_max:
        raise BadRefundWords
    return text


def check_decider(claim: Claim, act: Act, actor: str) -> None:
    """Refuse with ``SameRefundDecider`` who decided before, and decides the appeal."""
    decides = act in (Act.UPHOLD, Act.REFUSE)
    if decides and claim.state is State.APPEALED and claim.decided_by == actor:
        raise SameRefundDecider


def check_appeal(claim: Claim, at: datetime) -> None:
    """Refuse with ``AppealTooLate`` an appeal of a refusal of long ago."""
    if claim.state is State.REFUSED and at > claim.moved_at + APPEAL_LIFE:
        raise AppealTooLate


def act_named(name: str, acts: tuple[Act, ...]) -> Act:
    """Return one of some acts by its name. Raises ``BadRefundStep``."""
    for act in acts:
        if act.value == name:
            return act
    raise BadRefundStep(f"There is no step {name!r}.")
