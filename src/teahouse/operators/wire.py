"""Operators as the console sees them."""

from datetime import datetime

import msgspec

from teahouse.operators.model import OpenedConsole, Operator


class BeginIn(msgspec.Struct):
    """Begin to set up an operator."""

    token: str
    name: str
    password: str


class FinishIn(msgspec.Struct):
    """Show the second factor for the first time."""

    token: str
    code: str


class SignInIn(msgspec.Struct):
    """Sign in."""

    name: str
    password: str
    code: str


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
    return ConsoleOut(opened.token, opened.expires_at, operator_out(opened.operator))
