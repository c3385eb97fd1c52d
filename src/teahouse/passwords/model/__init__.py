"""What can be refused about work on passwords."""

from teahouse.errors import Kind, Refused


class Busy(Refused):
    """Too many passwords are being checked now: ask again shortly."""

    code = "accounts.busy"
    kind = Kind.UNAVAILABLE


class UnknownDigest(ValueError):  # noqa: N818 - the name says what is wrong with it
    """A digest is of no form that is known here, or asks for more work than is done here."""
