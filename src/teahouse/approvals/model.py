"""What has to wait, what a decision must say, and what may follow what."""

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import REGIONS
from teahouse.screening.model.findings import Finding

APPROVAL = "approval"  # what a registration is held for: somebody has to agree
REVIEW = "review"  # the particulars have to be looked at
KINDS = (APPROVAL, REVIEW)
CLASSES = ("personal", "official", "developer", "enterprise")
REASON_LETTERS_MAX = 500
WORDS_LETTERS_MAX = 500
ROUNDS_MAX = 10
DECIDED_AT_ONCE_MAX = 100
PAGE_MAX = 100
KEPT = timedelta(days=90)  # the record of a decision, with nothing personal in it
LAPSE_BEFORE = timedelta(minutes=30)  # so that we end it, and can say so, before it is emptied


class State(enum.Enum):
    """How a request stands."""

    WAITING = "waiting"
    MORE = "more"  # its owner has to add something
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DONE = "done"  # the account was made


UNDECIDED = (State.WAITING, State.MORE)


class Decision(enum.Enum):
    """What an operator may do with a request."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"


FOLLOWS = {
    Decision.APPROVE: State.APPROVED,
    Decision.DECLINE: State.DECLINED,
    Decision.ASK: State.MORE,
}

# Reasons to choose from, in both languages; ``other`` says nothing by itself and needs words.
TEMPLATES: dict[Decision, dict[str, tuple[str, str]]] = {
    Decision.APPROVE: {
        "checked": ("资料已核对，符合注册要求。", "We checked it, and everything is in order."),
        "known": ("已确认申请人身份。", "We know who is asking."),
        "other": ("", ""),
    },
    Decision.DECLINE: {
        "incomplete": ("所填资料不完整或无法核实。", "What was given is incomplete or cannot be checked."),
        "not_eligible": ("不符合本站的注册范围。", "Accounts here are not meant for this."),
        "automated": ("该申请与大量自动注册相似。", "It looks like many automated registrations."),
        "duplicate": ("同一主体已有账号。", "There is an account for the same subject already."),
        "other": ("", ""),
    },
    Decision.ASK: {
        "reason": ("请说明您想加入的原因。", "Please tell us why you would like to join."),
        "particulars": ("请更正或补充主体与证照信息。", "Please correct or complete the particulars."),
        "other": ("", ""),
    },
}  # fmt: skip


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Whether new accounts of a scope need somebody's approval; ``*`` is any."""

    rule_id: str
    region: str
    account_class: str
    door: str
    needed: bool
    asks_reason: bool
    set_by: str
    set_at: datetime


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits, or waited. ``reason`` is sealed; ``digest`` names the registration."""

    request_id: str
    digest: bytes | None
    waits_for: tuple[str, ...]
    account_class: str
    region: str
    doors: tuple[str, ...]
    lang: str
    signals: tuple[Finding, ...]  # what made it look unusual
    asks_reason: bool
    reason: bytes | None
    state: State
    rounds: int
    template: str
    words: str
    decided_by: str
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime


class Round(msgspec.Struct, frozen=True):
    """One time that more was asked for."""

    number: int
    template: str
    words: str
    asked_at: datetime
    answered_at: datetime | None


class Verdict(msgspec.Struct, frozen=True):
    """A decision with its reason: one of ``TEMPLATES``, and words of one's own."""

    decision: Decision
    template: str
    words: str = ""


class SendLetter(msgspec.Struct, frozen=True):
    """Have somebody told what became of their registration."""

    kind: ClassVar[str] = "approvals.send_letter"

    letter_id: str


class NoSuchRequest(Refused):
    """There is no such request, or it does not wait any more."""

    code = "approvals.not_found"
    kind = Kind.NOT_FOUND


class BadVerdict(Refused):
    """A decision needs a reason: one to choose, and words where that says nothing; 500 letters at most."""

    code = "approvals.bad_verdict"
    kind = Kind.UNPROCESSABLE


class BadReason(Refused):
    """Tell us in 1 to 500 letters."""

    code = "approvals.bad_reason"
    kind = Kind.UNPROCESSABLE


class NotAsked(Refused):
    """What was given is being looked at now: it is changed when somebody asks for it."""

    code = "approvals.not_asked"
    kind = Kind.CONFLICT


class BadRule(Refused):
    """There is no such region, class or door."""

    code = "approvals.bad_rule"
    kind = Kind.UNPROCESSABLE


def check_verdict(verdict: Verdict) -> Verdict:
    """Return a verdict without margins, or raise ``BadVerdict``."""
    words = verdict.words.strip()
    known = TEMPLATES[verdict.decision]
    if verdict.template not in known or len(words) > WORDS_LETTERS_MAX:
        raise BadVerdict(templates=list(known))
    if verdict.template == "other" and not words:
        raise BadVerdict(templates=list(known))
    return Verdict(verdict.decision, verdict.template, words)


def check_reason(text: str) -> str:
    """Return what an applicant wrote without margins, or raise ``BadReason``."""
    written = text.strip()
    if not 0 < len(written) <= REASON_LETTERS_MAX:
        raise BadReason
    return written


def check_rule(region: str, account_class: str, door: str) -> None:
    """Refuse a scope that cannot be: ``BadRule``."""
    if region not in ("*", *REGIONS) or account_class not in ("*", *CLASSES):
        raise BadRule
    if door != "*" and door not in {one.value for one in Door}:
        raise BadRule


def sentence(decision: Decision, template: str, words: str, lang: str) -> str:
    """Return a decision's reason in a language, with the operator's own words after it."""
    zh, en = TEMPLATES[decision].get(template, ("", ""))
    chosen = zh if lang == "zh" else en
    return " ".join(part for part in (chosen, words) if part)


_ENDINGS = {
    State.LAPSED: (
        "十四天内未能处理，申请已失效。",
        "Nobody decided within fourteen days, so it lapsed.",
    ),
    State.WITHDRAWN: ("您已撤回申请。", "You have withdrawn."),
}


def sentence_of(state: State, lang: str) -> str:
    """Return why a registration ended that nobody declined."""
    zh, en = _ENDINGS.get(state, ("", ""))
    return zh if lang == "zh" else en


def rule_for(
    rules: Iterable[Rule], region: str, account_class: str, doors: Sequence[str]
) -> Rule | None:
    """Return the rule that decides for a registration: the most particular, then the newest."""

    def fits(rule: Rule) -> bool:
        return (
            rule.region in ("*", region)
            and rule.account_class in ("*", account_class)
            and (rule.door == "*" or rule.door in doors)
        )

    def rank(rule: Rule) -> tuple[int, datetime, str]:
        exact = sum(word != "*" for word in (rule.region, rule.account_class, rule.door))
        return exact, rule.set_at, rule.rule_id

    return max(filter(fits, rules), key=rank, default=None)


def wait_for(account_class: str, rule: Rule | None) -> str | None:
    """Return what a registration has to wait for, by the rule for its scope.

    Official accounts are reviewed unless operators said otherwise; nobody else waits unless they did.
    """
    official = account_class == "official"
    needed = official if rule is None else rule.needed
    if not needed:
        return None
    return REVIEW if official else APPROVAL


def may_follow(state: State, decision: Decision, rounds: int) -> bool:
    """Tell whether a request can be decided so. What was decided is not decided again."""
    if decision is Decision.ASK:
        return state is State.WAITING and rounds < ROUNDS_MAX
    return state in UNDECIDED
