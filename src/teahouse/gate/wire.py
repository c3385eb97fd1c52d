"""The gate's shapes as the outside sees them: the notices, and what operators see."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.bindings import Override
from teahouse.gate.model.invites import Invite
from teahouse.gate.model.notices import Notice
from teahouse.gate.model.policies import Both, Draft, LegalBasis, Policy, State, Words
from teahouse.gate.model.previews import Cell, Suggestion

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class DraftBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy as an operator writes it."""

    state: State
    region: str = "*"
    account_class: str = "*"
    door: str = "*"
    pace_per_minute: int | None = None
    effective_from: Moment | None = None
    effective_until: Moment | None = None
    reason: Both = Both()
    legal_basis: tuple[LegalBasis, ...] = ()
    own_decision: bool = False
    justification: str = ""
    technical_necessity: str = ""
    expected_resume: Moment | None = None
    still_works: Both | None = None
    contact: str = ""
    related_campaign: str | None = None
    resume_on: str | None = None
    resume_pace_per_minute: int | None = None
    waiting_list: bool = False

    def draft(self) -> Draft:
        """Return it as the gate takes it."""
        words = Words(
            reason=self.reason,
            legal_basis=self.legal_basis,
            own_decision=self.own_decision,
            justification=self.justification,
            technical_necessity=self.technical_necessity,
            expected_resume=self.expected_resume,
            contact=self.contact,
            related_campaign=self.related_campaign,
            waiting_list=self.waiting_list,
        )
        if self.still_works is not None:
            words = msgspec.structs.replace(words, still_works=self.still_works)
        return Draft(
            state=self.state,
            region=self.region,
            account_class=self.account_class,
            door=self.door,
            pace_per_minute=self.pace_per_minute,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            words=words,
            resume_on=self.resume_on,
            resume_pace_per_minute=self.resume_pace_per_minute,
        )


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


class SuggestionsWire(msgspec.Struct, frozen=True):
    """Narrower measures, the least restrictive first."""

    suggestions: list[Suggestion]


class GridWire(msgspec.Struct, frozen=True):
    """How open every scope is, to somebody uninvited."""

    generated_at: datetime
    cells: list[Cell]


class InviteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation to be made."""

    label: str
    uses: int
    expires_at: Moment
    region: str = "*"
    account_class: str = "*"


class InviteMadeWire(msgspec.Struct, frozen=True):
    """An invitation and its token, which is shown this once."""

    token: str
    invite: Invite


class InvitesWire(msgspec.Struct, frozen=True):
    """Invitations, newest first, without their tokens."""

    invites: list[Invite]
