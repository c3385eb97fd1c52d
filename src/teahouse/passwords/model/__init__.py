"""What a password may be, and what can be refused about work on it."""

from teahouse.errors import Kind, Refused

PASSWORD_LETTERS_MIN = 8
PASSWORD_BYTES_MAX = 512


class WeakPassword(Refused):
    """A password needs at least eight letters."""

    code = "accounts.weak_password"
    kind = Kind.INVALID


class Busy(Refused):
    """Too many passwords are being checked now: ask again shortly."""

    code = "accounts.busy"
    kind = Kind.UNAVAILABLE


class UnknownDigest(ValueError):  # noqa: N818 - the name says what is wrong with it
    """A digest is of no form that is known here, or asks for more work than is done here."""


def check_password(password: str, strict: bool) -> None:
    """Refuse a password that is too short (when ``strict``) or absurdly long: ``WeakPassword``."""
    if not password or (strict and len(password) < PASSWORD_LETTERS_MIN):
        raise WeakPassword
    if len(password.encode()) > PASSWORD_BYTES_MAX:
        raise WeakPassword(f"A password has at most {PASSWORD_BYTES_MAX} bytes.")
