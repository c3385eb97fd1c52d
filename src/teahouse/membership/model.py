"""Rules of coming and going."""

from teahouse.errors import Kind, Refused


class StillThere(Refused):
    """Leave the room before forgetting it."""

    code = "membership.still_there"
    kind = Kind.INVALID
