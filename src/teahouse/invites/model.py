"""What an invitation must say, and what is known of its uses."""

from datetime import datetime, timedelta

import msgspec

from teahouse.gate.model.invites import BadInviteDraft, Invite

INVITE_LIFE_MAX = timedelta(days=365)
INVITE_USES_MAX = 100_000
USES_PAGE_MAX = 100
KEPT = timedelta(days=365)  # for how long it is known who came


class Use(msgspec.Struct, frozen=True):
    """That somebody came by an invitation; of an account that ended it is not known any more who."""

    use_id: str
    account_id: str | None
    used_at: datetime


class Given(msgspec.Struct, frozen=True):
    """An invitation, and how often it was used."""

    invite: Invite
    used: int


def check_invite(label: str, uses: int, expires_at: datetime, now: datetime) -> None:
    """Refuse an invitation for ever, for everybody, or for nobody knows what."""
    if not 0 < len(label.strip()) <= 200 or not 0 < uses <= INVITE_USES_MAX:
        raise BadInviteDraft
    if not now < expires_at <= now + INVITE_LIFE_MAX:
        raise BadInviteDraft
