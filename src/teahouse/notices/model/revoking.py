"""When a key of the notices is believed no more."""

from teahouse.errors import Kind, Refused

REASON_LETTERS_MAX = 500


class BadRevocation(Refused):
    """A key is revoked once, with a reason, from a moment since it was made and not to come."""

    code = "notices.bad_revocation"
    kind = Kind.UNPROCESSABLE


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``BadRevocation``."""
    text = reason.strip()
    if not 0 < len(text) <= REASON_LETTERS_MAX:
        raise BadRevocation
    return text
