"""The rules that content is held against: a profile read from a file, and what may not stand in it.

A rule is about conduct. One that singles people out by what they are is refused when the file is
read; a rule may name such a characteristic only to protect those who have it (``protects``), and then
its conduct is hatred or discrimination.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.errors import Refused

RULES_MAX = 500
CONDUCTS = (
    "spam", "fraud", "gambling", "violence", "sexual", "minors", "hatred", "discrimination",
    "harassment", "privacy", "impersonation", "intellectual", "exchange", "security", "other",
)  # fmt: skip
PROTECTIVE = ("hatred", "discrimination")
# What people are, in the words in which a rule could name it.
CHARACTERISTICS: dict[str, tuple[str, ...]] = {
    "orientation": ("lgbt", "gay", "lesbian", "homosexual", "bisexual", "queer", "同性恋", "双性恋"),
    "gender": ("transgender", "transsexual", "women", "feminis", "跨性别", "妇女", "女权"),
    "ethnicity": ("ethnic", "race", "racial", "skin colour", "民族", "种族", "肤色"),
    "religion": ("religio", "muslim", "christian", "buddhis", "jewish", "宗教", "穆斯林", "基督", "佛教"),
    "disability": ("disab", "deaf", "blind people", "残疾", "聋人", "盲人"),
    "origin": ("nationality", "migrant", "refugee", "caste", "国籍", "移民", "难民", "户籍"),
    "opinion": ("political opinion", "trade union", "政治见解", "工会"),
    "health": ("hiv", "pregnan", "艾滋", "怀孕"),
}  # fmt: skip


class BadRules(Refused):
    """The rules of the house cannot be used as they are written."""

    code = "cases.bad_rules"


class NoSuchRule(Refused):
    """There is no such rule in this house."""

    code = "cases.no_rule"


class ContentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. ``articles`` are those of laws or of the house's own terms."""

    id: str
    conduct: str
    zh: str
    en: str
    articles: tuple[str, ...]
    days: int = 3  # in which an author is to delete what breaks it
    keywords: tuple[str, ...] = ()
    protects: tuple[str, ...] = ()
    campaign: str = ""  # of a campaign, and only while that runs; the house fills it in


class TemporaryRule(msgspec.Struct, frozen=True):
    """A rule of a campaign: for accounts of its scope, for what came since, and while it ``holds``."""

    rule: ContentRule
    region: str
    account_class: str
    since: datetime
    holds: bool

    def reaches(self, region: str, account_class: str) -> bool:
        """Tell whether an account is in its scope."""
        return self.region in ("*", region) and self.account_class in ("*", account_class)


# By which operators act at once from a desk that asks for no rule; a house may word its own.
SAFETY = ContentRule(
    id="house.safety",
    conduct="security",
    zh="不得危害本站或站内其他人的安全。",
    en="Nothing that endangers this house or the people in it.",
    articles=("Cybersecurity Law 21", "Rules of the house 3"),
)


class RuleBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of a house, with their version."""

    version: str
    rules: tuple[ContentRule, ...]

    def rule(self, rule_id: str) -> ContentRule:
        """Return a rule. Raises ``NoSuchRule``."""
        for one in self.rules:
            if one.id == rule_id:
                return one
        raise NoSuchRule


@dataclass(frozen=True, repr=False)
class Rules:
    """The rules of the house, and those that hold for a time: asked at the moment, never kept."""

    house: RuleBook
    temporary: list[Callable[[], list[TemporaryRule]]] = field(
        default_factory=list[Callable[[], list[TemporaryRule]]]
    )

    def rule(self, rule_id: str) -> ContentRule:
        """Return a rule by which something was decided, also one that is over. Raises ``NoSuchRule``."""
        found = self._temporary(rule_id)
        return self.house.rule(rule_id) if found is None else found.rule

    def holding(self, rule_id: str) -> TemporaryRule | None:
        """Return a campaign's rule that holds now, ``None`` for one of the house. Raises ``NoSuchRule``."""
        found = self._temporary(rule_id)
        if found is None:
            self.house.rule(rule_id)
        elif not found.holds:
            raise NoSuchRule("That rule was a campaign's, which does not run now.")
        return found

    def book(self) -> RuleBook:
        """Return the rules that hold now."""
        more = [one.rule for told in self.temporary for one in told() if one.holds]
        return RuleBook(self.house.version, (*self.house.rules, *more))

    def _temporary(self, rule_id: str) -> TemporaryRule | None:
        every = (one for told in self.temporary for one in told())
        return next((one for one in every if one.rule.id == rule_id), None)


def read_rules(text: bytes) -> RuleBook:
    """Return a profile from JSON. Raises ``BadRules``, which says what is wrong."""
    try:
        profile = msgspec.json.decode(text, type=RuleBook)
    except msgspec.DecodeError as wrong:
        raise BadRules(f"The file of rules cannot be read: {wrong}.") from None
    ids = [one.id for one in profile.rules]
    if not 0 < len(ids) <= RULES_MAX or len(set(ids)) < len(ids):
        raise BadRules("A file of rules has between 1 and 500 rules, each with an id of its own.")
    for one in profile.rules:
        check_rule(one)
        if one.campaign:
            raise BadRules(f"Rule {one.id!r} is the house's, and no campaign's.")
    if SAFETY.id not in ids:
        profile = msgspec.structs.replace(profile, rules=(*profile.rules, SAFETY))
    return profile


def named(rule: ContentRule) -> set[str]:
    """Return the protected characteristics that a rule's words name."""
    words = " ".join((rule.id, rule.zh, rule.en, *rule.keywords)).casefold()
    return {name for name, terms in CHARACTERISTICS.items() if any(term in words for term in terms)}


def check_rule(rule: ContentRule) -> None:
    """Refuse a rule that cannot stand: ``BadRules``."""
    if not (rule.id and rule.zh and rule.en and rule.articles and 0 < rule.days <= 90):
        raise BadRules(f"Rule {rule.id!r} lacks an id, its words, an article, or its days.")
    if rule.conduct not in CONDUCTS:
        raise BadRules(f"Rule {rule.id!r} is about no conduct that is known: {rule.conduct!r}.")
    if not set(rule.protects) <= set(CHARACTERISTICS):
        raise BadRules(f"Rule {rule.id!r} protects what is not known.")
    if rule.protects and (rule.conduct not in PROTECTIVE or rule.keywords):
        raise BadRules(f"Rule {rule.id!r} protects people, so it is about hatred of them.")
    targeted = named(rule) - set(rule.protects)
    if targeted:
        raise BadRules(f"Rule {rule.id!r} targets people by {', '.join(sorted(targeted))}.")
