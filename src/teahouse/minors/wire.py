"""Minors' shapes on our own API."""

from datetime import date, datetime

import msgspec

from teahouse.minors.model.ages import Age
from teahouse.minors.model.families import Contact, Link
from teahouse.minors.model.hours import Hours
from teahouse.minors.model.limits import BadLimits, Limits
from teahouse.minors.model.profile import (
    Article,
    Capability,
    LabelRule,
    Profile,
    TimeRule,
    Verdict,
)
from teahouse.minors.model.spending import Caps
from teahouse.minors.service.deciding import AgeAppeal
from teahouse.minors.service.families import Ward
from teahouse.minors.service.house import Held


class AgeAppealBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one says of the age that one counts as."""

    words: str


class GuardianAskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a minor asks to be their guardian."""

    user_id: str


class WardAgreeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A minor's month of birth, and the password or a code to show that it is the guardian."""

    birth_month: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class WardEndBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password or a code to show that it is the guardian."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


class SayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a ward may or may not; ``allowed: null`` takes back what was said."""

    capability: str
    allowed: bool | None = None
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class SettleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old somebody counts as from now on: a day of birth, which is not kept, or a band."""

    reason: str
    born_on: date | None = None
    at_least: int | None = None


class AgeWire(msgspec.Struct, frozen=True):
    """How old somebody counts as; ``at_least: null``: nobody has told."""

    at_least: int | None
    sources: list[str]
    conflicting: bool


class MayWire(msgspec.Struct, frozen=True):
    """Whether somebody may do something, why not, and by which rules; what guardians said of it."""

    capability: str
    allowed: bool
    why: str | None
    articles: list[Article]
    said: bool | None


class LinkWire(msgspec.Struct, frozen=True):
    """Who answers for a minor; ``since: null``: is asked to."""

    user_id: str
    asked_at: datetime
    since: datetime | None


class WardContactBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """With whom a minor asks to write."""

    user_id: str


class WardAnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a ward may write with somebody, and the proof that it is the guardian."""

    user_id: str
    agreed: bool
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class WardContactWire(msgspec.Struct, frozen=True):
    """Somebody whom a minor asked to write with; ``agreed_at``: since when they may."""

    user_id: str
    asked_at: datetime
    agreed_at: datetime | None


class LimitsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guardian sets; what is ``null`` is as the profile has it. Minutes are of the day."""

    night_begins_minute: int | None = None
    night_ends_minute: int | None = None
    once_minor: int | None = None
    month_minor: int | None = None
    password: str | None = None
    kind: str | None = None
    code: str | None = None

    def limits(self) -> Limits:
        """Return what is set. Raises ``BadLimits`` for half a night."""
        begins, ends = self.night_begins_minute, self.night_ends_minute
        if (begins is None) != (ends is None):
            raise BadLimits
        night = None if begins is None or ends is None else Hours(begins, ends)
        return Limits(night, Caps(self.once_minor, self.month_minor))


class LimitsWire(msgspec.Struct, frozen=True):
    """In which hours a minor does not write, what they may spend, and when they may play next.

    What is ``null`` is not limited. ``currency`` is that of the caps, ``spent_minor`` this month's.
    """

    night_begins_minute: int | None
    night_ends_minute: int | None
    utc_offset_minutes: int
    once_minor: int | None
    month_minor: int | None
    currency: str | None
    spent_minor: int
    play_begins_at: datetime | None
    play_ends_at: datetime | None


class MineWire(msgspec.Struct, frozen=True):
    """What is known of one's own age, and what follows of it."""

    age: AgeWire
    may: list[MayWire]
    guardians: list[LinkWire]
    contacts: list[WardContactWire]
    limits: LimitsWire
    appealed_at: datetime | None


class WardWire(msgspec.Struct, frozen=True):
    """A minor for whom one answers, or is asked to: then nothing of them is told."""

    user_id: str
    asked_at: datetime
    since: datetime | None
    age: AgeWire
    may: list[MayWire]
    contacts: list[WardContactWire]
    limits: LimitsWire | None


class WardsWire(msgspec.Struct, frozen=True):
    """Those for whom one answers, or is asked to."""

    wards: list[WardWire]


class AgeAppealsWire(msgspec.Struct, frozen=True):
    """Appeals that wait, the oldest first."""

    appeals: list[AgeAppeal]


class AccountAgeWire(msgspec.Struct, frozen=True):
    """How old an account's person counts as, for operators."""

    age: AgeWire
    may: list[MayWire]
    appeal: AgeAppeal | None


class RuleWire(msgspec.Struct, frozen=True):
    """A rule of the profile."""

    capability: str
    effective_from: date
    answers: dict[str, str]
    articles: list[Article]


class ProfileWire(msgspec.Struct, frozen=True):
    """The rules by which ages are judged here."""

    name: str
    utc_offset_minutes: int
    nodes: list[int]
    rules: list[RuleWire]
    time: TimeRule
    content: LabelRule


def age_wire(age: Age) -> AgeWire:
    """Return an age as it is told: without the day on which the next band begins."""
    return AgeWire(age.at_least, [one.value for one in age.sources], age.conflicting)


def may_wire(verdicts: list[Verdict], words: dict[Capability, bool]) -> list[MayWire]:
    """Return what somebody may."""
    return [
        MayWire(
            one.capability.value,
            one.allowed,
            None if one.why is None else one.why.value,
            list(one.articles),
            words.get(one.capability),
        )
        for one in verdicts
    ]


def link_wire(user_id: str, link: Link) -> LinkWire:
    """Return who answers for a minor."""
    return LinkWire(user_id, link.asked_at, link.agreed_at)


def contact_wires(contacts: list[tuple[str, Contact]]) -> list[WardContactWire]:
    """Return whom a minor may write with, and whom they ask for."""
    return [WardContactWire(user_id, one.asked_at, one.agreed_at) for user_id, one in contacts]


def limits_wire(found: Held, profile: Profile) -> LimitsWire:
    """Return what holds for somebody."""
    night, caps, play = found.night, found.caps, found.play
    currency = None if profile.spending is None else profile.spending.currency
    return LimitsWire(
        None if night is None else night.begins_minute,
        None if night is None else night.ends_minute,
        profile.utc_offset_minutes,
        caps.once_minor,
        caps.month_minor,
        currency,
        sum(one.amount_minor for one in found.spent if currency in (None, one.currency)),
        None if play is None else play.begins_at,
        None if play is None else play.ends_at,
    )


def ward_wire(
    ward: Ward, contacts: list[tuple[str, Contact]], limits: LimitsWire | None
) -> WardWire:
    """Return a minor as their guardian sees them."""
    link, may = ward.link, may_wire(ward.verdicts, ward.words)
    known = contact_wires(contacts)
    age = age_wire(ward.age)
    return WardWire(ward.user_id, link.asked_at, link.agreed_at, age, may, known, limits)


def profile_wire(profile: Profile) -> ProfileWire:
    """Return the rules of a profile."""
    rules = [
        RuleWire(
            rule.capability.value,
            rule.effective_from,
            {band: answer.value for band, answer in rule.answers.items()},
            list(rule.articles),
        )
        for rule in profile.rules
    ]
    nodes, offset = list(profile.nodes), profile.utc_offset_minutes
    return ProfileWire(profile.name, offset, nodes, rules, profile.time, profile.content)
