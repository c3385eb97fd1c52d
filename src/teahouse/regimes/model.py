"""What a regime says, the states of a task, and what leads from one to the next."""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.policies import CLASSES, REGIONS, Both, is_vague
from teahouse.realnames.model import LEVELS, Level

REALNAME = "realname"  # what a registration waits for, and why somebody may not speak
PER_DAY_MAX = 10_000_000
DAYS_MIN, DAYS_MAX = 7, 365
AHEAD_MAX = timedelta(days=366)
TEXT_LETTERS_MAX = 2000
AFTER_REFUSAL = timedelta(days=14)  # what an appeal that was not upheld leaves at least


class State(enum.Enum):
    """How a task stands. What is done has no row any more."""

    OPEN = "open"
    OVERDUE = "overdue"
    APPEALED = "appealed"
    EXEMPT = "exempt"


class Act(enum.Enum):
    """What can happen to a task."""

    EXPIRE = "expire"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REFUSE = "refuse"


# A refused appeal leaves time again; an appeal stops the clock, also when it has run out.
NEXT: dict[tuple[State, Act], State] = {
    (State.OPEN, Act.EXPIRE): State.OVERDUE,
    (State.OPEN, Act.APPEAL): State.APPEALED,
    (State.OVERDUE, Act.APPEAL): State.APPEALED,
    (State.APPEALED, Act.UPHOLD): State.EXEMPT,
    (State.APPEALED, Act.REFUSE): State.OPEN,
}


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A regime that somebody is thinking of."""

    region: str
    account_class: str = "personal"
    realname: str = "none"
    limits_speaking: bool = False
    per_day: int = 100_000
    days: int = 60
    reason: Both = Both()
    effective_from: datetime | None = None  # None: at once


class Regime(msgspec.Struct, frozen=True, kw_only=True):
    """A regime that was published."""

    region: str
    account_class: str
    version: int
    realname: str
    limits_speaking: bool
    per_day: int
    days: int
    reason: Both
    effective_from: datetime
    published_by: str
    published_at: datetime

    @property
    def level(self) -> Level:
        """How far an identity has to be known."""
        return LEVELS[self.realname]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What an older account is asked."""

    account_id: str
    region: str
    account_class: str
    version: int
    state: State
    given_at: datetime
    due_at: datetime
    appeal: bytes | None = None
    appealed_at: datetime | None = None
    decision: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A task as the person sees it."""

    demanded: str
    state: str
    due_at: datetime
    reason: Both
    limits_speaking: bool
    decision: str


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal as an operator sees it."""

    account_id: str
    region: str
    version: int
    words: str
    appealed_at: datetime


class BadRegime(Refused):
    """The regime cannot be meant so."""

    code = "regimes.bad_regime"
    kind = Kind.UNPROCESSABLE


class NoSuchTask(Refused):
    """Nothing of the kind is asked of this account."""

    code = "regimes.no_task"
    kind = Kind.NOT_FOUND


class WrongState(Refused):
    """The task is not at that point."""

    code = "regimes.wrong_state"
    kind = Kind.CONFLICT


class WordsNeeded(Refused):
    """Say it in words, two thousand letters at most."""

    code = "regimes.words_needed"
    kind = Kind.UNPROCESSABLE


def check_draft(draft: Draft, now: datetime) -> None:
    """Refuse a regime that is not of our scopes, or that leaves people guessing: ``BadRegime``."""
    if draft.region not in REGIONS or draft.account_class not in CLASSES:
        raise BadRegime("region and account_class must be of this house.")
    if draft.realname not in LEVELS:
        raise BadRegime(f"realname must be one of {', '.join(LEVELS)}.")
    if not 0 < draft.per_day <= PER_DAY_MAX or not DAYS_MIN <= draft.days <= DAYS_MAX:
        raise BadRegime(f"Older accounts have from {DAYS_MIN} to {DAYS_MAX} days.")
    begins = draft.effective_from or now
    if not now - timedelta(days=1) <= begins <= now + AHEAD_MAX:
        raise BadRegime("It begins within a year.")
    for text in (draft.reason.zh, draft.reason.en):
        if is_vague(text) or len(text) > TEXT_LETTERS_MAX:
            raise BadRegime("Say why, in zh and in en, and not only that there are rules.")


def check_words(text: str) -> str:
    """Return words without what surrounds them. Raises ``WordsNeeded``."""
    words = text.strip()
    if not 0 < len(words) <= TEXT_LETTERS_MAX:
        raise WordsNeeded
    return words


def next_state(state: State, act: Act) -> State:
    """Return where an act leads. Raises ``WrongState``."""
    found = NEXT.get((state, act))
    if found is None:
        raise WrongState(state=state.value)
    return found


def silent(state: State, limits_speaking: bool) -> bool:
    """Tell whether speaking waits: only when the date has passed and nobody appealed."""
    return limits_speaking and state is State.OVERDUE
