"""Operators' verbs over invitations, each audited in the transaction that does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.audit.service import Audit
from teahouse.errors import NotFound
from teahouse.gate.model.invites import Invite
from teahouse.gate.model.policies import Draft, State, check_policy
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import token_digest
from teahouse.invites.model import check_invite

INVITES_MAX = 500


@dataclass(frozen=True, repr=False)
class Invites:
    """What operators do with invitations. ``actor`` is the operator's id, or ``cli:<user>``."""

    keeper: Keeper
    audit: Audit
    base_url: str = ""  # where the links of invitations lead

    async def make(
        self, actor: str, label: str, uses: int, expires_at: datetime, scope: tuple[str, str]
    ) -> tuple[str, Invite]:
        """Make an invitation for a region and class (``*`` is any); return its token, once.

        Raises ``BadInviteDraft``, ``BadScope``.
        """
        keeper = self.keeper
        now = keeper.clock.now()
        check_invite(label, uses, expires_at, now)
        region, account_class = scope
        check_policy(Draft(state=State.OPEN, region=region, account_class=account_class), now)
        token = keeper.ids.readable(24)
        invite = Invite(
            invite_id=keeper.ids.ulid(),
            label=label.strip(),
            region=region,
            account_class=account_class,
            uses_left=uses,
            expires_at=expires_at,
            created_by=actor,
            created_at=now,
        )
        async with keeper.db.transaction() as tx:
            await keeper.give_pass(tx, token_digest(token), invite)
            detail: dict[str, object] = {"uses": uses, "region": region, "class": account_class}
            await self.audit.append(tx, actor, "gate.invite_made", invite.invite_id, detail)
        return token, invite

    async def all(self) -> Sequence[Invite]:
        """Return the invitations, newest first."""
        async with self.keeper.db.read() as tx:
            return await self.keeper.invites(tx, INVITES_MAX)

    async def revoke(self, actor: str, invite_id: str) -> None:
        """Take an invitation back. Raises ``NotFound``."""
        async with self.keeper.db.transaction() as tx:
            if not await self.keeper.revoke_invite(tx, invite_id):
                raise NotFound
            await self.audit.append(tx, actor, "gate.invite_revoked", invite_id)
