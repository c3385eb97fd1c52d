"""The merge report on our own API. No number or address is in it."""

from datetime import datetime

import msgspec

from teahouse.renewals.model import KeptApart


class MergeWire(msgspec.Struct, frozen=True):
    """Two who a newer normaliser would have made one. Both sign in with what they always wrote."""

    table: str
    kind: str  # the column: "phone" or "email"
    kept: str  # the account that came first, and has the newer form
    apart: str  # the one that goes on to be found by the exact form; may be the same account
    found_at: datetime
    seen_by: str | None


class MergesWire(msgspec.Struct, frozen=True):
    """The merge report of a run; the first of the pairs, and how many there are."""

    normaliser: int | None  # of the new index key; none: the run has none
    total: int
    unseen: int  # a run is not verified before somebody has looked at these
    merges: list[MergeWire]


class SeenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What comes of it, in words. It goes into the audit log."""

    reason: str = ""


def merge_wire(pair: KeptApart) -> MergeWire:
    """Return a pair."""
    return MergeWire(*pair)
