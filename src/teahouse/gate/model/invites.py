"""Passes: tokens that let somebody in where a scope is not open to everybody."""

import enum
from datetime import datetime

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.doors import Door


class PassKind(enum.Enum):
    """Who gives a pass: an operator, the waiting list, or a member."""

    INVITE = "invite"
    TURN = "turn"
    VOUCH = "vouch"


PASS_DOORS: dict[PassKind, tuple[Door, ...]] = {
    PassKind.INVITE: (Door.INVITE,),
    PassKind.TURN: (),  # the list is a queue at a door, and no door
    PassKind.VOUCH: (Door.VOUCHING,),
}


class Invite(msgspec.Struct, frozen=True):
    """An invitation, or a pass of another kind, without its token."""

    invite_id: str
    label: str
    region: str
    account_class: str
    uses_left: int
    expires_at: datetime
    created_by: str
    created_at: datetime
    revoked_at: datetime | None = None
    kind: PassKind = PassKind.INVITE
    door: str = "*"  # through which it leads; a turn may be for one


class BadInvite(Refused):
    """The invitation is not valid, or no longer."""

    code = "gate.bad_invite"
    kind = Kind.FORBIDDEN


class BadInviteDraft(Refused):
    """An invitation needs a label, uses, and an end within a year."""

    code = "gate.bad_invite_draft"
    kind = Kind.UNPROCESSABLE
