"""Requests about personal data, complaints and appeals: their states, and what is told of them."""

import enum
from datetime import datetime

import msgspec

from teahouse.errors import Invalid, Kind, NotFound, Refused

TEXT_LETTERS_MAX = 4_000
CONTACT_LETTERS_MAX = 200
OPEN_MAX = 5  # of one account at a time
CLOCKED_MAX = 10_000
LISTED_MAX = 200
FIGURES_DAYS = 90


class RequestKind(enum.Enum):
    """What somebody asks for."""

    QUESTION = "question"
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    COMPLAINT = "complaint"
    APPEAL = "appeal"


class Outcome(enum.Enum):
    """How a request was answered."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    ANSWERED = "answered"


class NoSuchRequest(NotFound):
    """There is no request by that reference."""

    code = "rights.no_request"


class TooManyRequests(Refused):
    """Several of your requests are open: wait for an answer, or add to one by its reference."""

    code = "rights.too_many_requests"
    kind = Kind.CONFLICT


class AnsweredAlready(Refused):
    """This request has been answered."""

    code = "rights.answered"
    kind = Kind.CONFLICT


class ReasonsNeeded(Invalid):
    """An answer gives its reasons."""

    code = "rights.reasons_needed"


class Filed(msgspec.Struct, frozen=True):
    """A request, opened; whoever reads it may."""

    request_id: str
    account_id: str | None
    kind: str
    lang: str
    text: str
    contact: str
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str | None
    answer: str | None
    held_until: datetime | None = None  # the erasure that it asks for waits for a legal hold
    held_because: str = ""

    def overdue(self, now: datetime) -> bool:
        """Tell whether it should have been answered by now."""
        return self.answered_at is None and self.due_at <= now


class Figures(msgspec.Struct, frozen=True):
    """What everybody may know about how requests are dealt with."""

    open: int
    overdue: int
    answered: int  # in the last 90 days
    answered_late: int
    working_days_max: int


class ClockedRequest(msgspec.Struct, frozen=True):
    """When a request was filed, due and answered, and how; not whose it is, nor what it says."""

    kind: str
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str | None


class ErasuresCounted(msgspec.Struct, frozen=True):
    """Accounts that ended; ``clean``: nothing of them is left, ``found``: something was when looked."""

    ended: int
    clean: int
    found: int


def check_kind(kind: str) -> RequestKind:
    """Return the kind of a request. Raises ``Invalid``."""
    try:
        return RequestKind(kind)
    except ValueError:
        words = ", ".join(one.value for one in RequestKind)
        raise Invalid(f"kind must be one of {words}.") from None


def check_outcome(outcome: str) -> Outcome:
    """Return the outcome of a request. Raises ``Invalid``."""
    try:
        return Outcome(outcome)
    except ValueError:
        words = ", ".join(one.value for one in Outcome)
        raise Invalid(f"outcome must be one of {words}.") from None


def check_text(text: str, contact: str) -> None:
    """Refuse with ``Invalid`` what is empty or too long."""
    if not text.strip():
        raise Invalid("Say what it is about.")
    if len(text) > TEXT_LETTERS_MAX:
        raise Invalid(f"text may have at most {TEXT_LETTERS_MAX} letters.")
    if len(contact) > CONTACT_LETTERS_MAX:
        raise Invalid(f"contact may have at most {CONTACT_LETTERS_MAX} letters.")


def check_reasons(reasons: str) -> str:
    """Return the reasons of an answer. Raises ``ReasonsNeeded``, ``Invalid``."""
    if not reasons.strip():
        raise ReasonsNeeded
    if len(reasons) > TEXT_LETTERS_MAX:
        raise Invalid(f"reasons may have at most {TEXT_LETTERS_MAX} letters.")
    return reasons.strip()
