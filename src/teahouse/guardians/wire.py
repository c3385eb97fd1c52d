"""Guardians' shapes on our own API."""

from datetime import date, datetime

import msgspec

from teahouse.guardians.model import Child


class AskedWire(msgspec.Struct, frozen=True):
    """A code that a child shows to a guardian."""

    code: str
    link: str
    qr_svg: str
    expires_at: datetime


class AskWire(msgspec.Struct, frozen=True):
    """A code is one that a child shows now."""

    expires_at: datetime
    policy_version: str


class AgreeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A guardian's consent, and the password or a code to show that it is they."""

    birth_month: str
    lang: str = "en"
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class DeclineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why not, in words for the child."""

    reason: str


class WithdrawBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password or a code to show that it is the guardian who withdraws."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


class ChildWire(msgspec.Struct, frozen=True):
    """An account that the caller is the guardian of."""

    user_id: str
    since: datetime
    of_age_on: date
    erased_on: date | None


class ChildrenWire(msgspec.Struct, frozen=True):
    """The accounts that the caller is the guardian of, oldest first."""

    children: list[ChildWire]


def children(found: list[Child]) -> ChildrenWire:
    """Return children as their guardian sees them."""
    return ChildrenWire([ChildWire(c.user_id, c.since, c.of_age_on, c.erased_on) for c in found])
