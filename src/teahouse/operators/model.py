"""Operators: their roles, and the arithmetic of their second factor."""

import enum
import hmac
import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pyotp.totp import TOTP

from teahouse.errors import Kind, Refused

NAME_LETTERS_MAX = 32
PASSWORD_LETTERS_MIN = 12
PASSWORD_BYTES_MAX = 512
OPERATORS_MAX = 500
SESSION_LIFE = timedelta(hours=12)
SETUP_LIFE = timedelta(hours=24)
TOTP_SECRET_BYTES = 20
TOTP_STEP_SECONDS = 30
TOTP_AHEAD_STEPS = 20  # ten minutes: no clock that is kept right is so far off
TOTP_DRIFT_STEPS = 1
PENDING_LIFE = timedelta(minutes=15)  # to show a first code of a new authenticator
NEWS_MAX = 20
PASSKEYS_MAX = 10  # of one operator
# What an operator's other sessions are told of.
NEWS = (
    "operators.signed_in",
    "operators.authenticator_set",
    "operators.authenticator_removed",
    "operators.passkey_added",
    "operators.passkey_named",
    "operators.passkey_removed",
    "operators.recovery_codes_made",
)
LABEL_LETTERS_MAX = 60
RECOVERY_CODES = 8
RECOVERY_LETTERS = 16

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class Role(enum.Enum):
    """What an operator may do."""

    OWNER = "owner"  # everything, and who else is an operator
    REGISTRAR = "registrar"  # the gate
    MODERATOR = "moderator"  # accounts
    AUDITOR = "auditor"  # reads, and changes nothing
    INSPECTOR = "inspector"  # of an authority: reads registers, in a visit that two agreed to


class Operator(msgspec.Struct, frozen=True):
    """One operator, without what they sign in with."""

    operator_id: str
    name: str
    role: Role
    state: str
    created_at: datetime


class SetupLink(msgspec.Struct, frozen=True):
    """Where one operator may set themselves up; the last time that anybody can read it here."""

    url: str
    role: Role
    expires_at: datetime


class SetupBegun(msgspec.Struct, frozen=True):
    """What is entered into an authenticator, as an address, a picture, and letters."""

    uri: str
    qr_svg: str
    secret: str
    passkey_options: dict[str, Any] | None  # what to ask the browser for; None: not here
    passkeys_required: bool


class Factor(msgspec.Struct, frozen=True):
    """What an operator shows beside the password: one of these."""

    code: str = ""  # of an authenticator
    credential: dict[str, Any] | None = None  # a passkey's answer
    recovery_code: str = ""


class OperatorPasskey(msgspec.Struct, frozen=True):
    """A passkey of an operator."""

    passkey_id: str
    label: str
    created_at: datetime
    last_used_at: datetime | None


class Factors(msgspec.Struct, frozen=True):
    """By what an operator may come in, and what owners ask of all."""

    passkeys: list[OperatorPasskey]
    authenticator: bool
    recovery_codes_left: int
    passkeys_required: bool
    passkeys_possible: bool
    authenticator_since: datetime | None  # none: since the set-up, or there is none


class AuthenticatorBegun(msgspec.Struct, frozen=True):
    """What is entered into a new authenticator, as an address, a picture, and letters."""

    uri: str
    qr_svg: str
    secret: str
    expires_at: datetime


class News(msgspec.Struct, frozen=True):
    """What another session of an operator did: an act of the audit log."""

    act: str
    at: datetime


class OpenedConsole(msgspec.Struct, frozen=True):
    """An operator's session; the last time that anybody can read its token here."""

    token: str
    operator: Operator
    expires_at: datetime
    recovery_codes: tuple[str, ...] = ()  # of an operator who was just set up
    session_id: str = ""


class WrongCredentials(Refused):
    """The name, the password or the code is not right."""

    code = "operators.wrong_credentials"
    kind = Kind.FORBIDDEN


class BadSetup(Refused):
    """This set-up link has been used, has expired, or was replaced by a newer one."""

    code = "operators.bad_setup"
    kind = Kind.FORBIDDEN


class WrongCode(Refused):
    """The code is not right: check the clock of the device that shows it."""

    code = "operators.wrong_code"
    kind = Kind.FORBIDDEN


