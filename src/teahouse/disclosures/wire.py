"""The register as operators see it, and what is published of it."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.disclosures.model import Disclosure, YearFigures, acts_of, needs_approval
from teahouse.gate.model.policies import LegalBasis


class DisclosureFiguresWire(msgspec.Struct, frozen=True):
    """How often authorities asked for data, by year and country."""

    years: list[YearFigures]


class ProposalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be given, of how many accounts, and by whose approval where one is needed."""

    given: str
    accounts: int
    approval: str = ""


class DisclosureReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why nothing is given."""

    reason: str


class DisclosureRecordedWire(msgspec.Struct, frozen=True):
    """A request that was written down."""

    request_id: str


class DisclosureWire(msgspec.Struct, frozen=True, kw_only=True):
    """A request; ``may`` is what comes next."""

    request_id: str
    authority: str
    authority_country: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    region: str
    asked: str
    accounts_asked: int
    received_at: datetime
    approval: str
    state: str
    given: str
    accounts_given: int
    reason: str
    recorded_by: str
    first_by: str | None
    second_by: str | None
    decided_at: datetime | None
    needs_approval: bool
    may: list[str]


class DisclosuresWire(msgspec.Struct, frozen=True):
    """The register, the newest first."""

    requests: list[DisclosureWire]


def disclosures_wire(found: list[Disclosure]) -> DisclosuresWire:
    """Return the register for operators."""
    return DisclosuresWire([_wire(one) for one in found])


def _wire(one: Disclosure) -> DisclosureWire:
    told: dict[str, Any] = msgspec.structs.asdict(one)
    told["state"] = one.state.value
    told["needs_approval"] = needs_approval(one.region, one.authority_country)
    return DisclosureWire(**told, may=[act.value for act in acts_of(one.state)])
