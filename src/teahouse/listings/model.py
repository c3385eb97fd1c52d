"""What a listing is, its life as a table, how a list of them is read, and what is refused. Pure."""

import csv
import enum
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.policies import Both, LegalBasis

LISTED_MAX = 1_000
ROWS_MAX = 500
FILE_BYTES_MAX = 256 * 1024
CELL_LETTERS_MAX = 300
TEXT_LETTERS_MAX = 4_000
BASES_MAX = 10
HOUSE = "system"
CHANNELS = ("store", "download", "pwa")
COLUMNS = ("app", "name", "version", "channel", "store", "url", "state")
NEEDED = ("app", "name", "channel", "url")


class ListingState(enum.Enum):
    """Where a listing stands. The names are stored and told."""

    PENDING = "pending"  # the channel has not put it up yet
    LISTED = "listed"
    REMOVED = "removed"


class ListingAct(enum.Enum):
    """What is done about a listing. The names are stored and told."""

    LIST = "list"
    WAIT = "wait"  # a version is with the channel
    REMOVE = "remove"
    LET_GO = "let_go"  # of one thing that keeps it removed


class HoldKind(enum.Enum):
    """What keeps a listing removed. The names are stored and told."""

    ORDER = "order"
    FINDING = "finding"
    STORE = "store"


class BadListingStep(Conflict):
    """The listing is not at a point where that can be done."""

    code = "listings.bad_step"


class NoSuchListing(NotFound):
    """There is no such listing."""

    code = "listings.not_found"


class BadListings(Refused):
    """The list of apps cannot be read."""

    code = "listings.bad_list"
    kind = Kind.UNPROCESSABLE


class BadRemoval(Refused):
    """A removal says why, in both languages, and by which law."""

    code = "listings.bad_removal"
    kind = Kind.UNPROCESSABLE


class NotHeld(Refused):
    """Nothing of the kind holds the listing."""

    code = "listings.not_held"
    kind = Kind.UNPROCESSABLE


class HoldsStill(Conflict):
    """What keeps the listing removed holds still: it is lifted first."""

    code = "listings.holds_still"


class DoesNotHold(Refused):
    """That order is not in force, or that finding delists nothing."""

    code = "listings.does_not_hold"
    kind = Kind.UNPROCESSABLE


_S, _A = ListingState, ListingAct
PROCEDURE: dict[ListingState, tuple[ListingAct, ...]] = {
    _S.PENDING: (_A.LIST, _A.REMOVE),
    _S.LISTED: (_A.WAIT, _A.REMOVE),
    _S.REMOVED: (_A.REMOVE, _A.LET_GO),
}


class Entry(msgspec.Struct, frozen=True):
    """An app in a channel, as a list has it."""

    app: str
    name: str
    version: str
    channel: str
    store: str
    url: str
    state: ListingState


class Listing(msgspec.Struct, frozen=True):
    """A listing as it stands; ``was`` is what it becomes when nothing holds it."""

    listing_id: str
    app: str
    name: str
    version: str
    channel: str
    store: str
    url: str
    state: ListingState
    was: ListingState
    since: datetime


class Hold(msgspec.Struct, frozen=True):
    """What keeps a listing removed, and what people are told of it."""

    hold_id: str
    listing_id: str
    kind: HoldKind
    by_id: str
    reason: Both
    legal_basis: tuple[LegalBasis, ...]
    since: datetime


class Removal(NamedTuple):
    """By what listings are removed, and what people are told."""

    kind: HoldKind
    by_id: str
    reason: Both
    legal_basis: tuple[LegalBasis, ...]


class ListingStep(msgspec.Struct, frozen=True):
    """Something that was done about a listing."""

    act: str
    state: str
    actor: str
    words: str
    at: datetime


