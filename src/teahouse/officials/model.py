"""What an official account must say of itself, by the region it registers in."""

import enum
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.approvals.model import State
from teahouse.errors import Kind, Refused

NAME_LETTERS_MAX = 60
SUBJECT_LETTERS_MAX = 200
LICENCE_LETTERS_MAX = 200
REGISTERED, WITHHELD = "registered", "withheld"  # the second: out of force, by a decision
CHANGE_LIFE = timedelta(days=14)  # for whoever has to act next: the reviewer, or the account
LICENCE_FIELDS = ("number", "issued_by")  # these may always be given

# GB 32100-2015: the letters of a unified social credit code, and the weight of each place.
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


class SubjectKind(enum.Enum):
    """Who is behind an official account."""

    PERSON = "person"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    MEDIA = "media"
    ORGANISATION = "organisation"


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person who registers fills in. ``licence`` has the fields that the region asks."""

    name: str
    subject_kind: SubjectKind
    subject_name: str
    licence: dict[str, str] = {}


class Official(msgspec.Struct, frozen=True, kw_only=True):
    """An official account's particulars, opened."""

    account_id: str
    region: str
    subject_kind: SubjectKind
    name: str
    subject_name: str
    licence: dict[str, str]
    state: str
    created_at: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of what was reviewed, without what it says. ``fields`` are the names of what differs."""

    change_id: str
    account_id: str
    fields: tuple[str, ...]
    lang: str
    state: State
    rounds: int
    template: str
    words: str
    decided_by: str
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime


class ChangeRound(msgspec.Struct, frozen=True):
    """One time that more was asked for about a change."""

    number: int
    template: str
    words: str
    asked_at: datetime
    answered_at: datetime | None


class Own(msgspec.Struct, frozen=True):
    """What is in force for an account, and its last change; what that proposes until it is decided."""

    region: str
    in_force: Details
    change: Change | None
    proposed: Details | None


class Compared(msgspec.Struct, frozen=True):
    """A change beside what is in force."""

    change: Change
    in_force: Details
    proposed: Details | None
    rounds: list[ChangeRound]


class TellChange(msgspec.Struct, frozen=True):
    """The job that tells an official account what became of its change."""

    kind: ClassVar[str] = "officials.tell_change"

    change_id: str
    template: str


class NothingChanged(Refused):
    """That is what is in force already."""

    code = "officials.nothing_changed"
    kind = Kind.UNPROCESSABLE


class ChangeWaits(Refused):
    """A change is being looked at: wait for it, or withdraw it first."""

    code = "officials.change_waits"
    kind = Kind.CONFLICT


class ChangeDecided(Refused):
    """That change does not wait for a decision any more."""

    code = "officials.change_decided"
    kind = Kind.CONFLICT


class BadName(Refused):
    """An official account needs a name of at most 60 letters, and a subject's name of at most 200."""

    code = "officials.bad_name"
    kind = Kind.UNPROCESSABLE


class BadLicence(Refused):
    """The licence lacks a field, has one too many, or a number that cannot be."""

    code = "officials.bad_licence"
    kind = Kind.UNPROCESSABLE


class NotOfficial(Refused):
    """There is no such official account, or it is not yours."""

    code = "officials.not_found"
    kind = Kind.NOT_FOUND


def licence_fields(region: str, subject_kind: SubjectKind) -> tuple[str, ...]:
    """Return the licence fields that a region asks of a kind of subject.

    In mainland China ``number`` is the unified social credit code.
    """
    if subject_kind is SubjectKind.PERSON:
        return ()
    if region == "cn-mainland":
        return ("number", "issued_by", "legal_representative")
    return ("number", "issued_by")


def check_details(details: Details, region: str) -> None:
    """Refuse particulars that are incomplete or cannot be right: ``BadName``, ``BadLicence``."""
    if not 0 < len(details.name.strip()) <= NAME_LETTERS_MAX:
        raise BadName
    if not 0 < len(details.subject_name.strip()) <= SUBJECT_LETTERS_MAX:
        raise BadName
    needed = licence_fields(region, details.subject_kind)
    if set(details.licence) - {*needed, *LICENCE_FIELDS}:
        raise BadLicence(needed=list(needed))
    for field in needed:
        if not details.licence.get(field, "").strip():
            raise BadLicence(field=field, needed=list(needed))
    if any(len(value) > LICENCE_LETTERS_MAX for value in details.licence.values()):
        raise BadLicence(needed=list(needed))
    code = details.licence.get("number", "").strip()
    if region == "cn-mainland" and "number" in needed and not credit_code_possible(code):
        raise BadLicence(
            "That is not a unified social credit code.", field="number", needed=list(needed)
        )


def tidy(details: Details) -> Details:
    """Return particulars without margins, and without fields of the licence that are left empty."""
    licence = {field: value.strip() for field, value in details.licence.items()}
    return Details(
        details.name.strip(),
        details.subject_kind,
        details.subject_name.strip(),
        {field: value for field, value in licence.items() if value},
    )


def differing(before: Details, after: Details) -> tuple[str, ...]:
    """Return the names of the particulars that are not the same, in their order."""
    was, would = tidy(before), tidy(after)
    plain = [
        name for name in ("name", "subject_kind", "subject_name") if _differs(was, would, name)
    ]
    fields = sorted({*was.licence, *would.licence})
    return (
        *plain,
        *(f"licence.{one}" for one in fields if was.licence.get(one) != would.licence.get(one)),
    )


def _differs(was: Details, would: Details, name: str) -> bool:
    return getattr(was, name) != getattr(would, name)


def credit_code_possible(code: str) -> bool:
    """Tell whether a unified social credit code's last letter follows from the others."""
    if len(code) != 18 or any(letter not in CREDIT_LETTERS for letter in code):
        return False
    return code[17] == credit_check_letter(code[:17])


def credit_check_letter(first: str) -> str:
    """Return the eighteenth letter (GB 32100-2015, 4.2)."""
    places = zip(first, CREDIT_WEIGHTS, strict=True)
    total = sum(CREDIT_LETTERS.index(letter) * weight for letter, weight in places)
    return CREDIT_LETTERS[-total % 31]
