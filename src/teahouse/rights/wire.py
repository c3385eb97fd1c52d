"""What is held, exports, requests and erasures as the outside sees them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.rights.model.exports import Export
from teahouse.rights.model.holdings import Held, Holding
from teahouse.rights.model.requests import Figures, Filed


class HeldWire(msgspec.Struct, frozen=True):
    """How much of a kind is held, when the last of it came, and what deleting the account does."""

    id: str
    zh: str
    en: str
    fields: list[str]
    count: int
    last_at: datetime | None
    erasure: str  # always, asked, kept
    kept_because_zh: str
    kept_because_en: str


class HeldListWire(msgspec.Struct, frozen=True):
    """All that is held of the caller."""

    held: list[HeldWire]


class ExportWire(msgspec.Struct, frozen=True):
    """An export."""

    export_id: str
    state: str
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    bytes: int | None


class ExportsWire(msgspec.Struct, frozen=True):
    """The caller's exports, newest first."""

    exports: list[ExportWire]


class ExportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asking for an export, with the policy that was shown."""

    policy_version: str
    lang: str = "en"


class ExportAsked(msgspec.Struct, frozen=True):
    """The export that was asked for."""

    export_id: str


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request, with the policy that was shown beside the form."""

    kind: str
    text: str
    policy_version: str
    contact: str = ""
    lang: str = "en"


class RequestWire(msgspec.Struct, frozen=True):
    """A request as whoever made it sees it."""

    request_id: str
    kind: str
    lang: str
    text: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    answered_at: datetime | None
    outcome: str | None
    answer: str | None
    held_until: datetime | None  # the erasure that was asked for waits for a legal hold
    held_because: str  # what may be told of it; empty: that the law asks for it


class RequestFiled(msgspec.Struct, frozen=True):
    """A request and the reference by which it is found again; told once."""

    reference: str
    request: RequestWire


class RequestsWire(msgspec.Struct, frozen=True):
    """The caller's requests, newest first."""

    requests: list[RequestWire]


class OperatorRequestWire(msgspec.Struct, frozen=True):
    """A request as operators see it."""

    request_id: str
    account_id: str | None
    kind: str
    lang: str
    text: str
    contact: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    answered_at: datetime | None
    outcome: str | None
    answer: str | None
    held_until: datetime | None  # the erasure that was asked for waits for a legal hold
    held_because: str  # what may be told of it; empty: that the law asks for it


class OperatorRequestsWire(msgspec.Struct, frozen=True):
    """Requests: the open ones by their day, or those answered, newest first."""

    requests: list[OperatorRequestWire]


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a request."""

    outcome: str
    reasons: str


class FiguresWire(msgspec.Struct, frozen=True):
    """How requests are dealt with; ``answered`` in the last 90 days."""

    open: int
    overdue: int
    answered: int
    answered_late: int
    working_days_max: int


class ErasureWire(msgspec.Struct, frozen=True):
    """Whether an erasure has been found to have happened; ``found`` is what was left.

    ``held`` is what stays for legal holds alone; one that has not begun for them has ``held_until``.
    ``traces`` is what the last combing found; ``combed_at`` is when one found nothing.
    """

    account_id: str
    erase: bool
    ended_at: datetime
    looked_at: datetime | None
    times: int
    found: str
    done: bool
    held_until: datetime | None
    held: str
    combed_at: datetime | None
    traces: str


class ErasuresWire(msgspec.Struct, frozen=True):
    """Erasures that are not done, then those done lately."""

    erasures: list[ErasureWire]


def held_wire(found: Iterable[tuple[Holding, Held]]) -> HeldListWire:
    """Return what is held."""
    return HeldListWire(
        [
            HeldWire(
                holding.name,
                holding.words.zh,
                holding.words.en,
                list(holding.fields),
                held.count,
                held.last_at,
                holding.erasure,
                holding.kept_because.zh if holding.kept_because else "",
                holding.kept_because.en if holding.kept_because else "",
            )
            for holding, held in found
        ]
    )


def exports_wire(found: Iterable[Export]) -> ExportsWire:
    """Return exports."""
    return ExportsWire(
        [
            ExportWire(
                one.export_id,
                one.state,
                one.asked_at,
                one.ready_at,
                one.expires_at,
                one.bytes_count,
            )
            for one in found
        ]
    )


def request_wire(filed: Filed, now: datetime) -> RequestWire:
    """Return a request as whoever made it sees it."""
    return RequestWire(
        filed.request_id,
        filed.kind,
        filed.lang,
        filed.text,
        filed.opened_at,
        filed.due_at,
        filed.overdue(now),
        filed.answered_at,
        filed.outcome,
        filed.answer,
        filed.held_until,
        filed.held_because,
    )


def operator_request_wire(filed: Filed, now: datetime) -> OperatorRequestWire:
    """Return a request as operators see it."""
    return OperatorRequestWire(
        filed.request_id,
        filed.account_id,
        filed.kind,
        filed.lang,
        filed.text,
        filed.contact,
        filed.opened_at,
        filed.due_at,
        filed.overdue(now),
        filed.answered_at,
        filed.outcome,
        filed.answer,
        filed.held_until,
        filed.held_because,
    )


def figures_wire(figures: Figures) -> FiguresWire:
    """Return the figures."""
    return FiguresWire(**msgspec.structs.asdict(figures))
