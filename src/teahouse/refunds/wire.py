"""Claims on our own API."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.minors.model.spending import Booked
from teahouse.refunds.model import OF_GUARDIANS, OF_OPERATORS, Act, may_follow
from teahouse.refunds.service import Listed, Whole


class RefundAskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of a ward's spendings is asked back, why, and the proof that it is the guardian."""

    reservation_id: str
    words: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class RefundWordsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said with a step: reasons, or of a payment its reference."""

    words: str = ""


class SpendingWire(msgspec.Struct, frozen=True):
    """One payment of a ward that still counts."""

    reservation_id: str
    amount_minor: int
    currency: str
    made_at: datetime


class SpendingsWire(msgspec.Struct, frozen=True):
    """A ward's payments, the newest first."""

    spending: list[SpendingWire]


class RefundWire(msgspec.Struct, frozen=True, kw_only=True):
    """A claim. ``due_at``: when it is answered at the latest; ``acts``: what one may do now."""

    refund_id: str
    guardian: str
    child: str
    reservation_id: str
    amount_minor: int
    currency: str
    spent_at: datetime
    state: str
    asked_at: datetime
    due_at: datetime
    late: bool
    words: str
    reason: str | None
    appeal_words: str | None
    appeal_reason: str | None
    reference: str
    acts: list[str]


class RefundsWire(msgspec.Struct, frozen=True):
    """Claims."""

    refunds: list[RefundWire]


class RefundLineWire(msgspec.Struct, frozen=True, kw_only=True):
    """A claim in a list for operators: without what anybody said of it."""

    refund_id: str
    guardian: str
    child: str
    reservation_id: str
    amount_minor: int
    currency: str
    spent_at: datetime
    state: str
    asked_at: datetime
    due_at: datetime
    late: bool
    reference: str
    acts: list[str]


class RefundLinesWire(msgspec.Struct, frozen=True):
    """Claims in a list for operators."""

    refunds: list[RefundLineWire]


class RefundCaseWire(msgspec.Struct, frozen=True):
    """A claim as operators decide it: with the band of ages that the child counts as today."""

    refund: RefundWire
    child_id: str
    at_least: int | None


def spendings_wire(booked: Sequence[Booked]) -> SpendingsWire:
    """Return payments."""
    return SpendingsWire(
        [
            SpendingWire(spent.reservation_id, spent.amount_minor, spent.currency, one.made_at)
            for one in booked
            for spent in [one.reservation]
        ]
    )


def own_wire(whole: Whole) -> RefundWire:
    """Return a claim as its guardian sees it."""
    return _wire(whole, OF_GUARDIANS)


def line_wire(listed: Listed) -> RefundLineWire:
    """Return a claim for a list."""
    claim = listed.claim
    return RefundLineWire(
        refund_id=claim.refund_id,
        guardian=listed.guardian,
        child=listed.child,
        reservation_id=claim.reservation_id,
        amount_minor=claim.amount_minor,
        currency=claim.currency,
        spent_at=claim.spent_at,
        state=claim.state.value,
        asked_at=claim.asked_at,
        due_at=claim.due_at,
        late=listed.late,
        reference=claim.reference,
        acts=[act.value for act in may_follow(claim.state, OF_OPERATORS)],
    )


def desk_wire(whole: Whole) -> RefundWire:
    """Return a claim as operators see it."""
    return _wire(whole, OF_OPERATORS)


def _wire(whole: Whole, acts: tuple[Act, ...]) -> RefundWire:
    claim, words = whole.claim, whole.words
    return RefundWire(
        refund_id=claim.refund_id,
        guardian=whole.guardian,
        child=whole.child,
        reservation_id=claim.reservation_id,
        amount_minor=claim.amount_minor,
        currency=claim.currency,
        spent_at=claim.spent_at,
        state=claim.state.value,
        asked_at=claim.asked_at,
        due_at=claim.due_at,
        late=whole.late,
        words=words.words,
        reason=words.reason,
        appeal_words=words.appeal_words,
        appeal_reason=words.appeal_reason,
        reference=claim.reference,
        acts=[act.value for act in may_follow(claim.state, acts)],
    )
