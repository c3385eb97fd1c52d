"""Cases as their authors and operators see them."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.cases.model.case import (
    CLAIMED_FOR,
    EXPORT_WINDOW,
    Appeal,
    Case,
    Statement,
    Step,
    Whole,
)
from teahouse.cases.model.procedure import ESTABLISHED, TOLD, Act, State, Who, acts_of
from teahouse.rulebook.model import ContentRule, NoSuchRule, Rules
from teahouse.wellbeing.model import Preferences


class CaseWordsBody(msgspec.Struct, frozen=True):
    """Why an order is wrong, or a decision is appealed."""

    words: str


class CaseOpenBody(msgspec.Struct, frozen=True):
    """What a case is to be about."""

    kind: str
    target: str
    category: str = "other"


class CaseActBody(msgspec.Struct, frozen=True):
    """A step: an act of the procedure, its statement of reasons, and words for whoever reported."""

    act: str
    statement: Statement | None = None
    answer: str = ""


class CaseAppealBody(msgspec.Struct, frozen=True):
    """What becomes of an appeal: ``upheld`` leaves the decision, ``overturned`` takes it back."""

    outcome: str
    answer: str


class SignOffBody(msgspec.Struct, frozen=True):
    """What many accounts are decided on for: ``label:…`` or ``rule:…``."""

    reason: str


class OwnAccountBody(msgspec.Struct, frozen=True):
    """An account that is an operator's own."""

    user_id: str


class CaseStepWire(msgspec.Struct, frozen=True):
    """What was done, when, by whom, and why. Authors see ``operator`` for any of them."""

    act: str
    state: str
    actor: str
    at: datetime
    decider: str
    statement: Statement | None
    words: str


class CaseAppealWire(Appeal, frozen=True):
    """An appeal; ``outcome`` is null while it waits."""


class CaseAppealsWire(msgspec.Struct, frozen=True):
    """Appeals that wait, what is due first."""

    appeals: list[CaseAppealWire]


class OwnCaseWire(msgspec.Struct, frozen=True):
    """One's own case. ``may`` is what one can do now: comply, contest, appeal."""

    case_id: str
    kind: str
    target: str
    place: str
    user_id: str  # the account that it touches, and no other of whoever owns it
    account_class: str
    state: str
    hidden: bool
    rule: ContentRule | None
    due_at: datetime | None
    export_until: datetime | None
    content: Any
    steps: list[CaseStepWire]
    appeal: CaseAppealWire | None
    may: list[str]
    halted_at: datetime | None  # when the account was suspended at once, if it was


class OwnCasesWire(msgspec.Struct, frozen=True):
    """One's own cases, the newest first."""

    cases: list[OwnCaseWire]


class QueuedCaseWire(msgspec.Struct, frozen=True):
    """A case in a queue. ``voices`` is how many independent people reported."""

    case_id: str
    kind: str
    target: str
    place: str
    category: str
    user_id: str
    account_class: str
    state: str
    voices: int
    hidden: bool
    rule_id: str
    due_at: datetime | None
    claimed_by: str
    claimed_at: datetime | None
    asked_by: str
    asked_at: datetime | None
    opened_at: datetime
    moved_at: datetime
    halted_at: datetime | None
    claimed_until: datetime | None = None


class QueueWire(msgspec.Struct, frozen=True):
    """Cases in a state, those that most independent people reported first.

    ``spared``: what is disturbing is left out, because one has seen as much of it as one wants today.
    """

    cases: list[QueuedCaseWire]
    spared: bool


class CaseViewingWire(msgspec.Struct, frozen=True):
    """How an operator wants to see pictures that are evidence."""

    blur: bool
    greyscale: bool
    mute: bool


class CaseDetailWire(msgspec.Struct, frozen=True):
    """A case with its evidence and steps. ``may`` is what an operator can do now."""

    viewing: CaseViewingWire
    case: QueuedCaseWire
    rule: ContentRule | None
    evidence: Any
    steps: list[CaseStepWire]
    appeal: CaseAppealWire | None
    may: list[str]


