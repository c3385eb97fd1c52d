"""Listings as operators and everybody see them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both, LegalBasis
from teahouse.listings.model import PROCEDURE, Hold, Listing, ListingState, ListingStep


class ListingsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of apps, as ``csv`` or ``json``; a dry run keeps nothing."""

    form: str
    text: str
    dry_run: bool = False


class ListingsActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``list`` or ``wait``, of some listings."""

    listing_ids: list[str]
    act: str
    words: str


class RemovalBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which are removed, by what: ``order``, ``finding`` or ``store``.

    An order has its own reason and legal basis; the others are said here.
    """

    listing_ids: list[str]
    kind: str
    words: str
    by_id: str = ""
    reason: Both = Both()
    legal_basis: tuple[LegalBasis, ...] = ()


class LetGoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which are let go, by what they were held."""

    listing_ids: list[str]
    kind: str
    words: str
    by_id: str = ""


class TakenListingsWire(msgspec.Struct, frozen=True):
    """How many of a list are new, and how many were there."""

    new: int
    known: int


class ListingHoldWire(msgspec.Struct, frozen=True):
    """What keeps a listing removed."""

    kind: str
    by_id: str
    reason: Both
    legal_basis: list[LegalBasis]
    since: datetime


class ListingWire(msgspec.Struct, frozen=True, kw_only=True):
    """An app in a channel: ``pending``, ``listed`` or ``removed``; ``may`` is what can be done."""

    listing_id: str
    app: str
    name: str
    version: str
    channel: str
    store: str
    url: str
    state: str
    since: datetime
    holds: list[ListingHoldWire]
    may: list[str]


class ListingsWire(msgspec.Struct, frozen=True):
    """Listings, by the apps' names."""

    listings: list[ListingWire]


class ListingStepWire(msgspec.Struct, frozen=True):
    """Something that was done about a listing."""

    act: str
    state: str
    actor: str
    words: str
    at: datetime


class ListingDetailWire(msgspec.Struct, frozen=True):
    """A listing with what was done about it."""

    listing: ListingWire
    steps: list[ListingStepWire]


class AppNoticeWire(msgspec.Struct, frozen=True):
    """Why an app cannot be had anew, by which law, and since when."""

    reason: Both
    legal_basis: list[LegalBasis]
    since: datetime


class PublicListingWire(msgspec.Struct, frozen=True):
    """An app in a channel, for everybody; ``download`` is null for what cannot be had now."""

    name: str
    version: str
    channel: str
    store: str
    state: str
    since: datetime
    download: str | None
    notices: list[AppNoticeWire]


class PublicListingsWire(msgspec.Struct, frozen=True):
    """The apps of the house. Whoever has one goes on with it, whatever stands here."""

    apps: list[PublicListingWire]


def listing_wire(one: Listing, holds: Sequence[Hold]) -> ListingWire:
    """Return a listing for operators."""
    told = [
        ListingHoldWire(
            each.kind.value, each.by_id, each.reason, list(each.legal_basis), each.since
        )
        for each in holds
    ]
    return ListingWire(
        listing_id=one.listing_id,
        app=one.app,
        name=one.name,
        version=one.version,
        channel=one.channel,
        store=one.store,
        url=one.url,
        state=one.state.value,
        since=one.since,
        holds=told,
        may=[act.value for act in PROCEDURE[one.state]],
    )


def listing_steps(steps: Sequence[ListingStep]) -> list[ListingStepWire]:
    """Return what was done."""
    return [ListingStepWire(**msgspec.structs.asdict(one)) for one in steps]


def public_wire(one: Listing, holds: Sequence[Hold], download: str) -> PublicListingWire:
    """Return a listing for everybody: no order and nobody who worked at it is named."""
    there = one.state is ListingState.LISTED
    notices = [AppNoticeWire(each.reason, list(each.legal_basis), each.since) for each in holds]
    return PublicListingWire(
        one.name,
        one.version,
        one.channel,
        one.store,
        one.state.value,
        one.since,
        download if there else None,
        notices,
    )
