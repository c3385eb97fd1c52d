"""What each age may do, as data: the rules of a profile, with the articles that they follow.

A profile is total: it answers for every capability and every band, and for who is of unknown age.
"""

import enum
from datetime import UTC, date, datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.minors.model.ages import GROWN, Age
from teahouse.minors.model.hours import DAY_MINUTES, NightRule, PlayRule
from teahouse.minors.model.spending import SpendingRule

UNKNOWN = "unknown"
RECORD_HOURS_MAX = 72  # an open record is shut again within days, whatever the profile says


class Capability(enum.Enum):
    """What products ask about before they let somebody do it. The names are stored and told."""

    LIVE = "live.publish"
    VIDEO = "video.publish"
    TIP = "tip.give"
    PAY = "pay"
    STRANGERS = "strangers"  # to be written to, or invited, by people one does not know
    RECOMMENDED = "recommend.personal"  # shown what fits one's own doings
    ADVERTISED = "advertise.personal"


class Answer(enum.Enum):
    """What a rule answers for an age."""

    YES = "yes"
    NO = "no"
    GUARDIAN = "guardian"  # when a guardian says yes


class Why(enum.Enum):
    """Why somebody may not. The names are told."""

    UNKNOWN_AGE = "unknown_age"
    AGE = "age"
    GUARDIAN_SILENT = "guardian_silent"  # a guardian has not said yes
    GUARDIAN_SAID_NO = "guardian_said_no"


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule comes from, in both languages."""

    zh: str
    en: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ages may do from a day on. ``answers``: by the first year of a band, and ``unknown``."""

    capability: Capability
    effective_from: date
    answers: dict[str, Answer]
    articles: tuple[Article, ...] = ()


class TimeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many minutes of a day each band has, where it is limited; and on days off, if others."""

    minutes: dict[str, int] = {}
    off_minutes: dict[str, int] = {}
    guardian_minutes_max: int = DAY_MINUTES  # the most that a guardian can set for a day
    articles: tuple[Article, ...] = ()

    def cap(self, band: str, off: bool) -> int | None:
        """Return the minutes of a day, or of a day off; ``None``: they are not limited."""
        usual = self.minutes.get(band)
        return self.off_minutes.get(band, usual) if off else usual


class RecordsRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long who runs the house may open the record of each band, once a second person agrees.

    Bands that are not named are not guarded. ``urgent_hours``: in which danger to life is confirmed.
    """

    hours: dict[str, int] = {}
    urgent_hours: int = 24
    articles: tuple[Article, ...] = ()

    def hours_of(self, at_least: int | None) -> int | None:
        """Return the hours of a band by its first year; ``None``: it is not guarded."""
        return None if at_least is None else self.hours.get(str(at_least))


class LabelRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which ages on what is published can be labelled, and whom a label keeps away.

    All are years. Who is of ``unknown`` age counts as so old here; what nobody labelled is for who is
    ``unlabelled``; what is borderline is shown from ``borderline`` on, after a warning.
    """

    labels: tuple[int, ...]
    unlabelled: int
    unknown: int
    borderline: int
    articles: tuple[Article, ...]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of one place. Days begin by ``utc_offset_minutes``, bands at ``nodes`` (years)."""

    name: str
    utc_offset_minutes: int
    nodes: tuple[int, ...]
    rules: tuple[Rule, ...]
    content: LabelRule
    spending: SpendingRule | None = None
    play: PlayRule | None = None
    night: NightRule | None = None
    time: TimeRule = TimeRule()
    records: RecordsRule = RecordsRule()

    def day(self, at: datetime) -> date:
        """Return which day it is there."""
        return (at.astimezone(UTC) + timedelta(minutes=self.utc_offset_minutes)).date()

    def rule(self, capability: Capability, day: date) -> Rule:
        """Return the rule in force on a day; before the first of all, that first one."""
        mine = sorted(
            (rule for rule in self.rules if rule.capability is capability),
            key=lambda rule: rule.effective_from,
        )
        in_force = [rule for rule in mine if rule.effective_from <= day]
        return in_force[-1] if in_force else mine[0]


class Verdict(msgspec.Struct, frozen=True):
    """Whether somebody may do something; if not, why, and by which articles."""

    capability: Capability
    allowed: bool
    why: Why | None = None
    articles: tuple[Article, ...] = ()


class MayNot(Refused):
    """At your age, as far as it is known here, this is not open to you."""

    code = "minors.may_not"
    kind = Kind.FORBIDDEN


class NoSuchCapability(Refused):
    """There is nothing of that name that ages are asked about."""

    code = "minors.no_capability"
    kind = Kind.NOT_FOUND


def read_profile(text: bytes) -> Profile:
    """Read a profile's file, and assert that it is total."""
    profile = msgspec.json.decode(text, type=Profile)
    bands = {UNKNOWN, "0", *(str(node) for node in profile.nodes)}
    assert list(profile.nodes) == sorted(set(profile.nodes)), "nodes go up"
    assert {rule.capability for rule in profile.rules} == set(Capability), "a rule for each"
    if profile.spending is not None:
        assert set(profile.spending.caps) <= bands, "caps are of bands"
    time = profile.time
    assert {*time.minutes, *time.off_minutes} <= bands, "minutes are of bands"
    assert 0 < time.guardian_minutes_max <= DAY_MINUTES, "a day has 1,440 minutes"
    records = profile.records
    assert set(records.hours) <= bands - {UNKNOWN, str(GROWN)}, "records are of minors' bands"
    assert all(0 < one <= RECORD_HOURS_MAX for one in records.hours.values()), "a short time"
    assert 0 < records.urgent_hours <= RECORD_HOURS_MAX, "a short time"
    content = profile.content
    assert content.labels[0] == 0, "a label for everybody"
    assert list(content.labels) == sorted(set(content.labels)), "labels go up"
    assert {0, content.unlabelled, content.borderline, *content.labels} <= {0, *profile.nodes}
    for rule in profile.rules:
        assert set(rule.answers) == bands, f"{rule.capability.value}: an answer for each band"
    return profile


def capability_named(name: str) -> Capability:
    """Return a capability by its name. Raises ``NoSuchCapability``."""
    try:
        return Capability(name)
    except ValueError:
        raise NoSuchCapability from None


def verdict(
    profile: Profile, age: Age, words: dict[Capability, bool], capability: Capability, day: date
) -> Verdict:
    """Return whether somebody of an age may; ``words`` are what guardians said of a minor.

    A guardian's no counts whatever the rule says, and their yes only where the rule asks for it.
    """
    rule = profile.rule(capability, day)
    answer = rule.answers[UNKNOWN if age.at_least is None else str(age.at_least)]
    word = words.get(capability) if age.minor else None
    why = None
    if answer is Answer.NO:
        why = Why.UNKNOWN_AGE if age.at_least is None else Why.AGE
    elif word is False:
        why = Why.GUARDIAN_SAID_NO
    elif answer is Answer.GUARDIAN and word is not True:
        why = Why.UNKNOWN_AGE if age.at_least is None else Why.GUARDIAN_SILENT
    return Verdict(capability, why is None, why, rule.articles)
