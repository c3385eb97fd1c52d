"""A policy that waits for a work: when it opens, what is told when it is late, who may overrule it."""

from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.policies import (
    Both,
    Policy,
    Slip,
    State,
    Words,
    in_force,
    is_vague,
)
from teahouse.works.model import Work, WorkState, foreseen

SLIP_LEAD = timedelta(seconds=60)  # a promise that will not be kept is taken back before its time
OVERRIDE_LIFE = timedelta(hours=1)


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's wish to open what still waits for its work; a second person decides."""

    override_id: str
    policy_id: str
    proposed_by: str
    proposed_name: str
    reason: str
    proposed_at: datetime
    expires_at: datetime
    confirmed_by: str | None = None
    confirm_reason: str | None = None
    confirmed_at: datetime | None = None


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one policy, as it was decided; ``policy`` is how it stands then."""

    change: str  # "set", "ended", "expired", "slipped", "resumed", "overridden"
    policy: Policy
    at: datetime
    reason: Both = Both()


class NeedsTwo(Refused):
    """This waits for a work that is not verified: two operators open it, each with a reason."""

    code = "gate.needs_two"
    kind = Kind.CONFLICT


class OverrideGone(Refused):
    """There is no such proposal to confirm, or its hour is over."""

    code = "gate.override_gone"
    kind = Kind.CONFLICT


class SamePerson(Refused):
    """Somebody else has to confirm it."""

    code = "gate.same_person"
    kind = Kind.FORBIDDEN


class OverrideWithoutReason(Refused):
    """Say why it should open before its work is verified."""

    code = "gate.override_without_reason"
    kind = Kind.UNPROCESSABLE


def check_override_reason(reason: str) -> None:
    """Refuse a reason that says nothing: ``OverrideWithoutReason``."""
    if is_vague(reason):
        raise OverrideWithoutReason


def check_confirms(found: Override | None, actor: str, now: datetime) -> None:
    """Refuse a confirmation by the same person, too late, or of nothing.

    Raises ``OverrideGone``, ``SamePerson``.
    """
    if found is None or found.confirmed_at is not None or found.expires_at <= now:
        raise OverrideGone
    if found.proposed_by == actor:
        raise SamePerson


def expected_resume(policy: Policy) -> datetime | None:
    """Return when a policy is expected to end, as people were told last."""
    return policy.slips[-1].expected if policy.slips else policy.words.expected_resume


def slips_now(policy: Policy, now: datetime) -> bool:
    """Tell whether what people were told to expect is at hand and nothing will keep it."""
    promised = expected_resume(policy)
    return (
        promised is not None
        and policy.state is not State.OPEN
        and policy.effective_until is None
        and in_force(policy, now)
        and promised - SLIP_LEAD <= now
    )


def slip_of(policy: Policy, work: Work | None, now: datetime) -> Slip:
    """Return what people are told instead: a new time if anything speaks for one, and why."""
    promised = expected_resume(policy)
    assert promised is not None, "only a promise slips"
    expected = None if work is None else foreseen(work, now)
    return Slip(at=now, promised=promised, expected=expected, reason=_why_late(work))


def _why_late(work: Work | None) -> Both:
    if work is None:
        return Both(
            zh="预计恢复的时间将到，运营方尚未恢复注册，也没有给出新的时间。",
            en="The expected time is near; the operator has not opened registration, "
            "and has given no new time.",
        )
    zh, en = f"“{work.title}”尚未完成：", f"“{work.title}” is not finished: "
    if work.state is WorkState.FAILED:
        zh, en = f"“{work.title}”失败了。", f"“{work.title}” failed. "
        zh += "在它重新完成并通过核验之前，注册不会恢复。"
        en += "Registration stays shut until it is done again and verified."
    elif work.state is WorkState.STALLED:
        silent = f"{work.heartbeat_at:%Y-%m-%d %H:%M} UTC"
        zh += f"自 {silent} 起没有进展的消息。"
        en += f"nothing has been heard of it since {silent}."
    elif work.total:
        zh += f"共 {work.total} 步，已完成 {work.done} 步。"
        en += f"{work.done} of {work.total} steps are done."
    else:
        zh += "仍在进行，进度未知。"
        en += "it is still running, and does not say how far it has come."
    return Both(zh=zh, en=en)


def resumed_words(policy: Policy, work: Work) -> Words:
    """Return what is told of the pace at which a scope opens after its work."""
    pace = policy.resume_pace_per_minute
    reason = Both(
        zh=f"“{work.title}”已完成并通过核验，注册恢复，每分钟最多 {pace} 个。",
        en=f"“{work.title}” is done and verified: registration is open again, "
        f"for at most {pace} a minute.",
    )
    return msgspec.structs.replace(
        policy.words, reason=reason, technical_necessity="", expected_resume=None
    )


def resumed_because(work: Work) -> Both:
    """Return why a policy ended by itself."""
    digest = work.report_digest or ""
    return Both(
        zh=f"“{work.title}”已完成并通过核验（报告摘要 SHA-256：{digest}）。",
        en=f"“{work.title}” is done and verified (SHA-256 of its report: {digest}).",
    )
