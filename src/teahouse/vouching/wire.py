"""Vouches as members see them."""

from datetime import datetime

import msgspec

from teahouse.vouching.model import Allowed, Vouch


class VouchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long a friend's way in is to be good."""

    minutes: int


class VouchWire(msgspec.Struct, frozen=True):
    """A vouch: that a friend joined is told, and not who."""

    vouch_id: str
    created_at: datetime
    expires_at: datetime
    state: str  # "open", "joined", "expired", "taken_back"


class GivenWire(msgspec.Struct, frozen=True):
    """A friend's way in: a code, a link that holds it, and its picture. Shown this once."""

    vouch: VouchWire
    token: str
    link: str
    qr_svg: str


class VouchingWire(msgspec.Struct, frozen=True):
    """Whether one may vouch now, why not, and the vouches one gave."""

    left: int
    hindrance: str | None
    until: datetime | None
    vouches: list[VouchWire]


class BarWire(msgspec.Struct, frozen=True):
    """Until when somebody may not vouch because of a friend; none: they may."""

    until: datetime | None


class LiftBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody may vouch again."""

    reason: str


def vouch_wire(vouch: Vouch, now: datetime) -> VouchWire:
    """Return a vouch as its giver sees it."""
    state = "open" if vouch.expires_at > now else "expired"
    if vouch.revoked_at is not None:
        state = "taken_back"
    if vouch.joined_at is not None:
        state = "joined"
    return VouchWire(vouch.vouch_id, vouch.created_at, vouch.expires_at, state)


def vouching_wire(may: Allowed, vouches: list[Vouch], now: datetime) -> VouchingWire:
    """Return how somebody's vouching stands."""
    return VouchingWire(
        may.left,
        may.hindrance.value if may.hindrance else None,
        may.until,
        [vouch_wire(one, now) for one in vouches],
    )
