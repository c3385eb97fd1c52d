"""Our own API's shapes: the steps of a registration."""

from datetime import datetime

import msgspec

from teahouse.registrations.model import Created
from teahouse.screening.model.signals import Proof


class StartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody would like to register."""

    account_class: str = "personal"
    door: str = "phone"
    service_region: str = ""
    invite_token: str | None = None
    proof: Proof | None = None


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
    under_14: bool = False


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


class ProgressWire(msgspec.Struct, frozen=True):
    """How far a registration has come: what it waits for, or why it was not accepted."""

    stage: str
    held_for: tuple[str, ...]
    turned_away: str
    expires_at: datetime


class FollowBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a link that was sent to the contact."""

    token: str


class FollowedWire(msgspec.Struct, frozen=True):
    """A name for the registration on this device, and how far it has come."""

    registration_id: str
    progress: ProgressWire


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that came."""

    code: str


class VerifiedWire(msgspec.Struct, frozen=True, omit_defaults=True):
    """The contact is proved; ``taken`` when an account has it, which only its owner is told."""

    verified: bool
    taken: bool = False


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


def finished(created: Created, server_name: str) -> FinishedWire:
    """Return a new account in our words."""
    session = created.session
    assert session is not None, "our own clients are signed in at once"
    return FinishedWire(
        created.account.user_id, session.access_token, session.device_id, server_name
    )
