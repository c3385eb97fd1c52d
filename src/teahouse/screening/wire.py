"""Screening's shapes as the outside sees them: a place in line, and what operators see."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.screening.model.rules import Listing, Mode
from teahouse.screening.service.desk import Cluster, RuleShown

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class LineBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The challenge that somebody would rather not solve."""

    challenge: str


class PlaceWire(msgspec.Struct, frozen=True):
    """A place in line: show it as the proof once its time has come."""

    place: str
    comes_up_at: datetime
    wait_seconds: int


class RulesWire(msgspec.Struct, frozen=True):
    """Every rule."""

    rules: list[RuleShown]


class RuleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a rule is to be set."""

    mode: Mode
    amount: int


class PreviewWire(msgspec.Struct, frozen=True):
    """How many a rule would have met in the last day; none: it has to watch first."""

    would: int | None


class ListingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail domain or a network, what to do, and why."""

    what: str
    action: str
    reason: str
    expires_at: Moment | None = None


class ListsWire(msgspec.Struct, frozen=True):
    """Both lists."""

    domains: list[Listing]
    networks: list[Listing]


class ClustersWire(msgspec.Struct, frozen=True):
    """What looks made by one hand."""

    clusters: list[Cluster]


class DecisionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """stage, review or ignore."""

    decision: str


class DecidedWire(msgspec.Struct, frozen=True):
    """How many accounts a decision reached."""

    accounts: int
