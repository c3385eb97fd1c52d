"""Why an account is locked for its own safety, rather than against whoever has it."""

from teahouse.errors import Kind, Refused

CAUSES = ("own_wish", "stolen", "guardian")


class NoSuchCause(Refused):
    """A lock is for safety when its cause is own_wish, stolen or guardian; else it has none."""

    code = "desk.no_cause"
    kind = Kind.UNPROCESSABLE


def check_cause(cause: str) -> str:
    """Return a cause, or that there is none. Raises ``NoSuchCause``."""
    if cause and cause not in CAUSES:
        raise NoSuchCause(causes=list(CAUSES))
    return cause
