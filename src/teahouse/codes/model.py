"""What a one-time code is, how long it is good, and how often it may be asked for and tried."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Invalid, Kind, Refused

CODE_LIFE = timedelta(minutes=10)
CODE_ATTEMPTS_MAX = 5
CODE_RESEND_AFTER = timedelta(seconds=60)
CODES_AN_HOUR_MAX = 6  # for one contact and purpose, asked for by one asker
# Whoever asks, after so many an hour the next goes only so long after the last: strangers who ask
# for a person's number make that person wait a little, and never for good.
CODES_AN_HOUR_SLOW = 12
CODE_SLOW_AFTER = timedelta(minutes=3)
TRACES_LIFE = timedelta(hours=1)  # of a code since it was asked for: they are counted by the hour

CONTACT_KINDS = ("phone", "email")


class CodeRequest(msgspec.Struct, frozen=True):
    """Somebody wants a code. ``purpose`` is register, sign_in, confirm or add.

    ``lang`` is zh or en; ``asker`` the prefix of the address that asks, if it matters; with "add"
    ``account_id`` is whose contact it is to become.
    """

    kind: str
    value: str
    purpose: str
    lang: str = "en"
    asker: str = ""
    account_id: str | None = None


class CodeShown(msgspec.Struct, frozen=True):
    """A code that somebody typed, and which one of several it may be.

    With ``code_id`` it is the one they were told of when they asked; else the newest that the same
    asker asked for. So a stranger who asks, or guesses, spends only codes of the stranger's.
    """

    code: str
    code_id: str = ""
    asker: str = ""


class SendCode(msgspec.Struct, frozen=True):
    """The job that makes a code and sends it; where to is sealed in the code's row."""

    kind: ClassVar[str] = "codes.send"
    code_id: str
    lang: str


class StartedCode(msgspec.Struct, frozen=True):
    """A one-time code is on its way, or would be if there were anybody to send it to."""

    code_id: str
    resend_after_seconds: int
    expires_at: datetime


class ContactKindOff(Refused):
    """This server cannot send codes of that kind: use the other."""

    code = "accounts.contact_kind_off"
    kind = Kind.UNPROCESSABLE


class TooManyCodes(Refused):
    """A code was sent a moment ago: wait before you ask for another."""

    code = "accounts.too_many_codes"
    kind = Kind.TOO_MANY


class WrongCode(Refused):
    """The code is not right, or no longer."""

    code = "accounts.wrong_code"
    kind = Kind.FORBIDDEN


def check_kind(kind: str) -> None:
    """Refuse a contact that is neither a phone number nor an address."""
    if kind not in CONTACT_KINDS:
        raise Invalid("kind must be phone or email.")
