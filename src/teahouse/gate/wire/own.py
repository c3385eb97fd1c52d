"""Our own API's shapes: the steps of a registration, the notices, what operators see."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.doors import DOORS
from teahouse.gate.model.notices import Notice
from teahouse.gate.model.policies import Both, Draft, LegalBasis, Policy, State, Words
from teahouse.gate.model.previews import Cell, Suggestion
from teahouse.gate.model.registrations import Created, Invite

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class StartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody would like to register."""

    account_class: str = "personal"
    door: str = "phone"
    service_region: str = ""
    invite_token: str | None = None


class StartedWire(msgspec.Struct, frozen=True):
    """A registration that has begun; its id is a secret of the person's."""

    registration_id: str
    expires_at: datetime
    steps: tuple[str, ...]
    policy_version: str


class ConsentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the policy."""

    policy_version: str
    accepted_purposes: list[str] = []
    lang: str = "en"


class ConsentedWire(msgspec.Struct, frozen=True):
    """The answer was taken."""

    policy_version: str


class ContactBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone number or an e-mail address."""

    kind: str
    value: str


class ContactWire(msgspec.Struct, frozen=True):
    """A code is on its way."""

    resend_after_seconds: int
    expires_at: datetime


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that came."""

    code: str


class VerifiedWire(msgspec.Struct, frozen=True):
    """The contact is proved."""

    verified: bool


class FinishBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last step. Without a password one signs in by codes."""

    username: str
    password: str | None = None
    display_name: str | None = None
    device_name: str | None = None


class FinishedWire(msgspec.Struct, frozen=True):
    """A new account, signed in."""

    user_id: str
    access_token: str
    device_id: str
    home_server: str


class DoorWire(msgspec.Struct, frozen=True):
    """One of the eighteen doors, with its decision."""

    number: int
    door: str
    counts_as_registration: bool
    built: bool
    why: str


class StatusWire(msgspec.Struct, frozen=True):
    """``/.well-known/registration-status.json``."""

    generated_at: datetime
    doors: list[DoorWire]
    notices: list[Notice]


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


def finished(created: Created, server_name: str) -> FinishedWire:
    """Return a new account in our words."""
    session = created.session
    assert session is not None, "our own clients are signed in at once"
    return FinishedWire(
        created.account.user_id, session.access_token, session.device_id, server_name
    )


def status(generated_at: datetime, notices: list[Notice]) -> StatusWire:
    """Return what is told at the well-known place."""
    doors = [
        DoorWire(rule.number, door.value, rule.counts_as_registration, rule.built, rule.why)
        for door, rule in DOORS.items()
    ]
    return StatusWire(generated_at, doors, notices)
