"""Vouching's verbs: give a friend a way in, take it back, see that they joined."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.accounts.events import AccountStateChanged
from teahouse.accounts.model import AccountSuspended
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.gate.model.invites import Invite, PassKind
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.recovery.model import What
from teahouse.recovery.service.telling import Telling
from teahouse.registrations.model import Registered
from teahouse.registrations.service import Registrations
from teahouse.standing.model import Stage
from teahouse.standing.service import Standing
from teahouse.vouching import store
from teahouse.vouching.model import (
    BAR_LIFE,
    KEPT,
    QUOTA_WINDOW,
    SHOWN_MAX,
    SHUT,
    Allowed,
    Facts,
    MayNotVouch,
    NoSuchVouch,
    NotBarred,
    Vouch,
    allowed,
    check_life,
    check_reason,
)

LABEL = "a member's word"


@dataclass(frozen=True, repr=False)
class Vouching:
    """Members who help friends in. ``listen`` once, before anybody registers."""

    db: Database
    vault: Vault
    accounts: Accounts
    telling: Telling
    audit: Audit
    standing: Standing
    keeper: Keeper
    registrations: Registrations
    config: Config
    clock: Clock
    ids: Ids

    def listen(self) -> None:
        """Take note of friends who join, and of accounts that end."""
        self.registrations.finishers.append(self.complete)
        self.accounts.endings.append(self.forget)

    async def give(self, caller: Caller, life: timedelta) -> tuple[str, Vouch]:
        """Make a way in for one friend; return its token, which is shown this once.

        Raises ``BadLife``, ``MayNotVouch`` with why and until when, ``AccountSuspended``.
        """
        check_life(life)
        if caller.suspended:
            raise AccountSuspended
        token, now = self.ids.readable(16), self.clock.now()
        vouch = Vouch(self.ids.ulid(), now, now + life, None, None)
        stage = await self.standing.stage(caller.account_id)
        async with self.db.transaction() as tx:
            await store.lock(tx, caller.account_id)
            may = await self._allowed(tx, caller, stage)
            if may.hindrance is not None:
                until = may.until.isoformat() if may.until else None
                raise MayNotVouch(why=may.hindrance.value, until=until)
            digest = token_digest(token)
            await self.keeper.give_pass(tx, digest, self._pass(caller, vouch))
            await store.insert(tx, caller.account_id, digest, vouch)
        return token, vouch

    async def own(self, caller: Caller) -> tuple[Allowed, list[Vouch]]:
        """Return whether one may vouch now, and one's vouches: that a friend joined, not who."""
        stage = await self.standing.stage(caller.account_id)
        async with self.db.read() as tx:
            may = await self._allowed(tx, caller, stage)
            return may, await store.mine(tx, caller.account_id, SHOWN_MAX)

    async def revoke(self, caller: Caller, vouch_id: str) -> None:
        """Take a vouch back that nobody has used. Raises ``NoSuchVouch``."""
        async with self.db.transaction() as tx:
            if not await store.revoke(tx, caller.account_id, vouch_id, self.clock.now()):
                raise NoSuchVouch
            await self.keeper.revoke_invite(tx, vouch_id)

    async def complete(self, tx: Tx, registered: Registered) -> None:
        """Note who answers for a new account, in the transaction that makes it."""
        registration, account_id = registered.registration, registered.account.account_id
        if registration is None or registration.invite_digest is None:
            return
        now = self.clock.now()
        if await store.use(tx, registration.invite_digest, account_id, now) is not None:
            await self.vault.check_ground(tx, store.FRIEND, account_id)

    async def vouched(self, tx: Tx, account_id: str) -> bool:
        """Tell whether somebody answers for an account."""
        return await store.voucher(tx, account_id) is not None

    async def held(self, account_id: str) -> tuple[bool, list[Vouch]]:
        """Return, for its owner, whether somebody answers for an account, and what it gave."""
        async with self.db.read() as tx:
            vouched = await store.voucher(tx, account_id) is not None
            return vouched, await store.mine(tx, account_id, SHOWN_MAX)

    async def state_changed(self, tx: Tx, told: AccountStateChanged) -> None:
        """Take the right of who vouched for an account that is suspended, or give it back.

        Whoever it concerns is told, on every device and at every contact.
        """
        if told.state not in SHUT:
            for account_id in await store.lift(tx, told.account_id):
                await self._tell_lifted(tx, account_id)
            return
        voucher = await store.voucher(tx, told.account_id)
        if voucher is None:
            return
        now = self.clock.now()
        await store.lock(tx, voucher)
        if not await store.is_barred_for(tx, voucher, told.account_id, now):
            await store.bar(tx, voucher, told.account_id, now + BAR_LIFE)
            await self.telling.tell(tx, voucher, What.VOUCH_BARRED)
        for vouch_id in await store.open_of(tx, voucher, now):
            await store.revoke(tx, voucher, vouch_id, now)
            await self.keeper.revoke_invite(tx, vouch_id)

    async def barred_until(self, account_id: str) -> datetime | None:
        """Return until when somebody may not vouch because of a friend; ``None``: they may."""
        async with self.db.read() as tx:
            until = await store.barred_until(tx, account_id)
        return until if until is not None and until > self.clock.now() else None

    async def lift(self, actor: str, account_id: str, reason: str) -> None:
        """Let somebody vouch again who may not because of a friend. Audited, and told.

        Raises ``NotBarred``, ``BadReason``.
        """
        reason = check_reason(reason)
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            if not await store.lift_all(tx, account_id, self.clock.now()):
                raise NotBarred
            detail: dict[str, object] = {"reason": reason}
            await self.audit.append(tx, actor, "vouching.lifted", account_id, detail)
            await self.telling.tell(tx, account_id, What.VOUCH_LIFTED)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Take back what an account that ends has given, and forget its part."""
        for vouch_id in await store.open_of(tx, account_id, self.clock.now()):
            await self.keeper.revoke_invite(tx, vouch_id)
        await store.forget(tx, account_id)

    async def purge(self, tx: Tx) -> None:
        """Delete old vouches, and bars that are over."""
        now = self.clock.now()
        await store.purge(tx, now - KEPT, now)

    # -- inside --------------------------------------------------------------------------------

    async def _tell_lifted(self, tx: Tx, account_id: str) -> None:
        until = await store.barred_until(tx, account_id)
        if until is None or until <= self.clock.now():
            await self.telling.tell(tx, account_id, What.VOUCH_LIFTED)

    async def _allowed(self, tx: Tx, caller: Caller, stage: Stage) -> Allowed:
        now = self.clock.now()
        account = await self.accounts.by_id(tx, caller.account_id)
        given = await store.given(tx, caller.account_id, now - QUOTA_WINDOW)
        facts = Facts(
            stage=stage,
            account_class=caller.account_class,
            created_at=account.created_at,
            suspended=caller.suspended,
            barred_until=await store.barred_until(tx, caller.account_id),
            given=given.number,
            window_ends_at=given.first_at + QUOTA_WINDOW if given.first_at else None,
        )
        return allowed(facts, now)

    def _pass(self, caller: Caller, vouch: Vouch) -> Invite:
        return Invite(
            invite_id=vouch.vouch_id,
            label=LABEL,
            region="*",
            account_class="personal",
            uses_left=1,
            expires_at=vouch.expires_at,
            created_by=f"account:{caller.account_id}",
            created_at=vouch.created_at,
            kind=PassKind.VOUCH,
        )
