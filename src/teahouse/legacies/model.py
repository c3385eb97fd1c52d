"""What somebody may arrange for after their death, and the way of a claim; both as tables (PIPL 49)."""

import enum
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Invalid, Kind, NotFound, Refused
from teahouse.steps import next_in

WORDS_LETTERS_MAX = 2_000
LISTED_MAX = 200
WAITS_FOR = timedelta(days=30)  # whoever is alive has so long to say so
TOLD_EVERY = timedelta(days=7)
GIVEN_FOR = timedelta(days=7)  # a copy is there for so long
LOOKED_AT_ONCE_MAX = 100
KEPT_FOR = timedelta(days=365)  # a claim, after its end


class Boon(enum.Enum):
    """What may be done with an account. The names are stored and told."""

    COPY = "copy"  # of what is held of the person
    MEMORIAL = "memorial"  # the profile says so, and nobody signs in
    ERASE = "erase"


class WishState(enum.Enum):
    """Where a wish stands."""

    NAMED = "named"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    NOBODY = "nobody"


class WishAct(enum.Enum):
    """What is done with a wish: ``name`` and ``nobody`` by its person, the others by the contact."""

    NAME = "name"
    NOBODY = "nobody"
    CONFIRM = "confirm"
    DECLINE = "decline"


_W, _V = WishState, WishAct
_ANEW = {_V.NAME: _W.NAMED, _V.NOBODY: _W.NOBODY}
WISHES: dict[WishState, dict[WishAct, WishState]] = {
    _W.NAMED: {**_ANEW, _V.CONFIRM: _W.CONFIRMED, _V.DECLINE: _W.DECLINED},
    _W.CONFIRMED: {**_ANEW, _V.DECLINE: _W.DECLINED},
    _W.DECLINED: _ANEW,
    _W.NOBODY: _ANEW,
}


class ClaimState(enum.Enum):
    """Where a claim stands. The names are stored and told."""

    FILED = "filed"
    CHECKED = "checked"  # one operator holds the papers for good
    WAITING = "waiting"  # a second one too: the account is told, and has time
    GIVING = "giving"  # a copy is there to be taken
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"  # somebody signed in: they are alive


class ClaimAct(enum.Enum):
    """What is done with a claim. The names are stored and told."""

    CHECK = "check"
    AGREE = "agree"
    REFUSE = "refuse"
    STOP = "stop"  # by the account
    GIVE = "give"  # the clock's
    FINISH = "finish"  # the clock's


_S, _A = ClaimState, ClaimAct
CLAIMS: dict[ClaimState, dict[ClaimAct, ClaimState]] = {
    _S.FILED: {_A.CHECK: _S.CHECKED, _A.REFUSE: _S.REFUSED, _A.STOP: _S.STOPPED},
    _S.CHECKED: {_A.AGREE: _S.WAITING, _A.REFUSE: _S.REFUSED, _A.STOP: _S.STOPPED},
    _S.WAITING: {
        _A.GIVE: _S.GIVING,
        _A.FINISH: _S.DONE,
        _A.REFUSE: _S.REFUSED,
        _A.STOP: _S.STOPPED,
    },
    _S.GIVING: {_A.FINISH: _S.DONE, _A.STOP: _S.STOPPED},
    _S.DONE: {},
    _S.REFUSED: {},
    _S.STOPPED: {},
}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants. ``may`` is empty for nobody."""

    account_id: str
    user_id: str
    state: WishState
    contact_id: str
    contact_user: str
    may: tuple[str, ...]
    said_at: datetime
    answered_at: datetime | None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, opened: whoever reads it may."""

    claim_id: str
    account_id: str
    user_id: str
    claimant_id: str
    filed_by: str
    filed_at: datetime
    wants: tuple[str, ...]
    words: str
    state: ClaimState
    first_by: str
    second_by: str
    until_at: datetime | None
    export_id: str
    moved_at: datetime
    reason: str


class NoLegacy(NotFound):
    """There is no such wish or claim."""

    code = "legacies.not_found"


class ArrangedOtherwise(Refused):
    """The person has arranged otherwise."""

    code = "legacies.arranged_otherwise"
    kind = Kind.FORBIDDEN


class ClaimKnown(Conflict):
    """There is a claim about this account already."""

    code = "legacies.known"


class BadLegacyStep(Conflict):
    """It is not at a point where that can be done."""

    code = "legacies.bad_step"


class LegacySamePerson(Refused):
    """A second operator has to look at the papers."""

    code = "legacies.same_person"
    kind = Kind.FORBIDDEN


def next_wish(state: WishState, act: WishAct) -> WishState:
    """Return where an act leads a wish. Raises ``BadLegacyStep``."""
    return next_in(WISHES, state, act, BadLegacyStep, "A wish")


def next_claim(state: ClaimState, act: ClaimAct) -> ClaimState:
    """Return where an act leads a claim. Raises ``BadLegacyStep``."""
    return next_in(CLAIMS, state, act, BadLegacyStep, "A claim")


def check_boons(names: Iterable[str]) -> tuple[str, ...]:
    """Return what may be done, in our order. Raises ``Invalid`` for none and for what we do not know."""
    asked = set(names)
    known = [one.value for one in Boon]
    if not asked or not asked <= set(known):
        raise Invalid(f"Name some of {', '.join(known)}.")
    if {Boon.MEMORIAL.value, Boon.ERASE.value} <= asked:
        raise Invalid("An account is kept in memory, or erased.")
    return tuple(one for one in known if one in asked)


def check_allowed(wish: Wish | None, claimant_id: str, wants: Collection[str]) -> None:
    """Refuse with ``ArrangedOtherwise`` what a person's wish does not let a claimant have.

    Family (an empty ``claimant_id``) acts where nothing is arranged, or whoever was named declined.
    """
    arranged = wish is not None and wish.state is not WishState.DECLINED
    if not claimant_id:
        if arranged:
            raise ArrangedOtherwise
        return
    confirmed = wish is not None and wish.state is WishState.CONFIRMED
    if wish is None or not confirmed or wish.contact_id != claimant_id:
        raise ArrangedOtherwise
    if not set(wants) <= set(wish.may):
        raise ArrangedOtherwise


def check_words(words: str) -> str:
    """Return words without their margins. Raises ``Invalid`` for none, and for too many."""
    text = words.strip()
    if not 0 < len(text) <= WORDS_LETTERS_MAX:
        raise Invalid(f"Say it in 1 to {WORDS_LETTERS_MAX} letters.")
    return text
