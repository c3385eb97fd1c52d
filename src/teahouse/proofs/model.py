"""What somebody shows to prove who they are, and what can be refused about it. Pure."""

from datetime import timedelta
from typing import Any

import msgspec

from teahouse.errors import Kind, Refused

CODE_STAGE = "org.teahouse.contact_code"  # of user-interactive authentication
PASSWORD_STAGE = "m.login.password"  # noqa: S105 - the name of a stage
BROWSER_STAGE = "m.oauth"  # what an app's session shows in the browser
PROOF_LIFE = timedelta(minutes=15)


class Challenge(msgspec.Struct, frozen=True):
    """What must be shown before an act is done (Matrix "User-Interactive Authentication")."""

    session: str
    stages: tuple[str, ...]  # each one alone is enough
    wrong: bool = False  # something was shown, and it was not right
    url: str = ""  # where it is shown, if in the browser


class Elsewhere(msgspec.Struct, frozen=True):
    """Where a session shows who it is that cannot do so here, and whether that was done."""

    url: str
    done: bool


class Shown(msgspec.Struct, frozen=True):
    """What somebody shows to prove who they are: a password, a code to a contact, a printed code."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None
    printed: str | None = None


class UiaMismatch(Refused):
    """That authentication was begun for something else, or has expired: begin again."""

    code = "accounts.uia_mismatch"
    kind = Kind.FORBIDDEN


def asked(challenge: Challenge) -> dict[str, Any]:
    """Return Matrix's user-interactive authentication response."""
    answer: dict[str, Any] = {
        "session": challenge.session,
        "flows": [{"stages": [stage]} for stage in challenge.stages],
        "params": {BROWSER_STAGE: {"url": challenge.url}} if challenge.url else {},
        "completed": [],
    }
    if challenge.wrong:
        answer["errcode"] = "M_FORBIDDEN"
        answer["error"] = "The password or code is not right."
    return answer
