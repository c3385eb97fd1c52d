"""Restrictions as their person and operators see them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.restrictions.model import Restriction, RestrictionState


class RestrictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Restricting one's data, with the policy that was shown."""

    ground: str
    words: str
    policy_version: str
    lang: str = "en"


class ReasonsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a restriction ends, or goes on."""

    reasons: str


class RestrictionWire(msgspec.Struct, frozen=True, kw_only=True):
    """A restriction; ``answer`` has the reasons of the last decision, which ends it at ``ends_at``."""

    restriction_id: str
    ground: str
    state: str
    words: str
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None
    answer: str
    ends_at: datetime | None
    ended_at: datetime | None


class RestrictionsWire(msgspec.Struct, frozen=True):
    """The caller's restrictions, the newest first."""

    restrictions: list[RestrictionWire]


class OperatorRestrictionWire(msgspec.Struct, frozen=True, kw_only=True):
    """A restriction for operators, and whose it is."""

    account_id: str
    user_id: str
    restriction: RestrictionWire
    overdue: bool


class OperatorRestrictionsWire(msgspec.Struct, frozen=True):
    """Restrictions that have not ended, by the day by which they are to be looked at."""

    restrictions: list[OperatorRestrictionWire]


def own_wire(found: Iterable[Restriction]) -> RestrictionsWire:
    """Return restrictions for their person."""
    return RestrictionsWire([restriction_wire(one) for one in found])


def operator_wire(one: Restriction, now: datetime) -> OperatorRestrictionWire:
    """Return a restriction for operators."""
    return OperatorRestrictionWire(
        account_id=one.account_id,
        user_id=one.user_id,
        restriction=restriction_wire(one),
        overdue=one.state is RestrictionState.IN_FORCE
        and one.decided_at is None
        and one.due_at <= now,
    )


def restriction_wire(one: Restriction) -> RestrictionWire:
    """Return a restriction as its person sees it."""
    return RestrictionWire(
        restriction_id=one.restriction_id,
        ground=one.ground,
        state=one.state.value,
        words=one.words,
        asked_at=one.asked_at,
        due_at=one.due_at,
        decided_at=one.decided_at,
        answer=one.answer,
        ends_at=one.ends_at,
        ended_at=one.ended_at,
    )
