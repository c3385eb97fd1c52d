"""Which requests stand for what people can do; what is counted of them. Pure."""

from datetime import timedelta
from typing import NamedTuple

REGISTER, SIGN_IN, SEND = "register", "sign_in", "send"
PROFILE, CHANGE_CONTACT, ERASE, LOOK_UP = "profile", "change_contact", "erase", "look_up"
SETTLED = timedelta(minutes=2)  # every worker has told its seconds by then
KEPT = timedelta(days=120)  # longer than any upgrade takes, its rest included
SECONDS_MAX = 3600  # of one worker, that wait for the database to come back

_V3 = "/_matrix/client/v3"
# By method and the beginning of a route's path; each line is of a route that there is.
MEANS: tuple[tuple[str, str, str], ...] = (
    ("POST", f"{_V3}/login", SIGN_IN),
    ("POST", "/api/v1/sessions", SIGN_IN),
    ("PUT", f"{_V3}/rooms/{{room_id}}/send/", SEND),
    ("GET", f"{_V3}/sync", SEND),
    ("PUT", f"{_V3}/profile/", PROFILE),
    ("POST", "/api/v1/account/contacts", CHANGE_CONTACT),
    ("POST", f"{_V3}/account/deactivate", ERASE),
    ("POST", "/api/v1/account/deactivate", ERASE),
    ("POST", f"{_V3}/user_directory/search", LOOK_UP),
)


class Second(NamedTuple):
    """Answers of one worker for one capability in a second of the epoch."""

    capability: str
    second: int
    answered: int
    failed: int


class Spell(NamedTuple):
    """What was counted of a capability in a time. The longest gap is between two answers."""

    requests: int
    failed: int
    down_seconds: int
    gap_seconds: int


def capability_of(method: str, path: str, door: str) -> str:
    """Return for what a route stands; empty: for nothing that is told."""
    if door:
        return REGISTER
    for of, begins, capability in MEANS:
        if method == of and path.startswith(begins):
            return capability
    return ""
