"""Rules of the timeline: what may be said, what may be read, and tokens for places in it."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.errors import Invalid, Kind, NotFound, Refused, TooLarge
from teahouse.rooms.model.event import EVENT_BYTES_MAX, ID_BYTES_MAX, RoomEvent

MESSAGES_MAX = 500
CONTEXT_MAX = 100
LATEST = 2**62
OPEN_VISIBILITIES = frozenset(["shared", "world_readable"])


Placed = tuple[int, RoomEvent]  # an event and its position in the log


class NoSuchEvent(NotFound):
    """There is no such event, or you may not read it."""

    code = "timeline.no_such_event"


class NoFederation(Refused):
    """That server is not this one, and this one does not federate."""

    code = "timeline.no_federation"
    kind = Kind.FORBIDDEN


class BadAlias(Refused):
    """That alias does not lead to this room."""

    code = "timeline.bad_alias"
    kind = Kind.INVALID


class InviteBlocked(Refused):
    """They take no invitations."""

    code = "timeline.invite_blocked"
    kind = Kind.FORBIDDEN


class EncryptionRefused(Refused):
    """Rooms are not end-to-end encrypted here: the operator of this server has decided so."""

    code = "timeline.encryption_refused"
    kind = Kind.FORBIDDEN


class Draft(msgspec.Struct, frozen=True):
    """An event that somebody wants to add."""

    type: str
    content: dict[str, Any]
    state_key: str | None = None
    redacts: str = ""
    ts: int | None = None  # when it was said elsewhere, of what application services bring


def check_size(body: bytes, *names: str) -> None:
    """Refuse an event that is too large (Client-Server API, "Size limits")."""
    if len(body) > EVENT_BYTES_MAX:
        raise TooLarge(f"An event may be {EVENT_BYTES_MAX} bytes; this one is {len(body)}.")
    for name in names:
        if len(name.encode()) > ID_BYTES_MAX:
            raise TooLarge(f"A type, a state key or an id may be {ID_BYTES_MAX} bytes.")


def token(pos: int) -> str:
    """Return the token of the place just after a position."""
    return f"t{pos}"


def position(text: str) -> int:
    """Return the position that a token of ours stands after. Raises ``Invalid``."""
    digits = text[1:].partition("_")[0]
    if text[:1] not in ("t", "s") or not digits.isascii() or not digits.isdigit():
        raise Invalid(f"{text[:40]!r} is not a token of this server.")
    if len(digits) > 18:
        raise Invalid("That token is not of this server.")
    return int(digits)


@dataclass(frozen=True)
class Visibility:
    """What one person may read of one room (Client-Server API, "Room history visibility").

    Both histories are pairs of position and value, in order. ``known_from``: before it, what the
    person was to the room has not been looked up.
    """

    visibilities: tuple[tuple[int, str], ...]
    memberships: tuple[tuple[int, str], ...]
    known_from: int = 0

    @property
    def everything(self) -> bool:
        """Whether nothing at all is hidden: the common case, told without looking at events."""
        joined = bool(self.memberships) and self.memberships[-1][1] == "join"
        return joined and all(value in OPEN_VISIBILITIES for _, value in self.visibilities)

    @property
    def last_readable(self) -> int:
        """The newest position that may be readable: that of leaving, for who has left."""
        if not self.memberships or self.memberships[-1][1] == "join":
            return LATEST
        if self.visibilities and self.visibilities[-1][1] == "world_readable":
            return LATEST
        joins = [pos for pos, what in self.memberships if what == "join"]
        if not joins:
            return self.memberships[-1][0]
        ends = [pos for pos, what in self.memberships if what != "join" and pos > joins[-1]]
        return ends[0] if ends else LATEST

    @property
    def was_in(self) -> bool:
        """Whether the person has ever joined."""
        return any(what == "join" for _, what in self.memberships)

    def membership(self, pos: int) -> str:
        """Return what the person was to the room at a position, with what changed there."""
        at = bisect_right(self.memberships, pos, key=lambda change: change[0])
        return self.memberships[at - 1][1] if at else "leave"

    def ranges(self) -> str:
        """Return what the person may read as a multirange of positions, for PostgreSQL."""
        if self.everything:
            return "{(,)}"
        changes = sorted({pos for pos, _ in (*self.visibilities, *self.memberships)})
        bounds = [-1, *changes, LATEST]
        seen = [f"[{pos},{pos}]" for pos in changes if self.sees(pos)]
        for before, after in itertools.pairwise(bounds):
            if before + 1 < after and self.sees(before + 1):
                seen.append(f"({before},{after})")
        return "{" + ",".join(seen) + "}"

    def sees(self, pos: int) -> bool:
        """Tell whether the person may read the event at ``pos``."""
        values = _around(self.visibilities, pos, "shared")
        memberships = _around(self.memberships, pos, "leave")
        if "world_readable" in values or "join" in memberships:
            return True
        if "invited" in values and "invite" in memberships:
            return True
        if "shared" in values:
            return any(what == "join" and at > pos for at, what in self.memberships)
        return False


def _around(history: tuple[tuple[int, str], ...], pos: int, before_all: str) -> tuple[str, ...]:
    """Return the value at ``pos``, and for the event that changes it, the one before too."""
    at = bisect_right(history, pos, key=lambda change: change[0])
    here = history[at - 1][1] if at else before_all
    if at and history[at - 1][0] == pos:
        return (history[at - 2][1] if at > 1 else before_all, here)
    return (here,)


def json_list(bodies: Iterable[bytes]) -> bytes:
    """Return values that are encoded already as one encoded list."""
    return b"[" + b",".join(bodies) + b"]"
