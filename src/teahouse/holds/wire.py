"""Holds as operators and inspectors see them: what is held by its address, never what it says."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import LegalBasis
from teahouse.holds.model import Hold, acts_of


class HoldActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: ``agree``, ``refuse`` or ``release``; the last two with a reason."""

    act: str
    reason: str = ""


class HoldRenewBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later end."""

    until_at: Moment


class HeldObjectWire(msgspec.Struct, frozen=True):
    """Something that is held."""

    kind: str
    target: str


class HoldWire(msgspec.Struct, frozen=True, kw_only=True):
    """A hold; ``kept_count`` messages were taken back since, and ``may`` is what comes next."""

    hold_id: str
    asker: str
    requester: str
    reference: str
    legal_basis: list[LegalBasis]
    reason: str
    told: str
    objects: list[HeldObjectWire]
    state: str
    until_at: datetime
    wanted_at: datetime | None
    wanted_by: str
    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    end_reason: str
    kept_count: int
    may: list[str]


class HoldsWire(msgspec.Struct, frozen=True):
    """Holds: those that have not ended, then the newest first."""

    holds: list[HoldWire]


def hold_wire(hold: Hold, kept_count: int) -> HoldWire:
    """Return a hold for operators."""
    return HoldWire(
        hold_id=hold.hold_id,
        asker=hold.asker.value,
        requester=hold.requester,
        reference=hold.reference,
        legal_basis=list(hold.legal_basis),
        reason=hold.reason,
        told=hold.told,
        objects=[HeldObjectWire(one.kind.value, one.target) for one in hold.objects],
        state=hold.state.value,
        until_at=hold.until_at,
        wanted_at=hold.wanted_at,
        wanted_by=hold.wanted_by,
        asked_by=hold.asked_by,
        asked_at=hold.asked_at,
        agreed_by=hold.agreed_by,
        agreed_at=hold.agreed_at,
        ended_by=hold.ended_by,
        ended_at=hold.ended_at,
        end_reason=hold.end_reason,
        kept_count=kept_count,
        may=[act.value for act in acts_of(hold.state)],
    )


def holds_wire(found: Iterable[tuple[Hold, int]]) -> HoldsWire:
    """Return holds for operators."""
    return HoldsWire([hold_wire(*one) for one in found])
