"""Wishes and claims as people and operators see them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.legacies.model import Claim, Wish


class LegacyNameBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Naming a legacy contact by their user id, with some of ``copy``, ``memorial``, ``erase``."""

    contact: str
    may: list[str]


class LegacyAnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a contact says to whoever has named them: ``confirm`` or ``decline``."""

    user_id: str
    act: str


class LegacyClaimBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim about an account; ``words`` say who asks, and which papers they have shown."""

    user_id: str
    wants: list[str]
    words: str


class LegacyRefusalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a claim is refused."""

    reason: str


class LegacyWishWire(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants: by whom, and what; nobody's ``contact`` is empty."""

    user_id: str
    state: str
    contact: str
    may: list[str]
    said_at: datetime
    answered_at: datetime | None


class LegacyClaimWire(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as who filed it sees it; ``copy_id`` names the copy while it can be taken."""

    claim_id: str
    user_id: str
    wants: list[str]
    words: str
    state: str
    filed_at: datetime
    until_at: datetime | None
    copy_id: str
    reason: str


class LegacyWire(msgspec.Struct, frozen=True):
    """The caller's wish, who has named the caller, and the caller's claims."""

    wish: LegacyWishWire | None
    named_by: list[LegacyWishWire]
    claims: list[LegacyClaimWire]


class OperatorClaimWire(msgspec.Struct, frozen=True, kw_only=True):
    """A claim for operators; ``family`` is filed for them by an operator."""

    claim: LegacyClaimWire
    account_id: str
    family: bool
    filed_by: str
    first_by: str
    second_by: str


class OperatorClaimsWire(msgspec.Struct, frozen=True):
    """Claims: those that are open, then the newest first."""

    claims: list[OperatorClaimWire]


def legacy_wire(wish: Wish | None, named_by: Iterable[Wish], claims: Iterable[Claim]) -> LegacyWire:
    """Return what an account has to do with legacies."""
    return LegacyWire(
        None if wish is None else wish_wire(wish),
        [wish_wire(one) for one in named_by],
        [claim_wire(one) for one in claims],
    )


def wish_wire(wish: Wish) -> LegacyWishWire:
    """Return a wish."""
    return LegacyWishWire(
        user_id=wish.user_id,
        state=wish.state.value,
        contact=wish.contact_user,
        may=list(wish.may),
        said_at=wish.said_at,
        answered_at=wish.answered_at,
    )


def claim_wire(claim: Claim) -> LegacyClaimWire:
    """Return a claim as who filed it sees it."""
    return LegacyClaimWire(
        claim_id=claim.claim_id,
        user_id=claim.user_id,
        wants=list(claim.wants),
        words=claim.words,
        state=claim.state.value,
        filed_at=claim.filed_at,
        until_at=claim.until_at,
        copy_id=claim.export_id if claim.state.value == "giving" else "",
        reason=claim.reason,
    )


def operator_claim_wire(claim: Claim) -> OperatorClaimWire:
    """Return a claim for operators."""
    return OperatorClaimWire(
        claim=claim_wire(claim),
        account_id=claim.account_id,
        family=not claim.claimant_id,
        filed_by=claim.filed_by,
        first_by=claim.first_by,
        second_by=claim.second_by,
    )
