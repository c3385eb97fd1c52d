"""Pairing as the outside sees it."""

from typing import Any

import msgspec

from teahouse.proofs.model import Challenge


def challenge_out(challenge: Challenge) -> dict[str, Any]:
    """Return Matrix's user-interactive authentication response."""
    wrong = {"errcode": "M_FORBIDDEN", "error": "The password or code is not right."}
    return {
        "session": challenge.session,
        "flows": [{"stages": [stage]} for stage in challenge.stages],
        "params": {},
        "completed": [],
        **(wrong if challenge.wrong else {}),
    }


class PairingAskIn(msgspec.Struct):
    """What a new device calls itself."""

    device_name: str = ""


class PairingEnterIn(msgspec.Struct):
    """The code that a signed-in device shows, and what the new one calls itself."""

    code: str
    device_name: str = ""


class PairingTakeIn(msgspec.Struct):
    """The new device's secret."""

    secret: str


class PairingLookIn(msgspec.Struct):
    """The code that a new device shows."""

    code: str


class PairingApproveIn(msgspec.Struct):
    """The number that the new device shows, where one is asked for."""

    number: str = ""


class PairingSessionOut(msgspec.Struct):
    """A session was opened."""

    user_id: str
    access_token: str
    device_id: str


class PairingTakeOut(msgspec.Struct):
    """How far it is: shown, seen, refused or done; and the session, once."""

    state: str
    session: PairingSessionOut | None
