"""Asking once: what was declined is not asked again soon [L-N21, B10].

Only the person's own act asks at any time; what the app asks by itself waits, each time longer.
An upgrade changes nothing: the memory is the server's.
"""

from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused

WAIT_FIRST = timedelta(hours=48)
WAIT_MAX = timedelta(days=90)
ASKS = ("notifications", "microphone", "camera", "contacts", "location", "install", "policy")


class UnknownAsk(Refused):
    """The app asks nothing by that name."""

    code = "consent.unknown_ask"
    kind = Kind.INVALID


class Declined(msgspec.Struct, frozen=True):
    """What a person said no to, how often, and when last."""

    ask: str
    times: int
    declined_at: datetime


def check_ask(ask: str) -> str:
    """Return ``ask``, or raise ``UnknownAsk``."""
    if ask not in ASKS:
        raise UnknownAsk
    return ask


def again_at(declined: Declined) -> datetime:
    """Return from when on the app may ask by itself: 48 hours, doubled by each no, 90 days at most."""
    doubled = min(declined.times - 1, 16)
    return declined.declined_at + min(WAIT_FIRST * 2**doubled, WAIT_MAX)
