"""What clients ask of the search, and what it answers."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from teahouse.accountdata.model import RoomEventFilter, parse_room_event_filter
from teahouse.directory.model import FoundPerson
from teahouse.search.model.query import Query
from teahouse.search.model.texts import KEYS
from teahouse.search.model.wishes import (
    CONTEXT_DEFAULT,
    CONTEXT_MAX,
    RESULTS_DEFAULT,
    RESULTS_MAX,
    Grouped,
    Hit,
    Order,
    Place,
    Results,
    Wish,
    highlights,
    token,
)
from teahouse.search.service.answering import Around, Wanted
from teahouse.search.service.knowing import FoundRoom

SNIPPET_LETTERS = 120
SNIPPET_BEFORE = 24


class ContextBody(msgspec.Struct, frozen=True):
    """How much of what was said around a hit is wanted."""

    before_limit: int = CONTEXT_DEFAULT
    after_limit: int = CONTEXT_DEFAULT
    include_profile: bool = False

    def wanted(self) -> Wanted:
        """Return what is wanted, held to what is given."""
        before, after = max(0, self.before_limit), max(0, self.after_limit)
        return Wanted(min(before, CONTEXT_MAX), min(after, CONTEXT_MAX), self.include_profile)


class GroupBody(msgspec.Struct, frozen=True):
    """By what hits are grouped."""

    key: Grouped


class GroupingsBody(msgspec.Struct, frozen=True):
    """By what hits are grouped, several ways."""

    group_by: list[GroupBody] = []


class EventsBody(msgspec.Struct, frozen=True):
    """A search for events of rooms."""

    search_term: str
    keys: list[Literal["content.body", "content.name", "content.topic"]] | None = None
    filter: dict[str, Any] | None = None
    order_by: Order = "rank"
    event_context: ContextBody | None = None
    include_state: bool = False
    groupings: GroupingsBody = GroupingsBody()

    def wish(self, query: Query, place: Place) -> Wish:
        """Return what is wished for. Raises ``BadJson`` for a filter that is none."""
        asked = parse_room_event_filter(self.filter) if self.filter else RoomEventFilter()
        limit = RESULTS_DEFAULT if asked.limit is None else asked.limit
        keys = frozenset(KEYS if self.keys is None else self.keys)
        return Wish(query, self.order_by, keys, asked, max(1, min(limit, RESULTS_MAX)), place)


class CategoriesBody(msgspec.Struct, frozen=True):
    """What is searched."""

    room_events: EventsBody | None = None


class SearchBody(msgspec.Struct, frozen=True):
    """The body of ``POST /search``."""

    search_categories: CategoriesBody


def events_answer(
    results: Results,
    query: Query,
    bodies: Sequence[bytes],
    around: Mapping[str, Around],
) -> dict[str, Any]:
    """Return hits as Matrix tells them."""
    answer: dict[str, Any] = {
        "count": results.count,
        "highlights": highlights(results.hits, query),
        "results": [
            _result(hit, body, around.get(hit.event_id))
            for hit, body in zip(results.hits, bodies, strict=True)
        ],
    }
    if results.next is not None:
        answer["next_batch"] = token(results.next)
    return answer


def _result(hit: Hit, body: bytes, around: Around | None) -> dict[str, Any]:
    told: dict[str, Any] = {"rank": hit.rank, "result": msgspec.Raw(body)}
    if around is not None:
        context: dict[str, Any] = {
            "events_before": [msgspec.Raw(one) for one in around.before],
            "events_after": [msgspec.Raw(one) for one in around.after],
            "start": around.start,
            "end": around.end,
        }
        if around.profiles is not None:
            context["profile_info"] = around.profiles
        told["context"] = context
    return told


def groups(results: Results, keys: Sequence[GroupBody]) -> dict[str, Any]:
    """Return hits by group, the group with the best hit first, each with where it goes on."""
    told: dict[str, Any] = {}
    for group in keys:
        by_value: dict[str, list[Hit]] = {}
        for hit in results.hits:
            by_value.setdefault(hit.group(group.key), []).append(hit)
        told[group.key] = {
            value: _group(results, group.key, value, hits, nth)
            for nth, (value, hits) in enumerate(by_value.items(), 1)
        }
    return told


def _group(
    results: Results, key: Grouped, value: str, hits: Sequence[Hit], nth: int
) -> dict[str, Any]:
    told: dict[str, Any] = {"order": nth, "results": [hit.event_id for hit in hits]}
    window = results.window
    if window is not None and results.next is not None:
        there = [hit for hit in window.hits if hit.group(key) == value]
        shown = sum(1 for hit in hits if hit in there)
        if shown < len(there):
            told["next_batch"] = token(Place(window.start, shown, key, value))
        elif window.end is not None:
            told["next_batch"] = token(Place(window.end, 0, key, value))
    return told


def raw_lists(bodies: Mapping[str, Sequence[bytes]]) -> dict[str, list[msgspec.Raw]]:
    """Return lists of what is encoded already."""
    return {key: [msgspec.Raw(body) for body in these] for key, these in bodies.items()}


class MessageOut(msgspec.Struct, frozen=True):
    """A message that was found: a piece of its text, and what to mark in it."""

    room_id: str
    event_id: str
    sender: str
    ts: int
    text: str
    marks: list[tuple[int, int]]


class TypedOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found while somebody typed; ``next`` goes on with the messages."""

    people: list[FoundPerson]
    rooms: list[FoundRoom]
    messages: list[MessageOut]
    next: str = ""


def typed_answer(people: list[FoundPerson], rooms: list[FoundRoom], results: Results) -> TypedOut:
    """Return what was found while somebody typed."""
    further = token(results.next) if results.next is not None else ""
    return TypedOut(people, rooms, [_message(hit) for hit in results.hits], further)


def _message(hit: Hit) -> MessageOut:
    event = hit.placed[1]
    first = hit.spans[0][0] if hit.spans else 0
    start = max(0, first - SNIPPET_BEFORE)
    text = hit.text[start : start + SNIPPET_LETTERS]
    front = "…" if start else ""
    moved = start - len(front)
    marks = [(a - moved, b - moved) for a, b in hit.spans if b - start <= SNIPPET_LETTERS]
    end = "…" if start + SNIPPET_LETTERS < len(hit.text) else ""
    shown = front + text + end
    return MessageOut(
        hit.room_id, event.event_id, event.sender, event.ts, shown, _utf16(shown, marks)
    )


def _utf16(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places as JavaScript counts them, in UTF-16 units."""
    if text.isascii() or all(ord(letter) < 0x10000 for letter in text):
        return list(marks)
    units = [0]
    for letter in text:
        units.append(units[-1] + (2 if ord(letter) >= 0x10000 else 1))
    return [(units[start], units[end]) for start, end in marks]
