"""Guardians and their wards, what a guardian said, and what goes wrong between them."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused

ASK_LIFE = timedelta(days=7)
GUARDIANS_MAX = 4
WARDS_MAX = 20
CONTACTS_MAX = 500
WORDS_LETTERS_MAX = 1000
REASON_LETTERS_MAX = 500


class Reckon(msgspec.Struct, frozen=True):
    """Go through ages and families: who is older now, who is grown up, whom we have yet to know."""

    kind: ClassVar[str] = "minors.reckon"


class Link(msgspec.Struct, frozen=True):
    """A minor, and who answers for them. ``agreed_at`` is ``None`` while the guardian is asked."""

    child_id: str
    guardian_id: str
    asked_at: datetime
    agreed_at: datetime | None


class Contact(msgspec.Struct, frozen=True):
    """Somebody whom a minor asks to write with; ``agreed_at`` once a guardian has agreed."""

    child_id: str
    contact_id: str
    asked_at: datetime
    agreed_at: datetime | None


class NotAcquainted(Refused):
    """You do not know each other here yet. Ask your guardian to agree to this contact."""

    code = "minors.not_acquainted"
    kind = Kind.FORBIDDEN


class NoSuchContact(Refused):
    """There is nobody of that name."""

    code = "minors.no_contact"
    kind = Kind.NOT_FOUND


class TooManyContacts(Refused):
    """That is as many contacts as one may ask for."""

    code = "minors.too_many_contacts"
    kind = Kind.CONFLICT


class NoSuchWard(Refused):
    """You are not the guardian of that account, nor were you asked to be."""

    code = "minors.no_ward"
    kind = Kind.NOT_FOUND


class NoSuchGuardian(Refused):
    """There is nobody of that name whom you could ask to be your guardian."""

    code = "minors.no_guardian"
    kind = Kind.NOT_FOUND


class TooManyLinks(Refused):
    """One has at most four guardians, and answers for at most twenty."""

    code = "minors.too_many"
    kind = Kind.CONFLICT


class GrownUp(Refused):
    """Who is eighteen needs no guardian here."""

    code = "minors.grown_up"
    kind = Kind.CONFLICT


class AlreadyLinked(Refused):
    """You asked them already, or agreed already."""

    code = "minors.already_linked"
    kind = Kind.CONFLICT


class UnderFourteen(Refused):
    """This child is under fourteen: the account is there by your consent, which you can withdraw."""

    code = "minors.under_fourteen"
    kind = Kind.CONFLICT


class NothingToAppeal(Refused):
    """Nobody has told an age of yours yet."""

    code = "minors.nothing_to_appeal"
    kind = Kind.CONFLICT


class BadWords(Refused):
    """Say it in words: from 1 letter to 1,000."""

    code = "minors.bad_words"
    kind = Kind.INVALID


def check_words(words: str, letters_max: int = WORDS_LETTERS_MAX) -> str:
    """Return words without their margins. Raises ``BadWords``."""
    text = words.strip()
    if not 0 < len(text) <= letters_max:
        raise BadWords
    return text
