"""Proofs and grave acts as the outside sees them: Matrix's shapes, then ours."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.recovery.model import Challenge


class PasswordIn(msgspec.Struct):
    """``POST /account/password``."""

    new_password: str | None = None
    logout_devices: bool = True
    auth: dict[str, Any] | None = None


class DeactivateIn(msgspec.Struct):
    """``POST /account/deactivate``."""

    erase: bool = False
    auth: dict[str, Any] | None = None


class DevicesIn(msgspec.Struct):
    """``POST /delete_devices``."""

    devices: list[str]
    auth: dict[str, Any] | None = None


class ConfirmCodeIn(msgspec.Struct):
    """Ask for a code to one's own phone or address."""

    kind: str
    lang: str = "en"


class SentCodeOut(msgspec.Struct):
    """A code is on its way."""

    resend_after_seconds: int
    expires_at: datetime


class ProofIn(msgspec.Struct):
    """The password, or a code asked for with ``/api/v1/account/code``, and the act's own words."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None
    erase: bool = True


class NewPasswordIn(msgspec.Struct):
    """A new password, and proof: the old one, or a code."""

    new_password: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None
    logout_devices: bool = True


def challenge_out(challenge: Challenge) -> dict[str, Any]:
    """Return Matrix's user-interactive authentication response."""
    answer: dict[str, Any] = {
        "session": challenge.session,
        "flows": [{"stages": [stage]} for stage in challenge.stages],
        "params": {},
        "completed": [],
    }
    if challenge.wrong:
        answer["errcode"] = "M_FORBIDDEN"
        answer["error"] = "The password or code is not right."
    return answer


def contact_out(kind: str, value: str, proved_at: datetime) -> dict[str, Any]:
    """Return Matrix's third-party identifier."""
    at = int(proved_at.timestamp() * 1000)
    return {
        "medium": "msisdn" if kind == "phone" else "email",
        "address": value.lstrip("+") if kind == "phone" else value,
        "validated_at": at,
        "added_at": at,
    }
