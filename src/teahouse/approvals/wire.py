"""Requests as their owners see them, and as operators do."""

from datetime import datetime

import msgspec

from teahouse.approvals.model import (
    TEMPLATES,
    Decision,
    Request,
    Round,
    Rule,
    State,
    Verdict,
    sentence,
    sentence_of,
)
from teahouse.screening.model.findings import Finding


class OwnRequestWire(msgspec.Struct, frozen=True):
    """How one's registration stands. ``said`` is what an operator told, in one's language."""

    state: str
    waits_for: tuple[str, ...]
    asks_reason: bool
    reason_given: bool
    said: str
    asks_particulars: bool
    account_class: str
    created_at: datetime
    expires_at: datetime


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why one would like to join."""

    reason: str


class RequestWire(msgspec.Struct, frozen=True):
    """Somebody who waits, or waited, without anything that names them."""

    request_id: str
    waits_for: tuple[str, ...]
    account_class: str
    region: str
    doors: tuple[str, ...]
    signals: tuple[Finding, ...]
    contact_masked: str
    has_reason: bool
    state: str
    rounds: int
    template: str
    words: str
    decided_by: str
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime


class RequestsWire(msgspec.Struct, frozen=True):
    """A page of requests, and how many there are by state. ``next`` asks for the next page."""

    requests: list[RequestWire]
    counts: dict[str, int]
    next: str | None


class RoundWire(msgspec.Struct, frozen=True):
    """One time that more was asked for."""

    number: int
    template: str
    words: str
    asked_at: datetime
    answered_at: datetime | None


class RequestDetailWire(msgspec.Struct, frozen=True):
    """A request with what its owner wrote."""

    request: RequestWire
    reason: str
    rounds: list[RoundWire]


class DecideBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision about one request or several."""

    request_ids: list[str]
    decision: str
    template: str
    words: str = ""

    def verdict(self) -> Verdict | None:
        """Return what was decided; ``None`` when there is no such decision."""
        if self.decision not in {one.value for one in Decision}:
            return None
        return Verdict(Decision(self.decision), self.template, self.words)


class DecidedWire(msgspec.Struct, frozen=True):
    """Which requests were decided; the others had been, or waited no more."""

    decided: list[str]


class TemplateWire(msgspec.Struct, frozen=True):
    """A reason to choose from."""

    decision: str
    template: str
    zh: str
    en: str


class ApprovalRuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a scope needs approval; ``*`` is any."""

    region: str = "*"
    account_class: str = "*"
    door: str = "*"
    needed: bool = True
    asks_reason: bool = True


class ApprovalScopeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The scope whose rule ends."""

    region: str = "*"
    account_class: str = "*"
    door: str = "*"


class ApprovalRulesWire(msgspec.Struct, frozen=True):
    """The rules in force, and the reasons to choose from."""

    rules: list[Rule]
    templates: list[TemplateWire]


def own_wire(request: Request, ended: str) -> OwnRequestWire:
    """Return how a request stands for its owner; ``ended`` is why it was not accepted."""
    said = ended or sentence_of(request.state, request.lang)
    if request.state is State.MORE:
        said = sentence(Decision.ASK, request.template, request.words, request.lang)
    return OwnRequestWire(
        state=request.state.value,
        waits_for=request.waits_for,
        asks_reason=request.asks_reason or request.template == "reason",
        reason_given=request.reason is not None,
        said=said,
        asks_particulars=request.state is State.MORE and request.template != "reason",
        account_class=request.account_class,
        created_at=request.created_at,
        expires_at=request.expires_at,
    )


def request_wire(request: Request, contact_masked: str) -> RequestWire:
    """Return a request as operators see it."""
    return RequestWire(
        request_id=request.request_id,
        waits_for=request.waits_for,
        account_class=request.account_class,
        region=request.region,
        doors=request.doors,
        signals=request.signals,
        contact_masked=contact_masked,
        has_reason=request.reason is not None,
        state=request.state.value,
        rounds=request.rounds,
        template=request.template,
        words=request.words,
        decided_by=request.decided_by,
        decided_at=request.decided_at,
        created_at=request.created_at,
        expires_at=request.expires_at,
    )


def round_wire(one: Round) -> RoundWire:
    """Return one time that more was asked for."""
    return RoundWire(one.number, one.template, one.words, one.asked_at, one.answered_at)


def templates_wire() -> list[TemplateWire]:
    """Return every reason to choose from."""
    return [
        TemplateWire(decision.value, name, zh, en)
        for decision, known in TEMPLATES.items()
        for name, (zh, en) in known.items()
    ]
