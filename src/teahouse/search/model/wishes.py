"""What is asked of a search, what it answers, and the tokens by which it goes on."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

import msgspec

from teahouse.accountdata.model import RoomEventFilter
from teahouse.errors import Invalid
from teahouse.search.model.query import Query
from teahouse.search.model.texts import KEYS
from teahouse.timeline.model import LATEST, Placed, Visibility

RESULTS_DEFAULT = 10
RESULTS_MAX = 100
CONTEXT_DEFAULT = 5
CONTEXT_MAX = 50
HIGHLIGHTS_MAX = 50
WINDOW = 400  # of what the index names, how many are looked at and put in order together
WINDOWS_MAX = 20  # how many windows one request may go through to find anything
STRETCHES_FIRST = (2, 64)  # how much of the log's end is looked at before all of it
TOKEN_LETTERS_MAX = 1_000

Order = Literal["rank", "recent"]
Grouped = Literal["room_id", "sender"]


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a search goes on: before which position, after how many, and within which group."""

    before: int = LATEST
    skip: int = 0
    group: str = ""
    value: str = ""


EVERY_EVENT = RoomEventFilter()
BEGINNING = Place()


@dataclass(frozen=True)
class Wish:
    """A search for events."""

    query: Query
    order: Order = "rank"
    keys: frozenset[str] = frozenset(KEYS)
    wish: RoomEventFilter = EVERY_EVENT
    limit: int = RESULTS_DEFAULT
    place: Place = BEGINNING

    def admits_group(self, hit: "Hit") -> bool:
        """Tell whether a hit is of the group in which the search goes on."""
        return not self.place.group or hit.group(self.place.group) == self.place.value


@dataclass(frozen=True)
class Hit:
    """An event that holds what was searched for, and may be read by whoever asked.

    ``pos`` is where its present text was said: for an edited message, that of the edit.
    """

    pos: int
    placed: Placed
    text: str
    spans: tuple[tuple[int, int], ...]
    rank: float
    visibility: Visibility

    @property
    def event_id(self) -> str:
        """The event."""
        return self.placed[1].event_id

    @property
    def room_id(self) -> str:
        """The room."""
        return self.placed[1].room_id

    def group(self, key: str) -> str:
        """Return the value by which a hit is grouped."""
        return self.room_id if key == "room_id" else self.placed[1].sender


@dataclass(frozen=True)
class Window:
    """The hits among so many of what the index names, in order, and where the next window begins."""

    hits: list[Hit]
    start: int
    end: int | None


@dataclass(frozen=True)
class Results:
    """A page of hits, how many were found on the way, and where to go on."""

    hits: list[Hit]
    count: int
    window: Window | None = None
    next: Place | None = None


def ordered(hits: list[Hit], order: Order) -> list[Hit]:
    """Return hits the best first, or the newest."""
    if order == "recent":
        return sorted(hits, key=lambda hit: -hit.pos)
    return sorted(hits, key=lambda hit: (-hit.rank, -hit.pos))


def token(place: Place) -> str:
    """Return a place as clients are given it."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def place_of(text: str | None) -> Place:
    """Return the place that a token of ours stands for. Raises ``Invalid``."""
    if not text:
        return Place()
    try:
        padded = text[:TOKEN_LETTERS_MAX] + "=" * (-len(text[:TOKEN_LETTERS_MAX]) % 4)
        place = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=Place)
    except (ValueError, binascii.Error, msgspec.DecodeError) as wrong:
        raise Invalid("next_batch is not a token of this server.") from wrong
    if not 0 <= place.before <= LATEST or not 0 <= place.skip <= WINDOW:
        raise Invalid("next_batch is not a token of this server.")
    return place


def highlights(hits: list[Hit], query: Query) -> list[str]:
    """Return the words to mark: as they stand in the texts, and as they were typed."""
    found: dict[str, None] = {}
    for hit in hits:
        found.update(dict.fromkeys(hit.text[start:end].lower() for start, end in hit.spans))
    for piece in query.pieces:
        found.update(dict.fromkeys(unit.text for unit in piece.units if not unit.is_close))
    return [word for word in found if word][:HIGHLIGHTS_MAX]
