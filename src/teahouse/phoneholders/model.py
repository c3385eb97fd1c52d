"""What is asked about the holder of a number, what is answered, and what goes wrong. Pure."""

from datetime import datetime
from typing import Protocol

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.minors.model.ages import Token
from teahouse.realnames.model import NAME_LETTERS_MAX, BadIdentity, Identity, check_identity

TRIES_A_DAY_MAX = 5
TRIES_KEPT_DAYS = 2


class Question(msgspec.Struct, frozen=True):
    """What goes to the verifier, and nowhere else. ``number`` is empty where it is not asked for."""

    phone: str
    name: str
    number: str = ""
    document: str = ""


class HolderWord(msgspec.Struct, frozen=True):
    """What the verifier says. ``age`` is ``None`` where it told none."""

    verifier: str
    matches: bool
    reference: str = ""
    age: Token | None = None


class HolderShown(msgspec.Struct, frozen=True):
    """What somebody sees of it: whether they can be asked about, and when they were."""

    offered: bool  # whether this house has a verifier at all
    asks_number: bool  # whether it wants the number of the document, too
    has_phone: bool
    checked_at: datetime | None


class HolderVerifier(Protocol):
    """Knows to whom numbers are registered. Write one for the service that you have a contract with."""

    async def ask(self, question: Question, request_id: str) -> HolderWord:
        """Return the verifier's word. Raises ``VerifierAway``."""
        ...


class NoVerifier(Refused):
    """Nobody tells this house to whom a number is registered."""

    code = "phoneholders.no_verifier"
    kind = Kind.CONFLICT


class NoPhone(Refused):
    """Prove a telephone number first: that is the one that is asked about."""

    code = "phoneholders.no_phone"
    kind = Kind.CONFLICT


class NotHolder(Refused):
    """Your number is not registered to that name, as far as the verifier knows. No age was noted."""

    code = "phoneholders.not_holder"
    kind = Kind.UNPROCESSABLE


class NoAgeTold(Refused):
    """The number is registered to you, but the verifier told no age. Nothing was noted."""

    code = "phoneholders.no_age"
    kind = Kind.UNPROCESSABLE


class VerifierAway(Refused):
    """The verifier could not be reached, or did not answer as it should. Try again later."""

    code = "phoneholders.verifier_away"
    kind = Kind.UNAVAILABLE


class HolderConsentNeeded(Refused):
    """Agree first that your telephone number and your name go to the verifier."""

    code = "phoneholders.consent_needed"
    kind = Kind.FORBIDDEN


class TooManyChecks(Refused):
    """That was tried too often today. Go on tomorrow."""

    code = "phoneholders.too_many"
    kind = Kind.TOO_MANY


def question_of(phone: str, identity: Identity, *, asks_number: bool) -> Question:
    """Return what goes to the verifier: no number of a document unless it asks for one.

    Raises ``BadIdentity``.
    """
    if asks_number:
        checked = check_identity(identity)
        return Question(phone, checked.name, checked.number, checked.document)
    name = " ".join(identity.name.split())
    if not 0 < len(name) <= NAME_LETTERS_MAX:
        raise BadIdentity("Write the name to which the number is registered.")
    return Question(phone, name)
