"""What can be refused about work on passwords."""

from teahouse.errors import Kind, Refused


class Busy(Refused):
    """Too many passwords are being checked now: ask again shortly."""

    code = "accounts.busy"
    kind = Kind.UNAVAILABLE
