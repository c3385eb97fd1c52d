"""Numbers that have a new owner: the old account says no, or lets go, and hears of it either way."""

from dataclasses import dataclass
from datetime import timedelta

from teahouse.accounts.model import Account
from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.normal import email, phone
from teahouse.recovery.model import (
    CLAIM_LIFE,
    OBJECTION_LIFE,
    Claim,
    NumberHeld,
    NumberWaits,
    Owner,
    What,
    claim,
    wait_for,
)
from teahouse.recovery.service.telling import Telling
from teahouse.recovery.store import ways


@dataclass(frozen=True, slots=True, repr=False)
class Recycling:
    """Decides whose a number is that somebody else has just proved to be theirs."""

    accounts: Accounts
    telling: Telling

    async def taken(self, tx: Tx, kind: str, value: str) -> bool:
        """Tell whether an account has a contact; only for who has proved that it is theirs."""
        return await self.accounts.finder.by_identifier(tx, kind, value) is not None

    async def ask(self, kind: str, value: str) -> None:
        """Claim a contact for a new account; return when it may go there.

        In a transaction of its own, because a refused claim counts and its owner is told. Raises
        ``NumberHeld``, ``NumberWaits``.
        """
        async with self.accounts.db.transaction() as tx:
            found = await self.accounts.finder.by_identifier(tx, kind, value)
            if found is None:
                return
            account = await self.accounts.hold(tx, found.account_id)
            owner = await self._owner(tx, account, kind, value)
            decided = claim(owner)
            said_no = owner.objected_ago is not None and owner.objected_ago < OBJECTION_LIFE
            if decided is not Claim.RELEASED and owner.claimed_ago is None and not said_no:
                await self._begin(tx, account.account_id, kind)
        if decided is Claim.HELD:
            raise NumberHeld
        if decided is Claim.WAITS:
            until = self.accounts.clock.now() + wait_for(owner) - (owner.claimed_ago or timedelta())
            raise NumberWaits(until=until.isoformat())

    async def release(self, tx: Tx, kind: str, value: str) -> None:
        """Take a contact from its old account, in the transaction that makes the new one.

        The old account keeps its other ways in, and is told. Raises like :meth:`ask`.
        """
        found = await self.accounts.finder.by_identifier(tx, kind, value)
        if found is None:
            return
        account = await self.accounts.hold(tx, found.account_id)
        owner = await self._owner(tx, account, kind, value)
        if claim(owner) is not Claim.RELEASED:
            raise NumberHeld
        written = phone(value) if kind == "phone" else email(value)
        for one in await self.accounts.finder.contacts_within(tx, account.account_id):
            if (one.kind, one.value) == (kind, written):
                await self.accounts.drop_contact(tx, account.account_id, kind, one.rank)
                if one.rank == 1:
                    await self.accounts.rerank(tx, account.account_id, kind, (2, 1), None)
        await ways.end_claim(tx, account.account_id, kind)
        await self.telling.tell(tx, account.account_id, What.CONTACT_LOST)

    async def _begin(self, tx: Tx, account_id: str, kind: str) -> None:
        now = self.accounts.clock.now()
        if not await ways.begin_claim(tx, account_id, kind, now):
            await ways.renew_claim(tx, account_id, kind, now)
        await self.telling.tell(tx, account_id, What.CONTACT_CLAIMED)

    async def _owner(self, tx: Tx, account: Account, kind: str, value: str) -> Owner:
        now, account_id = self.accounts.clock.now(), account.account_id
        written = phone(value) if kind == "phone" else email(value)
        contacts = await self.accounts.finder.contacts_within(tx, account_id)
        mine = next(one for one in contacts if (one.kind, one.value) == (kind, written))
        used = await self.accounts.activity(tx, account_id)
        known = await ways.claim(tx, account_id, kind)
        begun_at, objected_at = known or (None, None)
        if begun_at is not None and now - begun_at > CLAIM_LIFE:
            begun_at = None  # whoever asked then went away: this one asks anew
        return Owner(
            kind=kind,
            idle=now - used.active_at,
            proved_ago=now - mine.proved_at,
            reachable=used.devices > 0 or len(contacts) > 1,
            objected_ago=now - objected_at if objected_at else None,
            claimed_ago=now - begun_at if begun_at and not objected_at else None,
        )
