"""Pieces of an answer that are the same for every member, made once and kept as bytes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.receipts.model import MAIN_THREAD
from teahouse.rooms.model.state import RoomState
from teahouse.sync.model import Wish
from teahouse.sync.service.counting import Count, Tally
from teahouse.timeline.model import LATEST, Placed, token

SAME_AGE_MS = 20  # by which an age may be wrong, so that members share what is made of events
EVENTS_SHARED_MAX = 5  # longer ones are for few, and would be kept twice
FRAGMENTS_IN_MEMORY_MAX = 4_000
NO_EVENTS = b'{"events":[]}'

_encode = msgspec.json.Encoder().encode
StateKey = tuple[str, str]


Member = tuple[str, bytes]  # who, and their membership as it is kept


class Fragment(msgspec.Struct):
    """A room's timeline and the state around it, as they are kept; and whose membership is in it."""

    events: list[bytes]
    limited: bool
    prev: int  # the position before its first event
    state: list[bytes]
    told: dict[str, bytes]  # memberships in it; only where members are lazy
    speakers: list[Member]  # whose membership lazy loading may leave out, and is not in it
    empty: bool
    first: int  # the position of its first event
    from_devices: frozenset[tuple[str, str]]  # (sender, device) that gave a transaction id
    is_own: bool  # what relates to its events is told to each person as they may know it
    timeline: bytes = b""  # as it was told last to who wishes for nothing else
    timeline_ms: int = 0


@dataclass(frozen=True)
class Fragments:
    """Fragments made lately."""

    _kept: OrderedDict[tuple[Any, ...], Fragment] = field(
        default_factory=OrderedDict[tuple[Any, ...], Fragment]
    )

    def get(self, key: tuple[Any, ...]) -> Fragment | None:
        """Return a fragment made before."""
        return self._kept.get(key)

    def keep(self, key: tuple[Any, ...], fragment: Fragment) -> Fragment:
        """Remember a fragment."""
        self._kept[key] = fragment
        if len(self._kept) > FRAGMENTS_IN_MEMORY_MAX:
            self._kept.popitem(last=False)
        return fragment

    def clear_room(self, room_id: str) -> None:
        """Forget what was made of a room, because one of its events has been redacted."""
        for key in [key for key in self._kept if key[0] == room_id]:
            del self._kept[key]


def timeline_bytes(bodies: Sequence[bytes], limited: bool, prev: int) -> bytes:
    """Return an encoded ``timeline``."""
    flag = b"true" if limited else b"false"
    return b'{"events":[%b],"limited":%b,"prev_batch":%b}' % (
        b",".join(bodies),
        flag,
        _encode(token(prev)),
    )


def timeline_of(fragment: Fragment, wish: Wish, room_id: str, now_ms: int) -> bytes:
    """Return a fragment's encoded ``timeline``, from a moment ago if it was told then."""
    if wish.shapes or len(fragment.events) > EVENTS_SHARED_MAX:
        events = wish.given(fragment.events, room_id, now_ms)
        return timeline_bytes(events, fragment.limited, fragment.prev)
    if not fragment.timeline or not 0 <= now_ms - fragment.timeline_ms <= SAME_AGE_MS:
        events = wish.given(fragment.events, room_id, now_ms)
        fragment.timeline = timeline_bytes(events, fragment.limited, fragment.prev)
        fragment.timeline_ms = now_ms
    return fragment.timeline


def fragment_of(
    events: Sequence[Placed],
    bodies: list[bytes],
    limited: bool,
    prev: int,
    state: list[bytes],
) -> Fragment:
    """Make a fragment of events, as they are told to whom it is for, and pieces of state."""
    return Fragment(
        bodies,
        limited,
        prev,
        state,
        {},
        [],
        not events and not limited,
        events[0][0] if events else LATEST,
        frozenset((e.sender, e.device_id) for _, e in events if e.txn_id),
        any(b'"m.relations"' in body for body in bodies),
    )


def summary(state: RoomState, user_id: str) -> dict[str, Any]:
    """Return a room's ``summary`` for a member."""
    found: dict[str, Any] = {
        "m.joined_member_count": len(state.joined),
        "m.invited_member_count": state.count("invite"),
    }
    named = state.text("m.room.name", "name") or state.text("m.room.canonical_alias", "alias")
    if not named:
        found["m.heroes"] = state.heroes(user_id)
    return found


def account_data_bytes(data: Sequence[Datum]) -> bytes:
    """Return encoded account data."""
    if not data:
        return NO_EVENTS
    events = [b'{"type":%b,"content":%b}' % (_encode(datum.type), datum.content) for datum in data]
    return b'{"events":[%b]}' % b",".join(events)


def unread_bytes(count: Count, by_thread: bool) -> bytes:
    """Return the unread counts: of the whole room, or of what is in no thread and of each thread."""
    whole = count.threads.get(MAIN_THREAD, Tally(0)) if by_thread else count.total
    found = b',"unread_notifications":' + _counts(whole)
    if by_thread:
        threads = [
            b"%b:%b" % (_encode(thread), _counts(tally))
            for thread, tally in count.threads.items()
            if thread != MAIN_THREAD
        ]
        found += b',"unread_thread_notifications":{%b}' % b",".join(threads)
    return found


def _counts(tally: Tally) -> bytes:
    return b'{"highlight_count":%d,"notification_count":%d}' % (
        tally.highlights,
        tally.notifications,
    )
