"""Naming a legacy contact, and the way of a claim: filed, looked at by two, told, carried out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from teahouse.accounts.model import Account, AccountState, Device, NoSuchAccount, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.errors import Invalid
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.legacies import store
from teahouse.legacies.model import (
    GIVEN_FOR,
    KEPT_FOR,
    LISTED_MAX,
    LOOKED_AT_ONCE_MAX,
    TOLD_EVERY,
    WAITS_FOR,
    ArrangedOtherwise,
    Boon,
    Claim,
    ClaimAct,
    ClaimKnown,
    ClaimState,
    LegacySamePerson,
    NoLegacy,
    Wish,
    WishAct,
    WishState,
    check_allowed,
    check_boons,
    check_words,
    next_claim,
    next_wish,
)
from teahouse.legacies.store import PURPOSE, WORDS, ClaimRow
from teahouse.recovery.model import What
from teahouse.recovery.service.telling import Telling

HOUSE = "system"
MEMORIAL_REASON = "memorial"

# Called with ``(tx, account)``; returns what is to be announced last.
Remembering = Callable[[Tx, Account], Awaitable[list[Any]]]


class Copies(Protocol):
    """Whoever makes the copy of what is held of somebody."""

    async def make_for(self, tx: Tx, account: Account) -> str:
        """Have a copy made for who acts for somebody, and return its id."""
        ...

    async def handed_over(self, export_id: str) -> AsyncIterator[bytes]:
        """Return the bytes of such a copy; refuses one that is not there, or not any more."""
        ...


@dataclass(frozen=True, repr=False)
class Legacies:
    """Legacy contacts, and claims. ``listen`` once."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    accounts: Accounts
    telling: Telling
    clock: Clock
    ids: Ids
    remember: Remembering
    copies: Copies

    def listen(self) -> None:
        """Hear of accounts that end, and of whoever signs in: they are alive."""
        self.accounts.endings.append(self._ended)
        self.accounts.enterings.append(self._entered)

    # -- wishes ----------------------------------------------------------------------------------

    async def own(self, account_id: str) -> tuple[Wish | None, Sequence[Wish]]:
        """Return what somebody wants, and who has named them."""
        async with self.db.read() as tx:
            named = await store.naming(tx, account_id, LISTED_MAX)
            return await store.wish(tx, account_id), named

    async def name(self, caller: Caller, contact: str, may: Sequence[str]) -> Wish:
        """Name an account, by its user id, and what it may do. Raises ``NoSuchAccount``, ``Invalid``."""
        boons = check_boons(may)
        found = await self.accounts.account(contact)
        if found.account_id == caller.account_id or found.state is not AccountState.ACTIVE:
            raise Invalid("Name somebody else, who has an account here.")
        who = (found.account_id, found.user_id)
        return await self._say(caller, WishAct.NAME, who, boons)

    async def nobody(self, caller: Caller) -> Wish:
        """Say that nobody has anything done with the caller's account, family neither."""
        return await self._say(caller, WishAct.NOBODY, ("", ""), ())

    async def answer(self, caller: Caller, user_id: str, act: WishAct) -> Wish:
        """Confirm or decline to be somebody's contact. Raises ``NoLegacy``, ``BadLegacyStep``."""
        async with self.db.transaction() as tx:
            account_id = await self.accounts.id_of(tx, user_id)
            wish = None if account_id is None else await store.wish_locked(tx, account_id)
            if wish is None or wish.contact_id != caller.account_id:
                raise NoLegacy
            state = next_wish(wish.state, act)
            await store.answer(tx, wish.account_id, state, self.clock.now())
            answered = await store.wish(tx, wish.account_id)
            assert answered is not None, "it is held"
            return answered

    async def _say(
        self, caller: Caller, act: WishAct, contact: tuple[str, str], may: tuple[str, ...]
    ) -> Wish:
        async with self.db.transaction() as tx:
            known = await store.wish_locked(tx, caller.account_id)
            wish = Wish(
                account_id=caller.account_id,
                user_id=caller.user_id,
                state=next_wish(known.state if known else WishState.NOBODY, act),
                contact_id=contact[0],
                contact_user=contact[1],
                may=may,
                said_at=self.clock.now(),
                answered_at=None,
            )
            await store.say(tx, wish)
            if wish.contact_id:
                await self.telling.tell(tx, wish.contact_id, What.LEGACY_NAMED)
            return wish

    # -- claims ----------------------------------------------------------------------------------

    async def file(
        self, filed_by: str, claimant_id: str, user_id: str, wants: Sequence[str], words: str
    ) -> Claim:
        """File a claim about an account: the contact's own, or (no claimant) family's at the desk.

        Raises ``ArrangedOtherwise``, ``ClaimKnown``, ``NoSuchAccount``, ``Invalid``.
        """
        boons, text, now = check_boons(wants), check_words(words), self.clock.now()
        claim_id = self.ids.ulid()
        async with self.db.transaction() as tx:
            account_id = await self.accounts.id_of(tx, user_id)
            gone = AccountState.DEACTIVATED
            if account_id is None or (await self.accounts.by_id(tx, account_id)).state is gone:
                # Whether an account is there is told to nobody who was not named by it.
                raise ArrangedOtherwise if claimant_id else NoSuchAccount
            check_allowed(await store.wish_locked(tx, account_id), claimant_id, boons)
            await self.vault.create_subject(tx, claim_id)
            await self.vault.grant(tx, claim_id, [PURPOSE])
            sealed = await self.vault.seal(tx, WORDS, claim_id, claim_id, text)
            row = ClaimRow(
                claim_id, account_id, user_id, claimant_id, filed_by, now, boons, sealed,
                ClaimState.FILED, "", "", None, "", now, "",
            )  # fmt: skip
            if not await store.insert_claim(tx, row):
                raise ClaimKnown
            detail: dict[str, object] = {"what": ", ".join(boons)}
            await self.audit.append(tx, filed_by, "legacies.filed", account_id, detail)
            return await self._opened(tx, row)

    async def claimed(self, account_id: str) -> Sequence[Claim]:
        """Return the claims that an account has filed, the newest first."""
        async with self.db.read() as tx:
            return [
                await self._opened(tx, row)
                for row in await store.claims_by(tx, account_id, LISTED_MAX)
            ]

    async def listed(self, actor: str) -> Sequence[Claim]:
        """Return claims for operators, with what was said. Audited."""
        async with self.db.transaction() as tx:
            rows = await store.claims(tx, LISTED_MAX)
            found = [await self._opened(tx, row) for row in rows]
            if found:
                detail: dict[str, object] = {"count": len(found)}
                await self.audit.append(tx, actor, "legacies.read", "legacies", detail)
        return found

    async def check(self, actor: str, claim_id: str) -> Claim:
        """Hold the papers for good: the first operator, then a second one. Audited.

        With the second the account is told, and has its time. Raises ``NoLegacy``,
        ``BadLegacyStep``, ``LegacySamePerson``, ``ArrangedOtherwise``.
        """
        async with self.db.transaction() as tx:
            row, now = await self._held(tx, claim_id), self.clock.now()
            first = row.state is ClaimState.FILED
            act = ClaimAct.CHECK if first else ClaimAct.AGREE
            state = next_claim(row.state, act)
            if actor == row.first_by:
                raise LegacySamePerson
            wish = await store.wish_locked(tx, row.account_id)
            check_allowed(wish, row.claimant_id, row.wants)
            moved = row._replace(state=state, first_by=actor, moved_at=now)
            if not first:
                moved = row._replace(
                    state=state, second_by=actor, until_at=now + WAITS_FOR, moved_at=now
                )
            await store.move(tx, moved)
            await self.audit.append(tx, actor, f"legacies.{act.value}", claim_id)
            return await self._opened(tx, moved)

    async def refuse(self, actor: str, claim_id: str, reason: str) -> Claim:
        """Refuse a claim, with a reason. Audited. Raises ``NoLegacy``, ``BadLegacyStep``."""
        said = check_words(reason)
        async with self.db.transaction() as tx:
            row = await self._held(tx, claim_id)
            moved = await self._move(tx, row, ClaimAct.REFUSE, reason=said)
            await self.audit.append(tx, actor, "legacies.refuse", claim_id)
            return await self._opened(tx, moved)

    async def copy(self, caller: Caller, claim_id: str) -> AsyncIterator[bytes]:
        """Return the copy that the caller's claim has had made, while it can be taken.

        Raises ``NoLegacy``, ``Unavailable``.
        """
        return await self.copies.handed_over(await self._copy_of(claim_id, caller.account_id))

    async def hand_over(self, actor: str, claim_id: str) -> AsyncIterator[bytes]:
        """Return a copy for family, for an operator to hand over. Audited. Raises as ``copy``."""
        export_id = await self._copy_of(claim_id, "")
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "legacies.handed_over", claim_id)
        return await self.copies.handed_over(export_id)

    async def _copy_of(self, claim_id: str, claimant_id: str) -> str:
        async with self.db.read() as tx:
            row = await store.claim(tx, claim_id)
        if row is None or row.claimant_id != claimant_id or row.state is not ClaimState.GIVING:
            raise NoLegacy
        return row.export_id

    async def stop(self, caller: Caller) -> None:
        """Say that one is alive. Raises ``NoLegacy`` when nobody has claimed anything else."""
        async with self.db.transaction() as tx:
            if not await self._stop(tx, caller.account_id):
                raise NoLegacy

    # -- the clock -------------------------------------------------------------------------------

    async def look(self, tx: Tx) -> None:
        """Carry out what is due, and forget claims that ended long ago."""
        told, now = list[Any](), self.clock.now()
        for account_id in await store.tell(tx, now, now - TOLD_EVERY):
            await self.telling.tell(tx, account_id, What.LEGACY_CLAIMED)
        for claim_id, account_id in await store.due(tx, now, LOOKED_AT_ONCE_MAX):
            account = await self.accounts.hold(tx, account_id)  # first, as by who signs in
            row = await self._held(tx, claim_id)
            if row.until_at is not None and row.until_at <= now:
                told += await self._carry_out(tx, row, account, now)
        for claim_id in await store.delete_old(tx, now - KEPT_FOR):
            await self.vault.destroy_subject(tx, claim_id)
        if told:
            await self.log.put(tx, *told)

    # -- inside ----------------------------------------------------------------------------------

    async def _carry_out(self, tx: Tx, row: ClaimRow, account: Account, now: datetime) -> list[Any]:
        """Have the copy made first, if it is wanted; what ends the account comes after it."""
        wish = await store.wish_locked(tx, row.account_id)
        if account.state is AccountState.DEACTIVATED:
            await self._move(tx, row, ClaimAct.FINISH)
            return []
        try:
            check_allowed(wish, row.claimant_id, row.wants)
        except ArrangedOtherwise:
            await self._move(tx, row, ClaimAct.STOP)
            return []
        if Boon.COPY.value in row.wants and row.state is ClaimState.WAITING:
            row = row._replace(export_id=await self.copies.make_for(tx, account))
            await self._move(tx, row._replace(until_at=now + GIVEN_FOR), ClaimAct.GIVE)
            return []
        await self._move(tx, row, ClaimAct.FINISH)
        if Boon.MEMORIAL.value in row.wants:
            return await self.remember(tx, account)
        if Boon.ERASE.value in row.wants:
            return [await self.accounts.leave(tx, row.account_id, now, erase=True)]
        return []

    async def _move(self, tx: Tx, row: ClaimRow, act: ClaimAct, reason: str = "") -> ClaimRow:
        moved = row._replace(
            state=next_claim(row.state, act), moved_at=self.clock.now(), reason=reason
        )
        await store.move(tx, moved)
        if act in (ClaimAct.GIVE, ClaimAct.FINISH, ClaimAct.STOP):
            await self.audit.append(tx, HOUSE, f"legacies.{act.value}", row.claim_id)
        return moved

    async def _held(self, tx: Tx, claim_id: str) -> ClaimRow:
        row = await store.claim_locked(tx, claim_id)
        if row is None:
            raise NoLegacy
        return row

    async def _stop(self, tx: Tx, account_id: str) -> bool:
        row = await store.open_locked(tx, account_id)
        if row is not None:
            await self._move(tx, row, ClaimAct.STOP)
        return row is not None

    async def _entered(
        self, tx: Tx, account: Account, _device: Device, _opened: OpenedSession
    ) -> None:
        await self._stop(tx, account.account_id)

    async def _ended(self, tx: Tx, account_id: str) -> None:
        await store.forget(tx, account_id, self.clock.now())

    async def _opened(self, tx: Tx, row: ClaimRow) -> Claim:
        words = await self.vault.open(tx, WORDS, row.claim_id, row.claim_id, row.words)
        fields: dict[str, Any] = {**row._asdict(), "words": words}
        return Claim(**fields)
