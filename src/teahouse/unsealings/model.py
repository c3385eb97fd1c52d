"""An unsealing, as a table: what may follow on what, and who may say so.

Rule 1: what the table does not have is refused. Rule 2: whoever asks does not decide. Rule 3: only
danger to life opens anything before somebody else has agreed.
"""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.steps import next_in

WORDS_LETTERS_MAX = 2_000
REFERENCE_LETTERS_MAX = 200
LISTED_MAX = 200
LOOKS_SHOWN_MAX = 50  # of one unsealing
LAPSED_AT_ONCE_MAX = 200
ASK_LIFE = timedelta(hours=72)
KEPT = timedelta(days=3 * 365)


class Need(enum.Enum):
    """What somebody has to look for. The names are stored and told."""

    REQUEST = "request"  # of the minor, or of a guardian
    CASE = "case"  # a rule may be broken, or somebody harmed
    RECOVERY = "recovery"  # to let them back in
    FAULT = "fault"  # something does not work
    AUTHORITY = "authority"  # its order or request
    DANGER = "danger"  # to life


class State(enum.Enum):
    """Where an unsealing stands. The names are stored and told."""

    ASKED = "asked"
    OPEN = "open"  # two persons agree
    URGENT = "urgent"  # open by one person's word, to be confirmed
    OVERDUE = "overdue"  # that nobody confirmed in time; it is shut
    REFUSED = "refused"
    OBJECTED = "objected"  # the second person says that it was not urgent, or not right
    ENDED = "ended"
    LAPSED = "lapsed"  # nobody decided


class Act(enum.Enum):
    """What is done about it. The names are stored and told."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    OBJECT = "object"
    END = "end"
    TELL = "tell"  # what was to be kept from the minor and the guardians is told from now on
    LAPSE = "lapse"  # the time is over


_S, _A = State, Act
PROCEDURE: dict[State, dict[Act, State]] = {
    _S.ASKED: {
        _A.APPROVE: _S.OPEN, _A.REFUSE: _S.REFUSED, _A.WITHDRAW: _S.ENDED, _A.LAPSE: _S.LAPSED,
    },
    _S.OPEN: {_A.END: _S.ENDED, _A.LAPSE: _S.ENDED, _A.TELL: _S.OPEN},
    _S.URGENT: {_A.CONFIRM: _S.OPEN, _A.OBJECT: _S.OBJECTED, _A.LAPSE: _S.OVERDUE},
    _S.OVERDUE: {_A.CONFIRM: _S.ENDED, _A.OBJECT: _S.OBJECTED},
    _S.REFUSED: {},
    _S.OBJECTED: {},
    _S.ENDED: {_A.TELL: _S.ENDED},
    _S.LAPSED: {},
}  # fmt: skip
OPENED = (State.OPEN, State.URGENT)  # as long as the time is not over
WAITING = (State.ASKED, State.OPEN, State.URGENT, State.OVERDUE)
OF_SECONDS = (Act.APPROVE, Act.REFUSE, Act.CONFIRM, Act.OBJECT)  # never by whoever asked
OF_ASKERS = (Act.WITHDRAW,)
OF_OPERATORS = tuple(act for act in Act if act is not Act.LAPSE)


class UnsealingWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody asks for. ``reference``: the number of the case, request or paper, if any."""

    account_id: str
    need: Need
    words: str
    reference: str = ""
    urgent: bool = False
    confidential: bool = False


class Unsealing(msgspec.Struct, frozen=True, kw_only=True):
    """An unsealing as it stands; in the order of the statement's columns."""

    unsealing_id: str
    account_id: str
    at_least: int
    need: Need
    reference: str
    words: str
    confidential: bool
    urgent: bool
    hours: int
    state: State
    overdue: bool
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_words: str
    opens_until: datetime | None
    due_at: datetime | None


class Look(msgspec.Struct, frozen=True):
    """That an answer with these fields went out."""

    fields: tuple[str, ...]
    looked_at: datetime


class Counted(msgspec.Struct, frozen=True):
    """What there was between two moments."""

    asked: int
    refused: int
    urgent: int
    overdue: int
    objected: int
    looks: int


class NoSuchUnsealing(NotFound):
    """Nobody asked for that, or it is not kept any more."""

    code = "unsealings.not_found"


class BadUnsealingStep(Conflict):
    """It is not at a point where that can be done."""

    code = "unsealings.bad_step"


class UnsealingNotNeeded(Conflict):
    """This account is not known to be a minor's whose data are kept from who runs the house."""

    code = "unsealings.not_needed"


class UnsealingThere(Conflict):
    """You have asked for this account already, or may look at it now."""

    code = "unsealings.there"


class UnsealingSamePerson(Refused):
    """Somebody else than who asked decides."""

    code = "unsealings.same_person"
    kind = Kind.FORBIDDEN


class NotTheAsker(Refused):
    """Only who asked takes it back."""

    code = "unsealings.not_asker"
    kind = Kind.FORBIDDEN


class BadUnsealing(Refused):
    """Say why in words; only danger to life is urgent, and only an authority's paper keeps it quiet."""

    code = "unsealings.bad"
    kind = Kind.UNPROCESSABLE


def next_state(state: State, act: Act) -> State:
    """Return where an act leads. Raises ``BadUnsealingStep``."""
    return next_in(PROCEDURE, state, act, BadUnsealingStep, "A request")


def check_wanted(wanted: UnsealingWanted) -> None:
    """Raise ``BadUnsealing`` for what gives no reason, or hurries or hides without one."""
    if not 0 < len(wanted.words.strip()) <= WORDS_LETTERS_MAX:
        raise BadUnsealing
    if len(wanted.reference) > REFERENCE_LETTERS_MAX:
        raise BadUnsealing
    if wanted.urgent and wanted.need is not Need.DANGER:
        raise BadUnsealing
    secret = wanted.need is Need.AUTHORITY and wanted.reference.strip()
    if wanted.confidential and not secret:
        raise BadUnsealing


def check_actor(one: Unsealing, act: Act, actor: str) -> None:
    """Raise ``UnsealingSamePerson`` or ``NotTheAsker`` for who may not take a step."""
    if act in OF_SECONDS and one.asked_by == actor:
        raise UnsealingSamePerson
    if act in OF_ASKERS and one.asked_by != actor:
        raise NotTheAsker


def check_words(act: Act, words: str) -> str:
    """Return what is said with a step; a no needs a reason. Raises ``BadUnsealing``."""
    text = words.strip()
    if len(text) > WORDS_LETTERS_MAX or (act in (Act.REFUSE, Act.OBJECT) and not text):
        raise BadUnsealing
    return text


def act_named(name: str) -> Act:
    """Return a step of operators by its name. Raises ``BadUnsealingStep``."""
    for act in OF_OPERATORS:
        if act.value == name:
            return act
    raise BadUnsealingStep(f"There is no step {name!r}.")


def may_follow(one: Unsealing, actor: str) -> list[Act]:
    """Return which steps somebody may take next."""
    found: list[Act] = []
    for act in PROCEDURE[one.state]:
        mine = one.asked_by == actor
        hidden = act is not Act.TELL or one.confidential
        if act is not Act.LAPSE and hidden and act not in (OF_SECONDS if mine else OF_ASKERS):
            found.append(act)
    return found


def is_open(one: Unsealing, now: datetime) -> bool:
    """Tell whether it lets its asker look now."""
    return one.state in OPENED and one.opens_until is not None and now < one.opens_until


def was_open(one: Unsealing) -> bool:
    """Tell whether it ever let anybody look: of the rest its minor is told nothing."""
    return one.opens_until is not None
