"""What people are told when a door is not open [R-005, R-013]. The same words at every door."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.bindings import expected_resume
from teahouse.gate.model.policies import Both, LegalBasis, Policy, State, in_force


class Scope(msgspec.Struct, frozen=True):
    """For whom; ``*`` is everyone."""

    region: str
    account_class: str
    door: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What, for whom, since when, why, by whom, until when, what still works, whom to ask."""

    id: str
    scope: Scope
    state: State
    reason: Both
    legal_basis: tuple[LegalBasis, ...]
    own_decision: bool
    justification: str
    technical_necessity: str
    since: datetime
    until: datetime | None
    expected_resume: datetime | None
    still_works: Both
    contact: str
    related_campaign: str  # what it is part of, or ``none``, said either way
    decided_by: str
    resumes_after: str = ""  # the work whose verified end opens it
    resume_pace_per_minute: int | None = None  # and how many a minute are let in then
    promised_before: tuple[datetime, ...] = ()  # what was expected earlier, and did not come
    slip_reason: Both | None = None  # why, the last time


NO_CAMPAIGN = "none"


class GateClosed(Refused):
    """New accounts are not being made here now."""

    code = "gate.closed"
    kind = Kind.FORBIDDEN


class GatePaced(Refused):
    """New accounts are made at a limited pace now: try again shortly."""

    code = "gate.paced"
    kind = Kind.TOO_MANY


def notice_of(policy: Policy) -> Notice:
    """Return a policy in the words that people get."""
    words = policy.words
    return Notice(
        id=policy.policy_id,
        scope=Scope(policy.region, policy.account_class, policy.door),
        state=policy.state,
        reason=words.reason,
        legal_basis=words.legal_basis,
        own_decision=words.own_decision,
        justification=words.justification,
        technical_necessity=words.technical_necessity,
        since=policy.effective_from,
        until=policy.effective_until,
        expected_resume=expected_resume(policy),
        still_works=words.still_works,
        contact=words.contact,
        related_campaign=words.related_campaign or NO_CAMPAIGN,
        decided_by=policy.decided_by,
        resumes_after=policy.resume_title,
        resume_pace_per_minute=policy.resume_pace_per_minute,
        promised_before=tuple(slip.promised for slip in policy.slips),
        slip_reason=policy.slips[-1].reason if policy.slips else None,
    )


def notices(policies: Iterable[Policy], now: datetime) -> list[Notice]:
    """Return the notices of the policies that restrict anything at a moment."""
    shown = [p for p in policies if p.state is not State.OPEN and in_force(p, now)]
    return [notice_of(policy) for policy in shown]


_SAID = {
    State.PACED: ("limited", "限量"),
    State.WAITLIST: ("by waiting list only", "仅限候补名单"),
    State.INVITE_ONLY: ("by invitation only", "仅限邀请"),
    State.SUSPENDED: ("suspended", "暂停"),
    State.OPEN: ("open", "开放"),
}


def sentence(notice: Notice) -> str:
    """Return a notice as one line for programs that show only a line: en, then zh."""
    en_state, zh_state = _SAID[notice.state]
    resume = notice.until or notice.expected_resume
    en = [f"Registration is {en_state}.", _ended(notice.reason.en, ".")]
    zh = [f"注册{zh_state}。", _ended(notice.reason.zh, "。")]
    if resume is not None:
        en.append(f"Expected to resume: {utc(resume)}.")
        zh.append(f"预计恢复时间：{utc(resume)}。")
    if notice.contact:
        en.append(f"Contact: {notice.contact}.")
        zh.append(f"联系方式：{notice.contact}。")
    en.append("Existing accounts are not affected.")
    zh.append("已有账号不受影响。")
    return " ".join(part for part in en if part) + " / " + "".join(zh)


def utc(at: datetime | None) -> str:
    """Return a moment in words that mean the same everywhere; nothing for ``None``."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _ended(text: str, stop: str) -> str:
    """Return a text with a full stop, unless it has one or is empty."""
    plain = text.strip()
    return plain if not plain or plain[-1] in ".。!！?？" else plain + stop


def closed(policy: Policy) -> GateClosed:
    """Return the refusal that carries a policy's notice."""
    notice = notice_of(policy)
    return GateClosed(sentence(notice), notice=_plain(notice))


def paced(policy: Policy, retry_after_ms: int) -> GatePaced:
    """Return the refusal of a full minute."""
    notice = notice_of(policy)
    return GatePaced(sentence(notice), notice=_plain(notice), retry_after_ms=retry_after_ms)


def _plain(notice: Notice) -> Any:
    return msgspec.to_builtins(notice)
