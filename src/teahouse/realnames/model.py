"""Levels of identity, the number of a document, and who confirms it."""

import enum
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from teahouse.errors import Kind, Refused

TRIES_A_DAY_MAX = 5
PENDING_LIFE = timedelta(days=15)
NAME_LETTERS_MAX = 100
_RESIDENT = re.compile(
    r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"
)
_PLAIN = re.compile(r"[0-9A-Z]{4,30}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Level(enum.IntEnum):
    """How far an identity is known. The names are stored and told."""

    NONE = 0
    PHONE = 1  # a proved number
    ID = 2  # confirmed by a provider


LEVELS = {level.name.lower(): level for level in Level}


class Identity(msgspec.Struct, frozen=True):
    """What a person tells a provider, and nobody else. It is not kept."""

    name: str
    number: str
    document: str = "resident"  # or "other": a passport, a permit


class AgeBand(msgspec.Struct, frozen=True):
    """Of which age somebody is at least, and on which day the next band of ages begins, if it is told."""

    at_least: int
    turns_on: date | None = None


class Confirmed(msgspec.Struct, frozen=True):
    """A provider's word. ``reference`` is how the provider finds it again.

    ``born_on`` is what the document says of the day of birth: a band is worked out from it at once, and
    it goes no further. A provider that tells the ``band`` itself tells no day.
    """

    provider: str
    reference: str
    born_on: date | None = None
    band: AgeBand | None = None


class Shown(msgspec.Struct, frozen=True):
    """What somebody sees of their own identity here."""

    level: str
    provider: str | None
    proved_at: datetime | None
    offered: bool  # whether this house has a provider at all


class RealNameProvider(Protocol):
    """Confirms an identity. Write one for the service that you have a contract with."""

    async def confirm(self, identity: Identity, request_id: str) -> Confirmed:
        """Return the provider's word. Raises ``NotConfirmed``, ``ProviderAway``."""
        ...


# Called in the transaction that notes a proof, with the account.
Proved = Callable[..., Awaitable[None]]
# Called at the end of that transaction, with the account and the band of ages in the document.
Aged = Callable[..., Awaitable[None]]
# Works out the band of what a provider told of an age; ``None``: that cannot be meant.
Banding = Callable[[Confirmed], AgeBand | None]


class NotConfirmed(Refused):
    """The name and number do not belong together, as far as the provider knows."""

    code = "realnames.not_confirmed"
    kind = Kind.UNPROCESSABLE


class ProviderAway(Refused):
    """The provider does not answer now. Nothing was kept; try again later."""

    code = "realnames.provider_away"
    kind = Kind.UNAVAILABLE


class NoProvider(Refused):
    """Nobody confirms identities for this house."""

    code = "realnames.no_provider"
    kind = Kind.CONFLICT


class BadIdentity(Refused):
    """Write the name as in the document, and its number without spaces."""

    code = "realnames.bad_identity"
    kind = Kind.INVALID


class ConsentNeeded(Refused):
    """Agree first that your name and number go to the provider."""

    code = "realnames.consent_needed"
    kind = Kind.FORBIDDEN


class TooManyTries(Refused):
    """That was tried too often today. Go on tomorrow."""

    code = "realnames.too_many"
    kind = Kind.TOO_MANY


def check_identity(identity: Identity) -> Identity:
    """Return an identity as it goes to a provider. Raises ``BadIdentity``.

    A resident identity number is 18 long and ends in its check character (GB 11643-1999).
    """
    name = " ".join(identity.name.split())
    number = "".join(identity.number.split()).upper()
    if not 0 < len(name) <= NAME_LETTERS_MAX:
        raise BadIdentity
    if identity.document == "resident":
        if not _RESIDENT.fullmatch(number) or check_character(number[:17]) != number[17]:
            raise BadIdentity("That is not a resident identity number: one digit may be wrong.")
    elif identity.document != "other" or not _PLAIN.fullmatch(number):
        raise BadIdentity
    return Identity(name, number, identity.document)


def born_on_of(identity: Identity) -> date | None:
    """Return the day of birth that a checked resident identity number holds (GB 11643-1999)."""
    if identity.document != "resident":
        return None
    digits = identity.number[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None  # such as 30 February: the provider has confirmed it, and we cannot read it


def check_character(digits: str) -> str:
    """Return the last character of a resident identity number (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]
