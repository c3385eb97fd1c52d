"""Stages, what each may do in a day, and when a newcomer becomes a member."""

import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from teahouse.errors import Kind, Refused

PER_DAY_MAX = 10**12
DAYS_MAX = 365
REASON_LETTERS_MAX = 500
REMEMBERED_MAX = 100_000
USES_LIFE = timedelta(days=2)  # counts are of a day
PROMOTED_AT_ONCE_MAX = 500


class Stage(enum.Enum):
    """How far an account has come. The names are stored and told."""

    NEWCOMER = "newcomer"
    MEMBER = "member"
    TRUSTED = "trusted"


class Act(enum.Enum):
    """What bulk accounts need much of, and people little. Counted by the day, in UTC."""

    DIRECT_CHATS = "direct_chats"  # begun with people one shares no room with
    INVITES = "invites"  # people invited into rooms
    PUBLIC_ROOMS = "public_rooms"  # made, opened or listed
    JOINS = "joins"  # rooms come into without an invitation
    UPLOAD_BYTES = "upload_bytes"
    SEARCHES = "searches"  # for people


class Why(enum.Enum):
    """What brought an account to its stage."""

    SCREENING = "screening"  # its registration looked like many others
    SETTING = "setting"  # every new account begins so now
    BURST = "burst"  # it came where very many were being made by machine
    VOUCH = "vouch"
    AGE = "age"
    OPERATOR = "operator"


BY_DAYS = (Why.SETTING, Why.BURST)  # these go by themselves after so many days


Limits = dict[str, dict[str, int]]  # stage → act → how many a day; what is absent has no limit

NEWCOMERS_MAY = {
    Act.DIRECT_CHATS.value: 5,
    Act.INVITES.value: 10,
    Act.PUBLIC_ROOMS.value: 0,
    Act.JOINS.value: 20,
    Act.UPLOAD_BYTES.value: 100 * 1024 * 1024,
    Act.SEARCHES.value: 30,
}


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What operators set.

    ``newcomer_days`` is 0 unless every new account begins as newcomer; ``burst_days`` is the same
    for those that are made while and where screening has tightened the gate.
    """

    newcomer_days: int = 0
    burst_days: int = 3
    member_after_days: int = 7
    active_days: int = 3
    at_most_days: int = 30
    limits: Limits = msgspec.field(
        default_factory=lambda: {Stage.NEWCOMER.value: dict(NEWCOMERS_MAY)}
    )

    def per_day(self, stage: Stage, act: Act) -> int | None:
        """Return how much of an act a stage has in a day; ``None``: there is no limit."""
        return self.limits.get(stage.value, {}).get(act.value)

    def begin_as(self, why: Why | None) -> Why | None:
        """Return why a new account begins where it does; ``None``: as a member, without a row."""
        if why not in (None, Why.BURST):
            return why
        days = self.burst_days if why is Why.BURST else 0
        if self.newcomer_days > days:
            return Why.SETTING
        return why if days > 0 else None

    def counts(self, stage: Stage) -> bool:
        """Tell whether anything is limited at a stage."""
        return bool(self.limits.get(stage.value))


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account stands. ``since`` is ``None`` for who has always been a member."""

    stage: Stage = Stage.MEMBER
    since: datetime | None = None
    why: Why | None = None
    reason: str = ""
    active_days: int = 0
    active_on: date | None = None
    silenced: str = ""  # what it has to do before it may speak


