"""The gate's shapes as operators see them."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.bindings import Override
from teahouse.gate.model.drafts import DraftBody
from teahouse.gate.model.notices import Notice
from teahouse.gate.model.policies import Draft, Policy
from teahouse.gate.model.previews import Cell

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class MeasureBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Policies that are decided together: in force at one moment, or none of them."""

    policies: tuple[DraftBody, ...]

    def drafts(self) -> list[Draft]:
        """Return them as the gate takes them."""
        return [body.draft() for body in self.policies]


class PoliciesWire(msgspec.Struct, frozen=True):
    """Policies, newest first."""

    policies: list[Policy]


class EndBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a policy is ended."""

    reason: str


class EndTogetherBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why policies are ended at one moment."""

    policy_ids: tuple[str, ...]
    reason: str


class NoticesWire(msgspec.Struct, frozen=True):
    """The notices that people would get."""

    notices: list[Notice]


class OverridesWire(msgspec.Struct, frozen=True):
    """Wishes to open what waits for its work, which a second person may confirm."""

    overrides: list[Override]


class GridWire(msgspec.Struct, frozen=True):
    """How open every scope is, to somebody uninvited."""

    generated_at: datetime
    cells: list[Cell]
