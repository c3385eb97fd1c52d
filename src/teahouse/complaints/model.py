"""Rules of complaints (Client-Server API, "Reporting content")."""

import enum
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.errors import Conflict, Invalid, Kind, NotFound, Refused

REASON_LETTERS_MAX = 4_000
ANSWER_LETTERS_MAX = 2_000
OPEN_MAX = 200  # of one person
PAGE_MAX = 100
KEPT_FOR = timedelta(days=365)  # after the decision


class What(enum.Enum):
    """What is complained of."""

    EVENT = "event"
    ROOM = "room"
    USER = "user"


class Outcome(enum.Enum):
    """What operators made of it."""

    ACTED = "acted"  # something was done about it
    DISMISSED = "dismissed"  # nothing was found to be done


class NoSuchComplaint(NotFound):
    """There is no such report."""

    code = "complaints.not_found"


class DecidedAlready(Conflict):
    """This report has been decided."""

    code = "complaints.decided"


class AnswerNeeded(Refused):
    """Write what you decided and why: whoever reported it reads it."""

    code = "complaints.answer_needed"
    kind = Kind.UNPROCESSABLE


class TooManyComplaints(Refused):
    """You have many reports that nobody has looked at yet. Wait until some are decided."""

    code = "complaints.too_many"
    kind = Kind.TOO_MANY


class Complaint(msgspec.Struct, frozen=True):
    """A report; ``about`` is whoever is reported, or who sent what is."""

    complaint_id: str
    kind: str
    account_id: str | None
    user_id: str
    room_id: str
    event_id: str
    about: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    outcome: str | None
    answer: str | None


class ComplaintLine(msgspec.Struct, frozen=True):
    """A report in a list: by whom it is, about what, and where it stands; not what it says."""

    complaint_id: str
    kind: str
    account_id: str | None
    user_id: str
    room_id: str
    event_id: str
    about: str
    made_at: datetime
    decided_at: datetime | None
    outcome: str | None


class Report(NamedTuple):
    """A report about to be kept, for who makes something of it; ``target`` is what it is about."""

    complaint_id: str
    what: What
    target: str
    category: str
    user_id: str
    made_at: datetime


class Wish(NamedTuple):
    """Which reports are wanted: of a kind, with parts of who made them, where and about whom.

    In the order of the statement's values.
    """

    kind: str
    user_id: str = ""
    room_id: str = ""
    about: str = ""
    oldest_first: bool = False


def check_reason(reason: str) -> str:
    """Return a reason as it is kept; it may be blank. Raises ``Invalid`` for a long one."""
    if len(reason) > REASON_LETTERS_MAX:
        raise Invalid(f"A reason may have at most {REASON_LETTERS_MAX} letters.")
    return reason.strip()


def check_answer(answer: str) -> str:
    """Return an answer as it is kept. Raises ``AnswerNeeded``."""
    written = answer.strip()
    if not 0 < len(written) <= ANSWER_LETTERS_MAX:
        raise AnswerNeeded
    return written


def check_outcome(outcome: str) -> Outcome:
    """Return an outcome. Raises ``Invalid``."""
    try:
        return Outcome(outcome)
    except ValueError:
        raise Invalid("outcome must be acted or dismissed.") from None
