"""Registration tokens by the tools: they are invitations, of which only the digest is kept."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from teahouse.adminapi.model import (
    INVITE_LIFE,
    INVITE_USES,
    TOKEN_LETTERS_MAX,
    TOKEN_LETTERS_MIN,
    WeakToken,
)
from teahouse.clock import Clock
from teahouse.errors import Invalid, NotFound
from teahouse.gate.model.policies import ANY
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Database
from teahouse.invites.model import Given
from teahouse.invites.service import Invites

LABEL = "Made through Synapse's administration calls"
_TOKEN = re.compile(rf"[A-Za-z0-9._~-]{{{TOKEN_LETTERS_MIN},{TOKEN_LETTERS_MAX}}}")


@dataclass(frozen=True, repr=False)
class Tokens:
    """What tools do with registration tokens. ``actor`` is as in ``audit``."""

    db: Database
    invites: Invites
    clock: Clock

    async def every(self, valid: bool | None) -> list[Given]:
        """Return the invitations, newest first; only those that are good, or are not."""
        found = await self.invites.all()
        return [one for one in found if valid is None or self.is_good(one) is valid]

    def is_good(self, given: Given) -> bool:
        """Tell whether somebody may still come by an invitation."""
        invite = given.invite
        over = invite.revoked_at is not None or invite.expires_at <= self.clock.now()
        return not over and invite.uses_left > 0

    async def find(self, written: str) -> Given:
        """Return an invitation by its id, or by its token. Raises ``NotFound``."""
        async with self.db.read() as tx:
            invite_id = await self.invites.keeper.invite_of(tx, token_digest(written))
        for one in await self.invites.all():
            if one.invite.invite_id in (written, invite_id):
                return one
        raise NotFound("There is no such invitation.")

    async def make(
        self, actor: str, token: str, uses: int | None, expiry_ms: int | None
    ) -> tuple[str, Given]:
        """Make an invitation; return its token, once. Raises ``WeakToken``, ``BadInviteDraft``."""
        if token and not _TOKEN.fullmatch(token):
            raise WeakToken
        expires_at = self.clock.now() + INVITE_LIFE
        if expiry_ms is not None:
            try:
                expires_at = datetime.fromtimestamp(expiry_ms / 1000, UTC)
            except (OverflowError, ValueError, OSError) as wrong:
                raise Invalid("expiry_time must be milliseconds since 1970.") from wrong
        many = INVITE_USES if uses is None else uses
        said, invite = await self.invites.make(actor, LABEL, many, expires_at, (ANY, ANY), token)
        return said, Given(invite, 0)

    async def revoke(self, actor: str, written: str) -> None:
        """Take an invitation back. Raises ``NotFound``."""
        given = await self.find(written)
        await self.invites.revoke(actor, given.invite.invite_id)
