"""Breaches as operators see them."""

from datetime import datetime

import msgspec

from teahouse.breaches.model import (
    Affected,
    Case,
    Moment,
    Notice,
    Part,
    Profile,
    Reached,
    Scope,
    Told,
)
from teahouse.gate.model.policies import Both


class CaseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may have leaked. ``known_at`` is when you became aware of it; not given: now."""

    title: str
    profile: Profile
    scope: Scope
    known_at: Moment | None = None


class WhyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why people need not be told."""

    why: str


class CaseWire(msgspec.Struct, frozen=True):
    """A case as it stands, without who asked for contacts."""

    case_id: str
    title: str
    profile: str
    scope: Scope
    told: Told
    state: str
    known_at: datetime
    due_at: datetime
    opened_at: datetime
    accounts: int
    rows: int
    unnamed: int
    erased: int
    counted_at: datetime | None
    authority_told_at: datetime | None
    published_at: datetime | None
    spared_why: str
    closed_at: datetime | None
    contacts_asked: bool
    contacts_until: datetime | None


class CasesWire(msgspec.Struct, frozen=True):
    """The newest first; ``tables`` are those in which something is sealed."""

    cases: list[CaseWire]
    tables: list[str]


class PartWire(msgspec.Struct, frozen=True):
    """One thing that a notice says."""

    name: str
    title: Both
    said: Both


class NoticeWire(msgspec.Struct, frozen=True):
    """A notice, and what is lacking in it."""

    parts: list[PartWire]
    lacking: list[str]


class SentWire(msgspec.Struct, frozen=True):
    """A notice as it went out: to ``people`` or to the ``authority``."""

    whom: str
    told_at: datetime
    parts: list[PartWire]


class SentListWire(msgspec.Struct, frozen=True):
    """The notices that went out, the newest first."""

    notices: list[SentWire]


class AffectedWire(msgspec.Struct, frozen=True):
    """Some of who is affected; ``next_after`` is where the next page begins."""

    affected: list[Affected]
    next_after: str | None


class ReachedWire(msgspec.Struct, frozen=True):
    """How some of them can be reached."""

    people: list[Reached]
    next_after: str | None


class UntilWire(msgspec.Struct, frozen=True):
    """Until when contacts may be read."""

    until: datetime


def case_wire(case: Case, accounts: int) -> CaseWire:
    """Return a case for the console."""
    return CaseWire(
        case_id=case.case_id,
        title=case.title,
        profile=case.profile.value,
        scope=case.scope,
        told=case.told,
        state=case.state.value,
        known_at=case.known_at,
        due_at=case.due_at,
        opened_at=case.opened_at,
        accounts=accounts,
        rows=case.rows_count,
        unnamed=case.unnamed_count,
        erased=case.erased_count,
        counted_at=case.counted_at,
        authority_told_at=case.authority_told_at,
        published_at=case.published_at,
        spared_why=case.spared_why,
        closed_at=case.closed_at,
        contacts_asked=case.contacts_asked_at is not None,
        contacts_until=case.contacts_until,
    )


def notice_wire(parts: list[Part], lacking: list[str]) -> NoticeWire:
    """Return a notice for the console."""
    return NoticeWire([PartWire(*one) for one in parts], lacking)


def sent_wire(notices: list[Notice]) -> SentListWire:
    """Return what went out, for the console."""
    return SentListWire(
        [
            SentWire(one.whom, one.told_at, [PartWire(*part) for part in one.parts])
            for one in notices
        ]
    )
