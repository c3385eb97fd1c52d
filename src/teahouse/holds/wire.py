"""Holds as operators and inspectors see them: what is held by its address, never what it says."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import LegalBasis
from teahouse.holds.model.handing import Handing, acts_of_handing
from teahouse.holds.model.hold import Hold, acts_of
from teahouse.holds.service.deciding import Shown


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


class HandingActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: ``agree``, or ``refuse`` with a reason."""

    act: str
    reason: str = ""


class HandingWire(msgspec.Struct, frozen=True, kw_only=True):
    """A handing; ``sha256`` is of the archive that was made last, ``may`` is what comes next."""

    handing_id: str
    state: str
    reference: str
    reason: str
    recipient: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    end_reason: str
    taken_at: datetime | None
    sha256: str
    may: list[str]


class HoldWire(msgspec.Struct, frozen=True, kw_only=True):
    """A hold; ``kept_count`` messages were taken back since, ``values_count`` values changed.

    ``may`` is what comes next.
    """

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
    values_count: int
    covers_content: bool
    handings: list[HandingWire]
    may: list[str]


class HoldsWire(msgspec.Struct, frozen=True):
    """Holds: those that have not ended, then the newest first."""

    holds: list[HoldWire]


def handing_wire(one: Handing, hold: Hold, now: datetime) -> HandingWire:
    """Return a handing for operators."""
    told: dict[str, Any] = msgspec.structs.asdict(one) | {"state": one.state.value}
    del told["hold_id"]
    return HandingWire(**told, may=[act.value for act in acts_of_handing(one, hold, now)])


def hold_wire(shown: Shown, now: datetime) -> HoldWire:
    """Return a hold for operators."""
    hold = shown.hold
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
        kept_count=shown.kept_count,
        values_count=shown.values_count,
        covers_content=hold.covers_content,
        handings=[handing_wire(one, hold, now) for one in shown.handings],
        may=[act.value for act in acts_of(hold.state)],
    )


def holds_wire(found: Iterable[Shown], now: datetime) -> HoldsWire:
    """Return holds for operators."""
    return HoldsWire([hold_wire(one, now) for one in found])
