"""Changing the contacts by which one comes back: the new one is proved, the old one is told."""

from dataclasses import dataclass

from teahouse.accounts.model import Contact
from teahouse.accounts.service import Accounts
from teahouse.codes.model import CodeRequest, CodeShown, StartedCode, WrongCode
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.proofs.model import Shown
from teahouse.proofs.service import Proofs
from teahouse.recovery.model import (
    UNDO_LIFE,
    JustChanged,
    LastWay,
    LinkOver,
    NoSuchContact,
    TooManyContacts,
    What,
    fresh,
)
from teahouse.recovery.service.telling import Telling
from teahouse.recovery.store import ways


@dataclass(frozen=True, slots=True, repr=False)
class Contacts:
    """Adds, replaces and removes contacts, and takes that back."""

    accounts: Accounts
    confirming: Proofs
    telling: Telling

    async def begin(
        self, caller: Caller, shown: Shown, kind: str, value: str, lang: str
    ) -> StartedCode:
        """Send a code to a new number or address, once the caller has shown who they are.

        Who has neither a password nor a contact has nothing to show but the session. Raises
        ``WrongCredentials``, ``WrongCode``, ``BadPhone``, ``BadEmail``, ``TooManyCodes``.
        """
        if await self._has_something_to_show(caller):
            await self.confirming.check(caller, shown)
        request = CodeRequest(kind, value, "add", lang, account_id=caller.account_id)
        async with self.accounts.db.transaction() as tx:
            return await self.accounts.codes.start(tx, request)

    async def finish(
        self, caller: Caller, kind: str, value: str, shown: CodeShown, replace: bool
    ) -> None:
        """Take the new contact, which a code has proved; with ``replace`` instead of the main one.

        What it replaces may undo it for 72 hours, unless it was proved so long ago that it may be
        somebody else's by now. Raises ``WrongCode``,
        ``ContactInUse``, ``JustChanged``, ``TooManyContacts``.
        """
        proved_for = await self.accounts.codes.check_contact(kind, value, "add", shown)
        if proved_for != caller.account_id:
            raise WrongCode
        async with self.accounts.db.transaction() as tx:
            had = await self._held(tx, caller.account_id, kind)
            if replace and 1 in had:
                undo = await self._take_off(tx, caller.account_id, had[1], "changed", had)
                await self.accounts.add_identifier(tx, caller.account_id, kind, value)
                await self.telling.tell(tx, caller.account_id, What.CONTACT_CHANGED, caller, undo)
                return
            free = [rank for rank in (1, 2) if rank not in had]
            if not free:
                raise TooManyContacts
            await self.accounts.add_identifier(tx, caller.account_id, kind, value, free[0])
            await self.telling.tell(tx, caller.account_id, What.CONTACT_ADDED, caller)

    async def remove(self, caller: Caller, shown: Shown, kind: str, rank: int) -> None:
        """Take a contact off; it can be called back for 72 hours. Raises ``LastWay``."""
        await self.confirming.check(caller, shown)
        async with self.accounts.db.transaction() as tx:
            had = await self._held(tx, caller.account_id, kind)
            if rank not in (1, 2) or rank not in had:
                raise NoSuchContact
            await self._check_not_last(tx, caller.account_id)
            undo = await self._take_off(tx, caller.account_id, had[rank], "removed", had)
            if rank == 1:
                await self.accounts.rerank(tx, caller.account_id, kind, (2, 1), None)
            await self.telling.tell(tx, caller.account_id, What.CONTACT_REMOVED, caller, undo)

    async def keep(self, caller: Caller, kind: str, shown: CodeShown) -> None:
        """Say that a contact which somebody else claims is still the caller's: a code shows it."""
        contacts = await self.accounts.identifiers(caller.account_id)
        if kind not in contacts:
            raise NoSuchContact
        await self.accounts.codes.check_contact(kind, contacts[kind], "confirm", shown)
        await self.accounts.proved_again(caller.account_id, kind, contacts[kind])
        now = self.accounts.clock.now()
        async with self.accounts.db.transaction() as tx:
            await ways.object_to_claim(tx, caller.account_id, kind, now)

    async def undo(self, tx: Tx, account_id: str, what: str, kind: str) -> None:
        """Put a replaced or removed contact back, and let nobody stay in who may not be the owner.

        Every session, the password, passkeys and links to providers end: whoever made the change had
        a session or the password, and may have added the others.
        """
        had = await self._held(tx, account_id, kind)
        if 0 not in had:
            raise LinkOver
        if what == "changed":
            await self.accounts.drop_contact(tx, account_id, kind, 1)
        elif 1 in had and 2 not in had:
            await self.accounts.rerank(tx, account_id, kind, (1, 2), None)
        elif 1 in had:
            await self.accounts.drop_contact(tx, account_id, kind, 2)
            await self.accounts.rerank(tx, account_id, kind, (1, 2), None)
        await self.accounts.rerank(tx, account_id, kind, (0, 1), None)
        ended = await self.accounts.shut_out(tx, account_id)
        await self.telling.tell(tx, account_id, What.CONTACT_UNDONE)
        if ended:
            await self.accounts.log.put(tx, *ended)

    async def _held(self, tx: Tx, account_id: str, kind: str) -> dict[int, Contact]:
        await self.accounts.hold(tx, account_id)
        found = await self.accounts.finder.contacts_within(tx, account_id)
        now = self.accounts.clock.now()
        if any(c.leaves_at is not None and c.leaves_at <= now for c in found):
            await self.accounts.purge_contacts(tx)
            found = await self.accounts.finder.contacts_within(tx, account_id)
        return {contact.rank: contact for contact in found if contact.kind == kind}

    async def _take_off(
        self, tx: Tx, account_id: str, old: Contact, what: str, had: dict[int, Contact]
    ) -> tuple[str, str] | None:
        """Retire a contact and return what its link may undo; a stale one gets none and goes."""
        if 0 in had:
            raise JustChanged  # else a second change would take the owner's undo away
        now = self.accounts.clock.now()
        if not fresh(old.kind, now - old.proved_at):
            await self.accounts.drop_contact(tx, account_id, old.kind, old.rank)
            return None
        await self.accounts.rerank(tx, account_id, old.kind, (old.rank, 0), now + UNDO_LIFE)
        return (what, old.kind)

    async def _check_not_last(self, tx: Tx, account_id: str) -> None:
        found = await self.accounts.finder.contacts_within(tx, account_id)
        if len([one for one in found if one.rank > 0]) > 1:
            return
        if not (await self.accounts.activity(tx, account_id)).password:
            raise LastWay

    async def _has_something_to_show(self, caller: Caller) -> bool:
        if await self.accounts.has_password(caller.account_id):
            return True
        return bool(await self.accounts.identifiers(caller.account_id))
