"""Who is asking: a person's session, or an operator's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """A person's session, as its access token tells."""

    account_id: str
    user_id: str
    device_id: str
    session_id: str
    account_class: str = "personal"
    administrator: bool = False  # may use Matrix's own administration calls
    suspended: bool = False  # may read and leave, not speak (Matrix v1.13, account suspension)


class OperatorCaller(msgspec.Struct, frozen=True):
    """An operator's session, second factor done."""

    operator_id: str
    name: str
    role: str
    session_id: str


@dataclass(frozen=True)
class Authenticators:
    """How tokens are looked up; each raises ``Unauthenticated`` or ``UnknownToken``."""

    person: Callable[[str, bool], Awaitable[Caller]]  # the flag: even if the account is locked
    operator: Callable[[str], Awaitable[OperatorCaller]]