class PasskeyNeeded(Refused):
    """The owners of this house ask every operator for a passkey."""

    code = "operators.passkey_needed"
    kind = Kind.FORBIDDEN


class PasskeyRefused(Refused):
    """That passkey could not be checked: begin again."""

    code = "operators.passkey_refused"
    kind = Kind.FORBIDDEN


class PasskeysImpossible(Refused):
    """Passkeys need a host name, and this house is reached by a bare address."""

    code = "operators.passkeys_impossible"
    kind = Kind.UNPROCESSABLE


class TooManyPasskeys(Refused):
    """An operator has at most ten passkeys: remove one first."""

    code = "operators.too_many_passkeys"
    kind = Kind.CONFLICT


class NoSuchPasskey(Refused):
    """There is no such passkey."""

    code = "operators.no_passkey"
    kind = Kind.NOT_FOUND


class LastFactor(Refused):
    """This is the last factor that lets you in: add another one first."""

    code = "operators.last_factor"
    kind = Kind.CONFLICT


class NothingPending(Refused):
    """No authenticator waits to be shown, or it took too long: begin again."""

    code = "operators.nothing_pending"
    kind = Kind.CONFLICT


class NoAuthenticator(Refused):
    """There is no authenticator to remove."""

    code = "operators.no_authenticator"
    kind = Kind.NOT_FOUND


class SomeWithout(Refused):
    """Some operators have no passkey yet, and would be shut out: ``fields`` has their names."""

    code = "operators.some_without_passkey"
    kind = Kind.CONFLICT


class BadName(Refused):
    """An operator's name has 2 to 32 of a-z, 0-9, dot, dash and underscore."""

    code = "operators.bad_name"
    kind = Kind.INVALID


class NameTaken(Refused):
    """There is an operator of that name."""

    code = "operators.name_taken"
    kind = Kind.CONFLICT


class WeakPassword(Refused):
    """An operator's password needs at least twelve letters."""

    code = "operators.weak_password"
    kind = Kind.INVALID


class BadRole(Refused):
    """The roles are owner, registrar, moderator, auditor and inspector."""

    code = "operators.bad_role"
    kind = Kind.INVALID


class NoSuchOperator(Refused):
    """There is no such operator."""

    code = "operators.not_found"
    kind = Kind.NOT_FOUND


class LastOwner(Refused):
    """Somebody must stay owner: make another one first, and nobody disables themselves."""

    code = "operators.last_owner"
    kind = Kind.CONFLICT


def check_name(written: str) -> str:
    """Return a name in lower case, or raise ``BadName``."""
    name = written.strip().lower()
    if not _NAME.fullmatch(name):
        raise BadName
    return name


def check_password(password: str) -> None:
    """Refuse a password that is too short, or absurdly long: ``WeakPassword``."""
    if len(password) < PASSWORD_LETTERS_MIN or len(password.encode()) > PASSWORD_BYTES_MAX:
        raise WeakPassword


def label_of(written: str) -> str:
    """Return what a passkey is called, cut to what may be kept."""
    label = "".join(letter for letter in written.strip() if letter.isprintable())
    return label[:LABEL_LETTERS_MAX] or "Passkey"


def plain_recovery_code(written: str) -> str:
    """Return a recovery code as it was made, however somebody typed it."""
    return "".join(letter for letter in written.lower() if letter.isalnum())


def check_role(written: str) -> Role:
    """Return a role by its name, or raise ``BadRole``."""
    try:
        return Role(written)
    except ValueError:
        raise BadRole from None


def step_at(moment: datetime) -> int:
    """Return the number of the half minute that a moment is in (RFC 6238)."""
    return int(moment.timestamp()) // TOTP_STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step that ``code`` belongs to, at most one away and later than the last used.

    A last one that is far ahead was used when the clock was: it counts for nothing.
    """
    if last_step > step_at(now) + TOTP_AHEAD_STEPS:
        last_step = 0
    totp = TOTP(secret, interval=TOTP_STEP_SECONDS)
    given = code.replace(" ", "").encode()
    found: int | None = None
    for step in range(step_at(now) - TOTP_DRIFT_STEPS, step_at(now) + TOTP_DRIFT_STEPS + 1):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), given)
        if right and step > last_step:
            found = step
    return found
