"""Unsealings as operators see them; and looks, as minors and their guardians do."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from teahouse.minors.model.profile import Article, RecordsRule
from teahouse.unsealings.model import Look, Unsealing, is_open, may_follow
from teahouse.unsealings.service import Whole


class UnsealingActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said with a step; a no needs a reason."""

    words: str = ""


class UnsealedFieldWire(msgspec.Struct, frozen=True):
    """What was opened: its name in the policy, in both languages."""

    zh: str
    en: str


class RecordLookWire(msgspec.Struct, frozen=True):
    """That something was looked at."""

    looked_at: datetime
    fields: list[UnsealedFieldWire]


class UnsealingWire(msgspec.Struct, frozen=True, kw_only=True):
    """An unsealing. ``open``: its asker may look now; ``may``: what the reader may do next."""

    unsealing_id: str
    account_id: str
    user_id: str
    at_least: int
    need: str
    reference: str
    words: str
    confidential: bool
    urgent: bool
    hours: int
    state: str
    open: bool
    overdue: bool
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_words: str
    opens_until: datetime | None
    due_at: datetime | None
    looks: list[RecordLookWire]
    may: list[str]


class RecordsRuleWire(msgspec.Struct, frozen=True):
    """How many hours a record opens for, by the first year of a band; others are not guarded."""

    hours: dict[str, int]
    urgent_hours: int
    articles: tuple[Article, ...]


class UnsealingsWire(msgspec.Struct, frozen=True):
    """Unsealings: what is not over first, then the newest. ``guarded``: of the account asked about."""

    unsealings: list[UnsealingWire]
    rule: RecordsRuleWire
    guarded: bool


class RecordOpenedWire(msgspec.Struct, frozen=True, kw_only=True):
    """That a record could be looked at, as its minor and guardians are told. No operator is named."""

    need: str
    urgent: bool
    confirmed: bool
    begins_at: datetime
    ends_at: datetime
    looks: list[RecordLookWire]


class RecordsOpenedWire(msgspec.Struct, frozen=True):
    """All of them that are kept, the newest first."""

    opened: list[RecordOpenedWire]


def rule_wire(rule: RecordsRule) -> RecordsRuleWire:
    """Return the rule."""
    return RecordsRuleWire(rule.hours, rule.urgent_hours, rule.articles)


def unsealing_wire(
    whole: Whole, reader: str, now: datetime, names: Mapping[str, UnsealedFieldWire]
) -> UnsealingWire:
    """Return an unsealing as a reader sees it."""
    one, looks, user_id = whole
    return UnsealingWire(
        unsealing_id=one.unsealing_id, account_id=one.account_id, user_id=user_id,
        at_least=one.at_least, need=one.need.value, reference=one.reference, words=one.words,
        confidential=one.confidential, urgent=one.urgent, hours=one.hours, state=one.state.value,
        open=is_open(one, now), overdue=one.overdue, asked_by=one.asked_by, asked_at=one.asked_at,
        decided_by=one.decided_by, decided_at=one.decided_at, decided_words=one.decided_words,
        opens_until=one.opens_until, due_at=one.due_at,
        looks=[_look(look, names) for look in looks],
        may=[act.value for act in may_follow(one, reader)],
    )  # fmt: skip


def opened_wire(whole: Whole, names: Mapping[str, UnsealedFieldWire]) -> RecordOpenedWire:
    """Return what a minor and their guardians are told."""
    one, looks, _ = whole
    begins, ends = _span(one)
    told = [_look(look, names) for look in looks]
    return RecordOpenedWire(
        need=one.need.value, urgent=one.urgent, confirmed=bool(one.decided_by), begins_at=begins,
        ends_at=ends, looks=told,
    )  # fmt: skip


def _span(one: Unsealing) -> tuple[datetime, datetime]:
    """Return from when until when a record was open at most."""
    assert one.opens_until is not None, "of what never opened nothing is told"
    begins = one.asked_at if one.urgent or one.decided_at is None else one.decided_at
    return begins, one.opens_until


def _look(look: Look, names: Mapping[str, UnsealedFieldWire]) -> RecordLookWire:
    return RecordLookWire(look.looked_at, [names[one] for one in look.fields if one in names])