class CaseOpenedWire(msgspec.Struct, frozen=True):
    """The case that was begun, or is under way."""

    case_id: str


class SignOffWire(msgspec.Struct, frozen=True):
    """A second sign-off; ``reviewed_at`` is null until another operator has reviewed it."""

    sign_off_id: str
    reason: str
    operator_id: str
    at: datetime
    reviewed_by: str
    reviewed_at: datetime | None


class SignOffsWire(msgspec.Struct, frozen=True):
    """Second sign-offs, the newest first."""

    sign_offs: list[SignOffWire]


def case_wire(case: Case) -> QueuedCaseWire:
    """Return a case for a queue."""
    told: dict[str, Any] = msgspec.structs.asdict(case)
    told["state"] = case.state.value
    until = None if case.claimed_at is None else case.claimed_at + CLAIMED_FOR
    named = {name: told[name] for name in QueuedCaseWire.__struct_fields__ if name in told}
    return QueuedCaseWire(**named, claimed_until=until)


def detail_wire(whole: Whole, rules: Rules, seen: Preferences) -> CaseDetailWire:
    """Return a case for an operator."""
    evidence = msgspec.json.decode(whole.evidence) if whole.evidence else None
    acts = acts_of(whole.case.state, Who.OPERATOR, Who.REVIEWER)
    return CaseDetailWire(
        viewing=CaseViewingWire(seen.blur, seen.greyscale, seen.mute),
        case=case_wire(whole.case),
        rule=_rule(whole.case, rules),
        evidence=evidence,
        steps=[_step(one) for one in whole.steps],
        appeal=None if whole.appeal is None else appeal_wire(whole.appeal),
        may=[act.value for act in acts if act is not Act.OVERTURN],
    )


def own_wire(whole: Whole, rules: Rules) -> OwnCaseWire:
    """Return a case for its author: no operator is named in it."""
    case, appeal = whole.case, whole.appeal
    may = [act.value for act in acts_of(case.state, Who.AUTHOR)]
    if case.left_seconds and Act.CONTEST.value in may:
        may.remove(Act.CONTEST.value)
    if appeal is None and case.state in ESTABLISHED:
        may.append("appeal")
    banned = case.state is State.BANNED
    steps = [_step(one, for_author=True) for one in whole.steps if _is_told(one)]
    return OwnCaseWire(
        case_id=case.case_id,
        kind=case.kind,
        target=case.target,
        place=case.place,
        user_id=case.user_id,
        account_class=case.account_class,
        state=case.state.value,
        hidden=case.hidden,
        rule=_rule(case, rules),
        due_at=case.due_at,
        export_until=case.moved_at + EXPORT_WINDOW if banned else None,
        content=msgspec.json.decode(whole.evidence) if whole.evidence else None,
        steps=steps,
        appeal=None if appeal is None else appeal_wire(appeal, for_author=True),
        may=may,
        halted_at=case.halted_at,
    )


def appeal_wire(appeal: Appeal, *, for_author: bool = False) -> CaseAppealWire:
    """Return an appeal."""
    told: dict[str, Any] = msgspec.structs.asdict(appeal)
    if for_author:
        told["taken_by"] = ""
    return CaseAppealWire(**told)


def _is_told(step: Step) -> bool:
    return step.state in TOLD or step.act in (Act.RELEASE.value, Act.EXPIRE.value)


def _step(step: Step, *, for_author: bool = False) -> CaseStepWire:
    actor = step.actor
    if for_author and actor not in ("author", "house"):
        actor = "operator"
    decider = step.statement.decider if step.statement else _decider(step.actor)
    return CaseStepWire(
        step.act, step.state.value, actor, step.at, decider, step.statement, step.words
    )


def _decider(actor: str) -> str:
    return "automatic" if actor == "house" else "person"


def _rule(case: Case, rules: Rules) -> ContentRule | None:
    try:
        return rules.rule(case.rule_id)
    except NoSuchRule:  # not yet, or no longer
        return None
