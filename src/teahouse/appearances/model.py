"""The review of an appearance as a table: what may follow on what, who may, and what is hidden meanwhile.

Rule 1: what the table does not have is refused. Rule 2: the house itself only notes what people decided
in the case; no clock and no machine takes a step. Rule 3: hidden is what waits for a guardian, and what
an operator or a guardian hid.
"""

import enum
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.steps import next_in

CATEGORY = "camera"  # of cases: a child may be on camera
WORDS_LETTERS_MAX = 2_000
LISTED_MAX = 200
STILL_SIDES = (800, 600)  # pixels
BOXES_MAX = 100
SCORES_KEPT_FOR = timedelta(days=180)


class Still(msgspec.Struct, frozen=True):
    """A picture is to be scored."""

    kind: ClassVar[str] = "appearances.still"
    media_id: str


class Box(msgspec.Struct, frozen=True):
    """Where in a still a scorer saw somebody: parts of its width and height, from 0 to 1."""

    left: float
    top: float
    width: float
    height: float


class ScorerAway(Refused):
    """The scorer of stills does not answer, or not as it should."""

    code = "appearances.scorer_away"
    kind = Kind.UNAVAILABLE


class State(enum.Enum):
    """Where an appearance stands. The names are stored and told."""

    REVIEW = "review"  # to be seen, and looked at
    HIDDEN = "hidden"
    ASKED = "asked"  # a guardian is asked; hidden meanwhile
    CONSENTED = "consented"  # by a guardian; to be seen
    KEPT = "kept"  # people found nothing against it
    DECIDED = "decided"  # by an order in the case, which goes on there
    REOPENED = "reopened"  # a guardian withdrew: another review has begun


class Act(enum.Enum):
    """What is done about it. The names are stored and told."""

    HIDE = "hide"
    SHOW = "show"
    ASK = "ask"
    CONSENT = "consent"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    KEEP = "keep"  # the case was dismissed
    DECIDE = "decide"  # the case went on


_S, _A = State, Act
PROCEDURE: dict[State, dict[Act, State]] = {
    _S.REVIEW: {
        _A.HIDE: _S.HIDDEN, _A.ASK: _S.ASKED, _A.KEEP: _S.KEPT, _A.DECIDE: _S.DECIDED,
    },
    _S.HIDDEN: {
        _A.SHOW: _S.REVIEW, _A.ASK: _S.ASKED, _A.KEEP: _S.KEPT, _A.DECIDE: _S.DECIDED,
    },
    _S.ASKED: {
        _A.CONSENT: _S.CONSENTED, _A.DECLINE: _S.HIDDEN, _A.HIDE: _S.HIDDEN, _A.KEEP: _S.KEPT,
        _A.DECIDE: _S.DECIDED,
    },
    _S.CONSENTED: {
        _A.WITHDRAW: _S.HIDDEN, _A.HIDE: _S.HIDDEN, _A.KEEP: _S.KEPT, _A.DECIDE: _S.DECIDED,
    },
    _S.KEPT: {_A.WITHDRAW: _S.REOPENED},
    _S.DECIDED: {_A.KEEP: _S.KEPT},  # overturned by an appeal
    _S.REOPENED: {},
}  # fmt: skip
OF_OPERATORS = (Act.HIDE, Act.SHOW, Act.ASK)
OF_GUARDIANS = (Act.CONSENT, Act.DECLINE, Act.WITHDRAW)
# What people decided in the case is noted here; nothing is decided by it.
OF_THE_CASE = (Act.KEEP, Act.DECIDE)
VEILED = (State.HIDDEN, State.ASKED)
UNDER_REVIEW = (State.REVIEW, State.HIDDEN, State.ASKED, State.CONSENTED)


class Appearance(msgspec.Struct, frozen=True, kw_only=True):
    """An appearance as it stands; ``account_id``: its author's."""

    case_id: str
    account_id: str
    kind: str
    target: str
    state: State
    guardian_id: str | None
    words: bytes | None
    begun_at: datetime
    moved_at: datetime


class NoSuchAppearance(NotFound):
    """There is no such review, or it is not yours."""

    code = "appearances.not_found"


class BadAppearanceStep(Conflict):
    """The review is not at a point where that can be done."""

    code = "appearances.bad_step"


class NoGuardianToAsk(Conflict):
    """There is nobody to ask: the author is not of an age at which a guardian's yes decides, or has none."""

    code = "appearances.no_guardian"


class BadAppearanceWords(Refused):
    """Say it in words, in at most 2,000 letters."""

    code = "appearances.words_needed"
    kind = Kind.UNPROCESSABLE


def next_state(state: State, act: Act) -> State:
    """Return where an act leads. Raises ``BadAppearanceStep``."""
    return next_in(PROCEDURE, state, act, BadAppearanceStep, "A review")


def may_follow(state: State, acts: tuple[Act, ...]) -> list[Act]:
    """Return which of some acts may follow."""
    return [act for act in PROCEDURE[state] if act in acts]


def act_named(name: str, acts: tuple[Act, ...]) -> Act:
    """Return one of some acts by its name. Raises ``BadAppearanceStep``."""
    for act in acts:
        if act.value == name:
            return act
    raise BadAppearanceStep(f"There is no step {name!r}.")


def check_words(words: str) -> str:
    """Return words without their margins. Raises ``BadAppearanceWords``."""
    text = words.strip()
    if not 0 < len(text) <= WORDS_LETTERS_MAX:
        raise BadAppearanceWords
    return text
