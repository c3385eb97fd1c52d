"""Reviews of appearances, as their authors, guardians and operators see them."""

from datetime import datetime

import msgspec

from teahouse.appearances.model import Act, may_follow
from teahouse.appearances.service import Reviewed


class AppearanceWordsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an author says of what they have shown."""

    words: str


class AppearanceProofBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password or a code to show that it is the guardian."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


class AppearanceWire(msgspec.Struct, frozen=True, kw_only=True):
    """A review. ``hidden``: nobody sees the content now; ``may``: what the reader may do next."""

    case_id: str
    kind: str
    target: str
    state: str
    hidden: bool
    words: str
    begun_at: datetime
    moved_at: datetime
    may: list[str]


class AppearancesWire(msgspec.Struct, frozen=True):
    """Reviews, the newest first."""

    appearances: list[AppearanceWire]


def appearance_wire(found: Reviewed, acts: tuple[Act, ...] = ()) -> AppearanceWire:
    """Return a review for whom ``acts`` are."""
    one = found.appearance
    may = [act.value for act in may_follow(one.state, acts)]
    if one.guardian_id is None:  # what nobody consented to cannot be withdrawn
        may = [act for act in may if act != Act.WITHDRAW.value]
    return AppearanceWire(
        case_id=one.case_id, kind=one.kind, target=one.target, state=one.state.value,
        hidden=found.hidden, words=found.words, begun_at=one.begun_at, moved_at=one.moved_at,
        may=may,
    )  # fmt: skip
