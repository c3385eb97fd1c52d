"""Operators' verbs over invitations, each audited in the transaction that does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.errors import NotFound
from teahouse.gate.model.invites import Invite
from teahouse.gate.model.policies import Draft, State, check_policy
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.invites import store
from teahouse.invites.model import KEPT, USES_PAGE_MAX, Given, Use, check_invite

INVITES_MAX = 500


@dataclass(frozen=True, repr=False)
class Invites:
    """What operators do with invitations. ``actor`` is the operator's id, or ``cli:<user>``."""

    keeper: Keeper
    audit: Audit
    base_url: str = ""  # where the links of invitations lead

    def listen(self, accounts: Accounts) -> None:
        """Forget accounts that end."""
        accounts.endings.append(store.forget)

    async def used(self, tx: Tx, digest: bytes, account_id: str) -> None:
        """Note who came by a pass, if it is an invitation, in the transaction that used it."""
        invite_id = await self.keeper.invite_of(tx, digest)
        if invite_id is not None:
            use = Use(self.keeper.ids.ulid(), account_id, self.keeper.clock.now())
            await store.insert(tx, use, invite_id)

    async def make(
        self,
        actor: str,
        label: str,
        uses: int,
        expires_at: datetime,
        scope: tuple[str, str],
        token: str = "",
    ) -> tuple[str, Invite]:
        """Make an invitation for a region and class (``*`` is any); return its token, once.

        ``token`` is one that was chosen elsewhere, and is long enough. Raises ``BadInviteDraft``, ``BadScope``.
        """
        keeper = self.keeper
        now = keeper.clock.now()
        check_invite(label, uses, expires_at, now)
        region, account_class = scope
        check_policy(Draft(state=State.OPEN, region=region, account_class=account_class), now)
        token = token or keeper.ids.readable(24)
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

    async def all(self) -> Sequence[Given]:
        """Return the invitations with how often each was used, newest first."""
        async with self.keeper.db.snapshot() as tx:
            found = await self.keeper.invites(tx, INVITES_MAX)
            used = await store.counts(tx, [one.invite_id for one in found])
        return [Given(one, used.get(one.invite_id, 0)) for one in found]

    async def uses(self, actor: str, invite_id: str, after: str, limit: int) -> list[Use]:
        """Return who came by an invitation, the first to come first. Audited."""
        async with self.keeper.db.transaction() as tx:
            found = await store.uses(tx, invite_id, after, min(limit, USES_PAGE_MAX))
            detail: dict[str, object] = {"accounts": len(found)}
            await self.audit.append(tx, actor, "gate.invite_uses_read", invite_id, detail)
        return found

    async def came_by(self, account_id: str) -> datetime | None:
        """Return, for its owner, when an account came by an invitation."""
        async with self.keeper.db.read() as tx:
            return await store.of_account(tx, account_id)

    async def purge(self, tx: Tx) -> None:
        """Forget who came by an invitation a year ago."""
        await store.forget_old(tx, self.keeper.clock.now() - KEPT)

    async def revoke(self, actor: str, invite_id: str) -> None:
        """Take an invitation back. Raises ``NotFound``."""
        async with self.keeper.db.transaction() as tx:
            if not await self.keeper.revoke_invite(tx, invite_id):
                raise NotFound
            await self.audit.append(tx, actor, "gate.invite_revoked", invite_id)
