"""Who is asking: a person's session, or an operator's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from teahouse.errors import Kind, Refused


class Caller(msgspec.Struct, frozen=True):
    """A person's session, as its access token tells."""

    account_id: str
    user_id: str
    device_id: str
    session_id: str
    account_class: str = "personal"
    administrator: bool = False  # may use Matrix's own administration calls
    suspended: bool = False  # may read and leave, not speak (Matrix v1.13, account suspension)
    service_id: str = ""  # of the application service that acts as this person; it has no session
    said_at: int | None = None  # when it was said elsewhere, as its service says
    matrix_only: bool = False  # an app, which was given Matrix's calls and not our own
    unlimited: bool = False  # a service that operators let ask as often as it likes
    guest: bool = False  # may do what Matrix lets guests do, and no more ("Guest Access")


class OperatorCaller(msgspec.Struct, frozen=True):
    """An operator's session, second factor done."""

    operator_id: str
    name: str
    role: str
    session_id: str


class GuestsMayNot(Refused):
    """Guests may not do that: register, and the account stays the same."""

    code = "request.guests"
    kind = Kind.FORBIDDEN


class Services(Protocol):
    """How application services are known by their tokens (Application Service API)."""

    async def caller(self, token: str, asked: Callable[[str], str | None]) -> Caller | None:
        """Return as whom a service acts, ``None`` when the token is no service's.

        Only of a service's own request is the query read (by name): anybody else's has no such fields.
        """
        ...

    def spared(self, token: str) -> bool:
        """Tell whether a token is of a service that may ask as often as it likes."""
        ...


@dataclass(frozen=True)
class Authenticators:
    """How tokens are looked up; each raises ``Unauthenticated`` or ``UnknownToken``."""

    person: Callable[[str, bool], Awaitable[Caller]]  # the flag: even if the account is locked
    operator: Callable[[str], Awaitable[OperatorCaller]]
    services: "Services | None" = None
    own: Callable[[Caller], None] | None = None  # refuses who may not use our own calls
    guest: Callable[[Any], None] | None = None  # refuses what guests may not ask: ``GuestsMayNot``
    # Refuses what a person may not ask for now, by the route's method and path.
    restraint: Callable[[Caller, tuple[str, str]], Awaitable[None]] | None = None
