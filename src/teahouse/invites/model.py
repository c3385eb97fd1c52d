"""What an invitation must say."""

from datetime import datetime, timedelta

from teahouse.gate.model.invites import BadInviteDraft

INVITE_LIFE_MAX = timedelta(days=365)
INVITE_USES_MAX = 100_000


def check_invite(label: str, uses: int, expires_at: datetime, now: datetime) -> None:
    """Refuse an invitation for ever, for everybody, or for nobody knows what."""
    if not 0 < len(label.strip()) <= 200 or not 0 < uses <= INVITE_USES_MAX:
        raise BadInviteDraft
    if not now < expires_at <= now + INVITE_LIFE_MAX:
        raise BadInviteDraft
