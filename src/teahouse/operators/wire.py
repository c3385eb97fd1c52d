"""Operators as the console sees them."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.operators.model import News, OpenedConsole, Operator


class BeginIn(msgspec.Struct):
    """Begin to set up an operator."""

    token: str
    name: str
    password: str


class FinishIn(msgspec.Struct):
    """Show a second factor for the first time: an authenticator's code, or a new passkey."""

    token: str
    code: str = ""
    credential: dict[str, Any] | None = None
    label: str = ""


class SignInIn(msgspec.Struct):
    """Sign in by the password and one of: an authenticator's code, a passkey, a recovery code."""

    name: str
    password: str
    code: str = ""
    credential: dict[str, Any] | None = None
    recovery_code: str = ""


class OperatorPasswordIn(msgspec.Struct):
    """The password once more."""

    password: str


class OperatorOptionsOut(msgspec.Struct):
    """What to give to the browser's ``navigator.credentials``."""

    options: dict[str, Any]


class OperatorPasskeyIn(msgspec.Struct):
    """A new passkey, as the browser has made it."""

    credential: dict[str, Any]
    label: str = ""


class OperatorPasskeyNameIn(msgspec.Struct):
    """Another name for a passkey."""

    label: str


class AuthenticatorIn(msgspec.Struct):
    """The first code that a new authenticator shows."""

    code: str


class NewsOut(msgspec.Struct):
    """What the operator's other sessions did about the ways in, newest first."""

    news: list[News]


class OperatorRulesIn(msgspec.Struct):
    """What owners ask of all operators."""

    passkeys_required: bool


class RecoveryCodesOut(msgspec.Struct):
    """Recovery codes, told this once."""

    recovery_codes: list[str]


class InviteIn(msgspec.Struct):
    """Which role the new operator will have."""

    role: str


class OperatorOut(msgspec.Struct):
    """One operator."""

    operator_id: str
    name: str
    role: str
    state: str
    created_at: datetime


class ConsoleOut(msgspec.Struct):
    """A session of the console."""

    token: str
    expires_at: datetime
    operator: OperatorOut
    recovery_codes: list[str]  # of an operator who was just set up


class MeOut(msgspec.Struct):
    """Who is signed in to the console."""

    operator_id: str
    name: str
    role: str


class OperatorsOut(msgspec.Struct):
    """All operators."""

    operators: list[OperatorOut]


def operator_out(operator: Operator) -> OperatorOut:
    """Return an operator as it is told."""
    return OperatorOut(
        operator.operator_id,
        operator.name,
        operator.role.value,
        operator.state,
        operator.created_at,
    )


def console_out(opened: OpenedConsole) -> ConsoleOut:
    """Return a session as it is told."""
    return ConsoleOut(
        opened.token,
        opened.expires_at,
        operator_out(opened.operator),
        list(opened.recovery_codes),
    )
