"""What a policy is, what it must say, and what it decides. ``decide`` is total and monotone."""

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import product

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.doors import DOORS, Door

REGIONS = ("intl", "eu", "cn-mainland")
CLASSES = ("personal", "official", "developer", "enterprise")
ANY = "*"
ATTEMPTS_LIFE = timedelta(days=90)  # counts of who was let in and who not; nobody is named
MAINLAND_COUNTRY = "CN"  # +86; Hong Kong, Macao and Taiwan have codes of their own
PACE_PER_MINUTE_MAX = 1_000_000
TEXT_LETTERS_MAX = 4000
BASES_MAX = 20
JUSTIFICATION_LETTERS_MIN = 12
PAST_MAX = timedelta(days=1)  # what somebody typed a while ago
FUTURE_MAX = timedelta(days=3660)


class State(enum.Enum):
    """How open a scope is."""

    OPEN = "open"
    PACED = "paced"
    WAITLIST = "waitlist"
    INVITE_ONLY = "invite_only"
    SUSPENDED = "suspended"


RESTRICTION = {state: rank for rank, state in enumerate(State)}


class Verdict(enum.IntEnum):
    """What a policy says to one attempt, from open to shut."""

    ADMIT = 0
    PACE = 1
    REFUSE = 2


class Both(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    zh: str = ""
    en: str = ""


class LegalBasis(msgspec.Struct, frozen=True):
    """A citation: the law by its name, its article, the number of the order."""

    law: str
    article: str = ""
    order: str = ""


STILL_WORKS = Both(
    zh="已有用户不受影响：登录、新设备登录、找回密码、换号、加好友、聊天、群组、注销账号都照常。",
    en=(
        "People who have an account are not affected: signing in, also on a new device, resetting "
        "a password, changing a number, adding contacts, chats, groups and deleting an account "
        "all work as before."
    ),
)


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a policy tells people."""

    reason: Both = Both()
    legal_basis: tuple[LegalBasis, ...] = ()
    own_decision: bool = False
    justification: str = ""
    technical_necessity: str = ""
    expected_resume: datetime | None = None
    still_works: Both = STILL_WORKS
    contact: str = ""
    related_campaign: str | None = None
    waiting_list: bool = False  # people may wait: while suspended, or paced at a single door


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that could not be kept, told before its time came."""

    at: datetime
    promised: datetime
    expected: datetime | None  # None: not known
    reason: Both


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that somebody is thinking of."""

    state: State
    region: str = ANY
    account_class: str = ANY
    door: str = ANY
    pace_per_minute: int | None = None
    effective_from: datetime | None = None  # None: at once
    effective_until: datetime | None = None  # None: until it is ended
    words: Words = Words()
    resume_on: str | None = None  # the work whose verified end ends it
    resume_pace_per_minute: int | None = None  # and how many a minute are let in then


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that was decided."""

    policy_id: str
    region: str
    account_class: str
    door: str
    state: State
    pace_per_minute: int | None
    effective_from: datetime
    effective_until: datetime | None
    words: Words
    decided_by: str
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None
    resume_on: str | None = None
    resume_title: str = ""  # the work's, as people are told
    resume_pace_per_minute: int | None = None
    slips: tuple[Slip, ...] = ()


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the doors: without a number, a name or an address."""

    doors: tuple[Door, ...]
    account_class: str
    region: str
    invited: bool = False
    began_at: datetime | None = None  # when they came to the door, if that was before now


class Decision(msgspec.Struct, frozen=True):
    """The strictest verdict and the policy that gave it; no policy, no restriction."""

    verdict: Verdict
    policy: Policy | None


class BadScope(Refused):
    """A region, account class or door of the policy is not one of ours."""

    code = "gate.bad_scope"
    kind = Kind.INVALID


class BadPace(Refused):
    """A paced policy needs how many registrations a minute it lets in; a waiting list may have it."""

    code = "gate.bad_pace"
    kind = Kind.UNPROCESSABLE


class BadTimes(Refused):
    """The policy ends before it begins, or has ended already."""

    code = "gate.bad_times"
    kind = Kind.UNPROCESSABLE


class BadBinding(Refused):
    """That policy cannot wait for that work."""

    code = "gate.bad_binding"
    kind = Kind.UNPROCESSABLE


class PolicyWithoutReason(Refused):
    """People must be told why, in zh and in en."""

    code = "gate.policy_without_reason"
    kind = Kind.UNPROCESSABLE


class PolicyWithoutBasis(Refused):
    """Name the law and its article or order, or say that it is your own decision and why."""

    code = "gate.policy_without_basis"
    kind = Kind.UNPROCESSABLE


class PolicyWithoutNecessity(Refused):
    """Say which step needs the suspension, and why nothing narrower would do."""

    code = "gate.policy_without_necessity"
    kind = Kind.UNPROCESSABLE


def registration_region(service_region: str, phone_country: str | None) -> str:
    """Return where a registration counts: by the proved number's country and the chosen service.

    A +86 number is a mainland registration whatever service was chosen; a foreign number is one of
    the service chosen. The address it comes from is not asked [R-003].
    """
    return "cn-mainland" if phone_country == MAINLAND_COUNTRY else service_region


def in_force(policy: Policy, now: datetime) -> bool:
    """Tell whether a policy holds at a moment."""
    if policy.ended_at is not None and policy.ended_at <= now:
        return False
    at_once = policy.effective_from <= policy.created_at  # whatever a slower clock here says
    begun = at_once or policy.effective_from <= now
    return begun and (policy.effective_until is None or now < policy.effective_until)


def matches(policy: Policy | Draft, attempt: Attempt) -> bool:
    """Tell whether a policy's scope holds an attempt; one of its doors is enough.

    All doors means all that count as registering; another is shut only by its own name.
    """
    if policy.door == ANY:
        doors = not attempt.doors or any(DOORS[d].counts_as_registration for d in attempt.doors)
    else:
        doors = any(door.value == policy.door for door in attempt.doors)
    return (
        doors
        and policy.region in (ANY, attempt.region)
        and policy.account_class in (ANY, attempt.account_class)
    )


def verdict_of(state: State, invited: bool) -> Verdict:
    """Return what a state says to somebody with or without an invitation."""
    if state is State.SUSPENDED:
        return Verdict.REFUSE
    if state in (State.WAITLIST, State.INVITE_ONLY):
        return Verdict.ADMIT if invited else Verdict.REFUSE
    return Verdict.PACE if state is State.PACED else Verdict.ADMIT


def decide(policies: Iterable[Policy], attempt: Attempt, now: datetime) -> Decision:
    """Return the strictest answer of the policies in force; without any, the door is open."""
    strictest = Decision(Verdict.ADMIT, None)
    for policy in policies:
        if not in_force(policy, now) or not matches(policy, attempt):
            continue
        verdict = verdict_of(policy.state, attempt.invited)
        if verdict is Verdict.ADMIT and policy.pace_per_minute is not None:
            verdict = Verdict.PACE  # a waiting list that lets in so many a minute
        decision = Decision(verdict, policy)
        if _strictness(decision) > _strictness(strictest):
            strictest = decision
    return strictest


def _strictness(decision: Decision) -> tuple[int, int, int, str]:
    policy = decision.policy
    if policy is None:
        return (decision.verdict, -1, 0, "")
    pace = PACE_PER_MINUTE_MAX - (policy.pace_per_minute or 0)
    return (decision.verdict, RESTRICTION[policy.state], pace, policy.policy_id)


def check_policy(draft: Draft, now: datetime) -> None:
    """Refuse a policy that is not of our scopes, or that would leave people guessing why.

    Raises ``BadScope``, ``BadPace``, ``BadTimes``, ``BadBinding``, ``PolicyWithoutReason``,
    ``PolicyWithoutBasis``, ``PolicyWithoutNecessity`` [R-005, R-007, R-013].
    """
    _check_scope(draft)
    pace = draft.pace_per_minute
    if draft.state is not State.WAITLIST and (draft.state is State.PACED) != (pace is not None):
        raise BadPace
    if pace is not None and not 0 < pace <= PACE_PER_MINUTE_MAX:
        raise BadPace
    _check_times(draft, now)
    _check_binding(draft)
    _check_lengths(draft.words)
    if draft.state in (State.OPEN, State.PACED):
        return
    if is_vague(draft.words.reason.zh) or is_vague(draft.words.reason.en):
        raise PolicyWithoutReason
    _check_basis(draft.words)
    if draft.state is State.SUSPENDED and not draft.words.technical_necessity.strip():
        raise PolicyWithoutNecessity


def _check_times(draft: Draft, now: datetime) -> None:
    begins, ends = draft.effective_from or now, draft.effective_until
    for moment in (begins, ends, draft.words.expected_resume):
        if moment is not None and not now - PAST_MAX <= moment <= now + FUTURE_MAX:
            raise BadTimes("A time is further away than a policy reaches.")
    if ends is not None and ends <= max(begins, now):
        raise BadTimes


def _check_binding(draft: Draft) -> None:
    pace = draft.resume_pace_per_minute
    if (draft.resume_on is None) != (pace is None):
        raise BadBinding("Name the work that it waits for, and the pace at which it opens then.")
    if pace is None:
        return
    if not 0 < pace <= PACE_PER_MINUTE_MAX:
        raise BadPace
    if verdict_of(draft.state, invited=False) is not Verdict.REFUSE:
        raise BadBinding("Only what shuts people out can wait for a work.")
    if draft.effective_until is not None:
        raise BadBinding("What waits for a work has no end of its own: say what you expect.")


def _check_scope(draft: Draft) -> None:
    doors = {door.value for door in Door}
    if draft.region not in (ANY, *REGIONS):
        raise BadScope(f"region must be * or one of {', '.join(REGIONS)}.")
    if draft.account_class not in (ANY, *CLASSES):
        raise BadScope(f"account_class must be * or one of {', '.join(CLASSES)}.")
    if draft.door != ANY and draft.door not in doors:
        raise BadScope(f"door must be * or one of {', '.join(sorted(doors))}.")


def _check_lengths(words: Words) -> None:
    texts = (
        words.reason.zh, words.reason.en, words.justification, words.technical_necessity,
        words.still_works.zh, words.still_works.en, words.contact, words.related_campaign or "",
        *(part for basis in words.legal_basis for part in (basis.law, basis.article, basis.order)),
    )  # fmt: skip
    if len(words.legal_basis) > BASES_MAX or any(len(text) > TEXT_LETTERS_MAX for text in texts):
        raise BadScope("A text of the policy is too long.")


def _check_basis(words: Words) -> None:
    if words.own_decision:
        if len(words.justification.strip()) < JUSTIFICATION_LETTERS_MIN:
            raise PolicyWithoutBasis("Say why you decided so.")
        if is_vague(words.justification):
            raise PolicyWithoutBasis("That says no more than that there are rules.")
        return
    if not words.legal_basis:
        raise PolicyWithoutBasis
    for basis in words.legal_basis:
        if is_vague(basis.law):
            raise PolicyWithoutBasis(f"“{basis.law}” names no law.")
        if not (_NUMBERED.search(basis.article) or _NUMBERED.search(basis.order)):
            raise PolicyWithoutBasis(f"Give the article of “{basis.law}”, or the order's number.")


# Words that say only that there are laws, and by themselves name none.
_NUMBERED = re.compile(r"[0-9一二三四五六七八九十百]")
_FILLER_ZH = re.compile(
    r"国家|有关|相关|法律|法规|规定|规章|政策|要求|部门|监管|主管|依据|根据|按照|遵照|依照|适用|"
    r"及|和|与|的|等|为了?|因|配合|需要"
)
_FILLER_EN = frozenset(
    re.findall(
        r"\w+",
        """
    according to relevant related applicable respective certain various existing current the a an
    all any of and or with for in under by as per due because we are must comply compliance
    complying pursuant accordance law laws legal regulation regulations regulatory rule rules
    policy policies requirement requirements provision provisions national state local government
    authority authorities department departments competent statutory order orders our this
    """,
    )
)


def is_vague(text: str) -> bool:
    """Tell whether a text says nothing, or nothing but that there are laws and regulations."""
    plain = unicodedata.normalize("NFKC", text).lower()
    rest = _FILLER_ZH.sub("", plain)
    kept = [word for word in re.findall(r"\w+", rest) if word not in _FILLER_EN]
    return not "".join(kept)


def scopes() -> Iterator[tuple[Door, Attempt]]:
    """Go through every region, class and door, as somebody uninvited would."""
    for region, account_class, door in product(REGIONS, CLASSES, Door):
        yield door, Attempt(doors=(door,), account_class=account_class, region=region)


def state_of(decision: Decision) -> State:
    """Return the state that a decision follows from."""
    return State.OPEN if decision.policy is None else decision.policy.state
