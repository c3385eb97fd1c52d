"""Pieces of an answer that are the same for every member, made once and kept as bytes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.timeline.model import Placed, token

FRAGMENTS_IN_MEMORY_MAX = 4_000

_encode = msgspec.json.Encoder().encode
StateKey = tuple[str, str]


class Fragment(msgspec.Struct):
    """A room's timeline and the state before it, encoded; and whose membership is in it."""

    timeline: bytes
    state: list[bytes]
    members: frozenset[str]
    empty: bool
    from_devices: frozenset[tuple[str, str]]  # (sender, device) that gave a transaction id
    is_own: bool  # what relates to its events is told to each person as they may know it


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


def fragment_of(
    events: Sequence[Placed],
    bodies: Sequence[bytes],
    limited: bool,
    prev: int,
    state: Sequence[tuple[StateKey, bytes]],
    is_own: bool,
) -> Fragment:
    """Make a fragment of events, as they are given, and the state before them."""
    return Fragment(
        timeline_bytes(bodies, limited, prev),
        [body for _, body in state],
        frozenset(key for (event_type, key), _ in state if event_type == MEMBER),
        not events,
        frozenset((e.sender, e.device_id) for _, e in events if e.txn_id),
        is_own,
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
