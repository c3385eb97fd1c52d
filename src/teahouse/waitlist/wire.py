"""The waiting list's shapes as the outside sees them."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.policies import ANY
from teahouse.screening.model.signals import Proof
from teahouse.waitlist.model import Joining, LineShown, PlaceShown

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class JoinBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where somebody would like to wait, how to reach them, and what they agree to for that."""

    kind: str
    value: str
    policy_version: str
    agreed: bool  # to the purpose waitlist.contact, and to that alone
    account_class: str = "personal"
    service_region: str = ""
    lang: str = "en"
    proof: Proof | None = None

    def joining(self, profile: str) -> Joining:
        """Return it as the list takes it."""
        return Joining(
            account_class=self.account_class,
            service_region=self.service_region or profile,
            contact_kind=self.kind,
            contact=self.value,
            policy_version=self.policy_version,
            lang=self.lang,
        )


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that was sent."""

    code: str


class LinesWire(msgspec.Struct, frozen=True):
    """The lines in which people wait, or could."""

    lines: list[LineShown]


class PlacesWire(msgspec.Struct, frozen=True):
    """The first who wait in a line."""

    places: list[PlaceShown]


class LetInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of a line to let in, and why."""

    count: int
    reason: str
    door: str = ANY


class ExpireBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to take off a line, and why."""

    joined_before: Moment
    reason: str
    door: str = ANY


class PauseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether to stop calling a line, and why."""

    paused: bool
    reason: str
    door: str = ANY


class DoneWire(msgspec.Struct, frozen=True):
    """How many places it was."""

    places: int
