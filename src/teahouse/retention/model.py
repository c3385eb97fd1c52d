"""How long messages are kept, from what a room says and what the house allows. Times are in ms.

After MSC1763 (`m.room.retention`): what has no policy of its own has the house's.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple

import msgspec

from teahouse.config import Config
from teahouse.rooms.model.content import LIFETIMES, is_lifetime
from teahouse.timeline.model import Placed

DAY_MS = 24 * 60 * 60 * 1000
EVENTS_AT_ONCE_MAX = 500
ROOMS_AT_ONCE_MAX = 100
ROOMS_WALKED_AT_ONCE_MAX = 1_000
SWEEP_FOR = timedelta(seconds=40)  # a job may take a minute
BACKDATED_MS = 60 * 60 * 1000  # what is brought from elsewhere may be older than this when it comes
CREATE = "m.room.create"


class Sweep(msgspec.Struct, frozen=True):
    """A job: take away what is due."""

    kind: ClassVar[str] = "retention.sweep"


class Bounds(NamedTuple):
    """What the house says: how long where a room says nothing, what rooms may set. 0: no limit."""

    default_ms: int
    least_ms: int
    most_ms: int


class Policy(NamedTuple):
    """What a room says of how long its messages are kept; ``None``: nothing."""

    max_ms: int | None = None
    min_ms: int | None = None


class Due(NamedTuple):
    """A room at which to look."""

    room_id: str
    policy: Policy
    swept: tuple[int, int]
    untold_pos: int | None


class Freed(msgspec.Struct, frozen=True):
    """What has been taken away since a day: messages, and the bytes of what they said."""

    events_count: int
    bytes_count: int


def bounds_of(config: Config) -> Bounds:
    """Return what the house says now."""
    days = (config.retention_days, config.retention_days_least, config.retention_days_most)
    return Bounds(*(count * DAY_MS for count in days))


def policy_of(content: dict[str, Any]) -> Policy:
    """Return what a room says; what makes no sense says nothing."""
    least, most = (content.get(name) for name in LIFETIMES)
    return Policy(most if is_lifetime(most) else None, least if is_lifetime(least) else None)


def lifetime_ms(policy: Policy, bounds: Bounds) -> int | None:
    """Return how long a room's messages are kept; ``None``: for ever."""
    if policy.max_ms is None:
        kept = bounds.default_ms or None
    else:
        kept = max(policy.max_ms, bounds.least_ms)
        kept = min(kept, bounds.most_ms) if bounds.most_ms else kept
    if kept is None or policy.min_ms is None:
        return kept
    wanted = min(policy.min_ms, bounds.most_ms) if bounds.most_ms else policy.min_ms
    return max(kept, wanted)


def parted(
    placed: Sequence[Placed], newest: int, held: Collection[str]
) -> tuple[list[Placed], list[Placed]]:
    """Return which events are to go, and which messages among them have to stay for now."""
    messages = [one for one in placed if not one[1].is_state]
    stay = [one for one in messages if one[0] == newest or one[1].event_id in held]
    return [one for one in messages if one not in stay], stay


def look_again_at(now_ms: int, kept_ms: int, next_ts: int | None, waits: bool) -> int:
    """Return when something of a room may be due next, in ms.

    ``next_ts`` is the time of its oldest event that is not. Where a message ``waits`` only because
    it is the newest, or is held, one looks again within a day.
    """
    found = now_ms + max(kept_ms - BACKDATED_MS, BACKDATED_MS)
    if next_ts is not None:
        found = min(found, next_ts + kept_ms + 1)
    return min(found, now_ms + DAY_MS) if waits else found
