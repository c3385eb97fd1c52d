"""Invitations as operators see them."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.invites import Invite
from teahouse.invites.model import Given, Use

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class InviteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation to be made."""

    label: str
    uses: int
    expires_at: Moment
    region: str = "*"
    account_class: str = "*"


class InviteMadeWire(msgspec.Struct, frozen=True):
    """An invitation and its token, shown this once: a code, a link that holds it, a picture."""

    token: str
    invite: Invite
    link: str
    qr_svg: str


class InvitesWire(msgspec.Struct, frozen=True):
    """Invitations, newest first, without their tokens."""

    invites: list[Given]


class InviteUsesWire(msgspec.Struct, frozen=True):
    """Who came by an invitation, the first to come first. ``next`` asks for the next page."""

    uses: list[Use]
    next: str | None
