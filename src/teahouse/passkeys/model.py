"""What a passkey is, and why one may be refused."""

from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused

PASSKEYS_MAX = 20  # of one account
LABEL_LETTERS_MAX = 60
RECENT = timedelta(minutes=10)  # a session this young needs no further proof


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it. ``doubted_at``: since when there may be a copy of it."""

    passkey_id: str
    label: str
    synced: bool
    created_at: datetime
    last_used_at: datetime | None
    doubted_at: datetime | None


class Keyring(msgspec.Struct, frozen=True):
    """All passkeys of an account; ``only_way`` when there is no other way to sign in."""

    passkeys: list[Passkey]
    only_way: bool


class Proof(msgspec.Struct, frozen=True):
    """What shows that it is the owner: the password, a code sent to a contact, a passkey."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


class NotProved(Refused):
    """That passkey could not be checked: try once more, or sign in another way."""

    code = "passkeys.not_proved"
    kind = Kind.FORBIDDEN


class ProofNeeded(Refused):
    """Show again that it is you, by your password or a code, before passkeys are changed."""

    code = "passkeys.proof_needed"
    kind = Kind.FORBIDDEN


class NotHere(Refused):
    """Passkeys need a host name, and this house is reached by a bare address."""

    code = "passkeys.not_here"
    kind = Kind.UNPROCESSABLE


class TooManyPasskeys(Refused):
    """This account has as many passkeys as it may: remove one first."""

    code = "passkeys.too_many"
    kind = Kind.CONFLICT


class AlreadyThere(Refused):
    """This passkey has been added before."""

    code = "passkeys.already_there"
    kind = Kind.CONFLICT


class NoSuchPasskey(Refused):
    """There is no such passkey."""

    code = "passkeys.not_found"
    kind = Kind.NOT_FOUND


class LastWayIn(Refused):
    """This is the only way into the account: add another one first, or say that you are sure."""

    code = "passkeys.last_way_in"
    kind = Kind.CONFLICT


class BadLabel(Refused):
    """A passkey's name has 1 to 60 letters."""

    code = "passkeys.bad_label"
    kind = Kind.INVALID


def check_label(written: str) -> str:
    """Return a passkey's name without its margins, or raise ``BadLabel``."""
    label = written.strip()
    if not 0 < len(label) <= LABEL_LETTERS_MAX or not label.isprintable():
        raise BadLabel
    return label


def is_recent(opened_at: datetime, now: datetime) -> bool:
    """Tell whether a session is young enough to stand for a proof."""
    return now - opened_at <= RECENT


def goes_backwards(before: int, now: int) -> bool:
    """Tell whether an authenticator's counter says that there is a copy of it (WebAuthn 6.1.1)."""
    return (before > 0 or now > 0) and now <= before