class Allowance(msgspec.Struct, frozen=True):
    """How much of an act is allowed today, and how much was used."""

    act: Act
    per_day: int
    used: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account stands, what that allows, and how it gets further."""

    stage: Stage
    since: datetime | None
    why: Why | None
    reason: str
    allowances: list[Allowance]
    member_from: datetime | None  # with enough active days; ``None`` when age does not decide
    member_at: datetime | None  # in any case
    active_days: int
    active_days_needed: int


class Reached(msgspec.Struct, frozen=True):
    """How many accounts of a stage have used an act today as much as a limit allows, or more."""

    stage: str
    act: str
    accounts: int


class StagesPreview(msgspec.Struct, frozen=True):
    """How many accounts are at each stage, and what rules would do to them."""

    stages: dict[str, int]
    newcomers: dict[str, int]  # of those, by why
    promoted: int  # newcomers who would become members at once
    reached: list[Reached]


class StandingLimit(Refused):
    """That is as much as a new account may do of this in a day. Go on tomorrow."""

    code = "standing.limit"
    kind = Kind.TOO_MANY


class TooNew(Refused):
    """A new account may not do this yet."""

    code = "standing.too_new"
    kind = Kind.FORBIDDEN


class Silenced(Refused):
    """You can read, and cannot speak yet: something is asked of you first. See your tasks."""

    code = "standing.silenced"
    kind = Kind.FORBIDDEN


class BadRules(Refused):
    """Limits are whole numbers of known acts at known stages; days are at most 365."""

    code = "standing.bad_rules"
    kind = Kind.UNPROCESSABLE


class BadStage(Refused):
    """There is no such stage, or the account is at it already."""

    code = "standing.bad_stage"
    kind = Kind.UNPROCESSABLE


class ReasonNeeded(Refused):
    """Say why: a reason of at most 500 letters."""

    code = "standing.reason_needed"
    kind = Kind.UNPROCESSABLE


def check_rules(rules: Rules) -> None:
    """Refuse rules that cannot be meant: ``BadRules``."""
    stages, acts = {one.value for one in Stage}, {one.value for one in Act}
    if not set(rules.limits) <= stages:
        raise BadRules
    for limits in rules.limits.values():
        if not set(limits) <= acts or any(not 0 <= n <= PER_DAY_MAX for n in limits.values()):
            raise BadRules
    days = (
        rules.newcomer_days,
        rules.burst_days,
        rules.member_after_days,
        rules.active_days,
        rules.at_most_days,
    )
    if any(not 0 <= n <= DAYS_MAX for n in days) or rules.at_most_days < rules.member_after_days:
        raise BadRules
    if rules.at_most_days == 0:
        raise BadRules("A newcomer becomes a member in the end: at_most_days is at least 1.")


def check_reason(reason: str) -> str:
    """Return a reason without its margins, or raise ``ReasonNeeded``."""
    text = reason.strip()
    if not 0 < len(text) <= REASON_LETTERS_MAX:
        raise ReasonNeeded
    return text


def stage_named(name: str) -> Stage:
    """Return a stage by its name. Raises ``BadStage``."""
    try:
        return Stage(name)
    except ValueError:
        raise BadStage from None


def member_from(place: Place, rules: Rules) -> tuple[datetime, datetime] | None:
    """Return when a newcomer becomes a member: if active enough, and in any case.

    ``None`` where only an operator decides: for other stages, and for who was put back by one.
    """
    if place.stage is not Stage.NEWCOMER or place.since is None or place.why is Why.OPERATOR:
        return None
    if place.why in BY_DAYS:
        days = rules.newcomer_days if place.why is Why.SETTING else rules.burst_days
        end = place.since + timedelta(days=days)
        return end, end
    return (
        place.since + timedelta(days=rules.member_after_days),
        place.since + timedelta(days=rules.at_most_days),
    )


def promoted(place: Place, rules: Rules, now: datetime) -> bool:
    """Tell whether a newcomer is a member now."""
    until = member_from(place, rules)
    if until is None:
        return False
    early, late = until
    enough = place.active_days >= rules.active_days or place.why in BY_DAYS
    return now >= late or (enough and now >= early)


def tomorrow_ms(now: datetime) -> int:
    """Return how long it is until the next day begins, in UTC."""
    next_day = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return int((next_day - now).total_seconds() * 1000)


def refusal(act: Act, per_day: int, place: Place, rules: Rules, now: datetime) -> Refused:
    """Return the refusal of an act, with what a person needs to get further."""
    fields: dict[str, Any] = {"act": act.value, "per_day": per_day, "stage": place.stage.value}
    until = member_from(place, rules)
    if until is not None:
        fields |= {"member_from": until[0].isoformat(), "member_at": until[1].isoformat()}
    if per_day == 0:
        return TooNew(**fields)
    return StandingLimit(retry_after_ms=tomorrow_ms(now), **fields)


def standing(place: Place, rules: Rules, used: Mapping[str, int]) -> Standing:
    """Return where an account stands, in full."""
    until = member_from(place, rules)
    limits = rules.limits.get(place.stage.value, {})
    return Standing(
        stage=place.stage,
        since=place.since,
        why=place.why,
        reason=place.reason,
        allowances=[
            Allowance(act, limits[act.value], used.get(act.value, 0))
            for act in Act
            if act.value in limits
        ],
        member_from=until[0] if until else None,
        member_at=until[1] if until else None,
        active_days=place.active_days,
        active_days_needed=rules.active_days,
    )