def next_state(one: Listing, act: ListingAct, *, held: bool = False) -> ListingState:
    """Return where an act leads; ``held``: something else keeps it removed.

    Raises ``BadListingStep``.
    """
    if act not in PROCEDURE[one.state]:
        raise BadListingStep(f"A listing that is {one.state.value} has no step {act.value}.")
    if act is ListingAct.REMOVE or (act is ListingAct.LET_GO and held):
        return ListingState.REMOVED
    leads = {ListingAct.LIST: ListingState.LISTED, ListingAct.WAIT: ListingState.PENDING}
    return leads.get(act, one.was)


def moved(one: Listing, state: ListingState, now: datetime) -> Listing:
    """Return a listing in a state; what it was is kept while it is removed."""
    was = one.was if state is ListingState.REMOVED else state
    since = one.since if state is one.state else now
    return msgspec.structs.replace(one, state=state, was=was, since=since)


def check_removal(removal: Removal) -> None:
    """Raise ``BadRemoval`` for what people could not be told."""
    words = (removal.reason.zh.strip(), removal.reason.en.strip())
    if not all(0 < len(one) <= TEXT_LETTERS_MAX for one in words):
        raise BadRemoval
    basis = removal.legal_basis
    named = all(0 < len(one.law.strip()) <= CELL_LETTERS_MAX for one in basis)
    if len(basis) > BASES_MAX or not named or (removal.kind is HoldKind.FINDING and not basis):
        raise BadRemoval


def check_words(words: str) -> str:
    """Return words without their margins. Raises ``BadRemoval``."""
    text = words.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX:
        raise BadRemoval("Say what was done, in 1 to 4,000 letters.")
    return text


def read(form: str, text: str) -> list[Entry]:
    """Return the listings of a list. Raises ``BadListings``, which names the first wrong row."""
    if form not in ("csv", "json") or len(text.encode()) > FILE_BYTES_MAX:
        raise BadListings(f"A list is csv or json, of at most {FILE_BYTES_MAX // 1024} KiB.")
    rows = _csv(text) if form == "csv" else _json(text)
    if not 0 < len(rows) <= ROWS_MAX:
        raise BadListings(f"A list has from 1 to {ROWS_MAX} rows.")
    found: list[Entry] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_entry(row))
        except ValueError as wrong:
            raise BadListings(f"Row {number}: {wrong}.") from None
    places = [(one.app, one.channel, one.store) for one in found]
    if len(set(places)) < len(places):
        raise BadListings("An app stands once in each channel and store.")
    return found


def _csv(text: str) -> list[dict[str, Any]]:
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return list(lines)
    except csv.Error as wrong:
        raise BadListings(f"That is no CSV: {wrong}.") from None


def _json(text: str) -> Sequence[Mapping[str, Any]]:
    try:
        return msgspec.json.decode(text, type=list[dict[str, str]])
    except msgspec.DecodeError as wrong:
        raise BadListings(f"That is no JSON array of objects of texts: {wrong}.") from None


def _entry(row: Mapping[str, Any]) -> Entry:
    """Return a row's listing. Raises ``ValueError``, in words, for one that makes no sense."""
    unknown = [str(name) for name in row if name not in COLUMNS]
    if unknown:
        raise ValueError(f"there is no column {unknown[0]}: they are {', '.join(COLUMNS)}")
    said = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    for name, cell in said.items():
        if len(cell) > CELL_LETTERS_MAX or "\0" in cell or (name in NEEDED and not cell):
            raise ValueError(f"{name} is missing or too long")
    if said["channel"] not in CHANNELS or (said["channel"] == "store") != bool(said["store"]):
        raise ValueError(
            f"channel is one of {', '.join(CHANNELS)}; a store, and no other, is named"
        )
    if not said["url"].startswith("https://") or not said["url"].isascii():
        raise ValueError("url begins with https:// and is ASCII")
    state = said.pop("state") or "listed"
    if state not in ("listed", "pending"):
        raise ValueError("state is listed or pending: what is removed says why")
    return Entry(**said, state=ListingState(state))
