"""A case, what is decided in it, and what is refused about it."""

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec

from teahouse.cases.model.procedure import State
from teahouse.errors import Conflict, Invalid, Kind, NotFound, Refused

WORDS_LETTERS_MAX = 4_000
PAGE_MAX = 100
DELETE_AFTER = timedelta(days=180)  # what is hidden is kept so long for an appeal (DSA 20)
APPEAL_WITHIN = timedelta(days=180)
APPEAL_ANSWER_IN = timedelta(days=15)
EXPORT_WINDOW = timedelta(days=60)  # at least: who is banned signs in, reads and takes away
KEPT_FOR = timedelta(days=3 * 365)  # after the last step
CLAIMED_FOR = timedelta(hours=4)
REVIEW_WITHIN = timedelta(hours=72)  # of what was done at once; after that it ends by itself

CATEGORIES = ("spam", "fraud", "violence", "sexual", "minors", "hatred", "harassment", "privacy",
              "impersonation", "gambling", "exchange", "camera", "other")  # fmt: skip
# Nobody looks at more of these in a day than they have chosen to.
DISTURBING = ("violence", "sexual", "minors", "hatred")


class Decider(enum.Enum):
    """Who decides (DSA 17 (3) c): told with every decision."""

    PERSON = "person"
    ASSISTED = "assisted"  # a person, whom a machine pointed there
    AUTOMATIC = "automatic"  # the clock alone: never said by an operator


class NoSuchCase(NotFound):
    """There is no such case."""

    code = "cases.not_found"


class NoSuchContent(NotFound):
    """There is nothing there that a case could be about."""

    code = "cases.no_content"


class StatementNeeded(Refused):
    """A decision needs its rule, the facts, who decides, how to appeal, and what to bring."""

    code = "cases.statement_needed"
    kind = Kind.UNPROCESSABLE


class WordsNeeded(Refused):
    """Say why, in at most 4,000 letters."""

    code = "cases.words_needed"
    kind = Kind.UNPROCESSABLE


class NotYours(Refused):
    """Somebody else has to look at this: you are part of the case, or have decided in it."""

    code = "cases.conflict_of_interest"
    kind = Kind.FORBIDDEN


class ClaimedByOther(Conflict):
    """Another operator has this case."""

    code = "cases.claimed"


class HeldByCase(Conflict):
    """A case holds this account: an appeal there ends it, or whoever reviews it."""

    code = "cases.held"


class AppealOver(Conflict):
    """There is an appeal already, or the time for one is over."""

    code = "cases.no_appeal"


class Statement(msgspec.Struct, frozen=True):
    """A statement of reasons (DSA 17; Anti-Telecom-Fraud Law 32): why, by whom, and what to do."""

    rule_id: str
    facts: str
    decider: str
    redress: str
    materials: str
    label: str = ""  # the keyword or label by which this was found, if it was found so


class Found(NamedTuple):
    """Content, when somebody looked: whose it is, and as it was."""

    account_id: str
    user_id: str
    place: str  # the room it is in, if it is in one
    snapshot: bytes  # JSON
    account_class: str = ""  # of the account whose it is: a decision touches that one, and no other


# What is to be announced, for the caller to put last.
Told = Sequence[Any]


class Hidden(NamedTuple):
    """What hiding did: ``taken`` says what was taken away; nothing, if it was not there to be seen."""

    told: Told
    taken: str


class ContentKind(Protocol):
    """A kind of content that cases can be about. Verbs with a ``tx`` run in the caller's."""

    @property
    def name(self) -> str:
        """How cases name it."""
        ...

    @property
    def shared(self) -> bool:
        """Whether several cases can hide the same thing: it comes back when the last lets it go."""
        ...

    async def find(self, target: str) -> Found | None:
        """Return content with its author, as it is now; ``None`` when there is none.

        It asks for connections of its own, so it is called outside of transactions.
        """
        ...

    async def hide(self, tx: Any, target: str, snapshot: bytes) -> Hidden:
        """Withhold from everybody what ``snapshot`` tells of, and no more. Twice is once.

        What is gone, or changed since, is no fault: then nothing is taken.
        """
        ...

    async def show(self, tx: Any, target: str, snapshot: bytes, taken: str) -> Told:
        """Show again what hiding has ``taken``, byte for byte as in ``snapshot``."""
        ...

    async def delete(self, tx: Any, target: str) -> None:
        """Delete what is hidden, when the time for an appeal is over. Twice is once."""
        ...


class Case(msgspec.Struct, frozen=True):
    """A case without what is sealed; ``account_id`` and ``user_id`` are its author's."""

    case_id: str
    kind: str
    target: str
    place: str
    category: str
    account_id: str | None
    user_id: str
    state: State
    voices: int
    hidden: bool
    rule_id: str
    due_at: datetime | None
    left_seconds: int
    claimed_by: str
    claimed_at: datetime | None
    asked_by: str
    asked_at: datetime | None
    unmet_at: datetime | None
    opened_at: datetime
    moved_at: datetime
    account_class: str = ""
    taken: str = ""  # by hiding: what there is to give back
    halted_at: datetime | None = None  # when it was an emergency, if it ever was


class Step(msgspec.Struct, frozen=True):
    """Something that was done in a case, with its statement or words, opened."""

    step_id: str
    act: str
    state: State
    actor: str
    rule_id: str
    label: str
    at: datetime
    statement: Statement | None = None
    words: str = ""


class Appeal(msgspec.Struct, frozen=True):
    """An appeal, opened."""

    appeal_id: str
    case_id: str
    filed_at: datetime
    due_at: datetime
    taken_by: str
    outcome: str | None
    decided_at: datetime | None
    words: str = ""
    answer: str = ""


class Whole(NamedTuple):
    """A case with all that is known of it."""

    case: Case
    evidence: bytes | None
    steps: list[Step]
    appeal: Appeal | None


class Queue(NamedTuple):
    """Cases in a queue; ``spared``: what is disturbing is left out, the day's limit being reached."""

    cases: list[Case]
    spared: bool


def check_words(words: str) -> str:
    """Return words as they are kept. Raises ``WordsNeeded``."""
    written = words.strip()
    if not 0 < len(written) <= WORDS_LETTERS_MAX:
        raise WordsNeeded
    return written


def check_statement(statement: Statement | None) -> Statement:
    """Return a statement that says everything. Raises ``StatementNeeded``.

    That a machine decided cannot be said: only the clock does, and it sanctions nobody.
    """
    if statement is None:
        raise StatementNeeded
    parts = (statement.facts, statement.redress, statement.materials)
    if not statement.rule_id or not all(0 < len(one.strip()) <= WORDS_LETTERS_MAX for one in parts):
        raise StatementNeeded
    if statement.decider not in (Decider.PERSON.value, Decider.ASSISTED.value):
        raise StatementNeeded("decider must be person or assisted.")
    if len(statement.label) > 200:
        raise StatementNeeded("A label has at most 200 letters.")
    return statement


def check_category(category: str) -> str:
    """Return a category; what is none is ``other``."""
    return category if category in CATEGORIES else "other"


def check_outcome(outcome: str) -> bool:
    """Tell whether an appeal is granted. Raises ``Invalid``."""
    if outcome not in ("upheld", "overturned"):
        raise Invalid("outcome must be upheld or overturned.")
    return outcome == "overturned"


def check_appeal(case: Case, filed: bool, established: bool, now: datetime) -> None:
    """Refuse an appeal in a case that has none to offer: ``AppealOver``."""
    if filed or not established or now - case.moved_at > APPEAL_WITHIN:
        raise AppealOver
