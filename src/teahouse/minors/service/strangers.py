"""Keeping strangers from minors: whom a minor knows, and whom a guardian agreed to."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.minors import store
from teahouse.minors.events import MinorChanged
from teahouse.minors.model.families import (
    CONTACTS_MAX,
    Contact,
    NoSuchContact,
    NotAcquainted,
    TooManyContacts,
)
from teahouse.minors.model.profile import Capability
from teahouse.minors.service.families import Families
from teahouse.minors.service.knowing import Knowing

NAMES_MAX = 100_000

# Tells whether two people, by their user ids, are in a room together that not everybody may enter.
Acquainted = Callable[[str, str], Awaitable[bool]]


@dataclass(frozen=True, repr=False)
class Strangers:
    """Who may invite minors, and whom they may invite."""

    db: Database
    log: Log
    clock: Clock
    accounts: Accounts
    knowing: Knowing
    families: Families
    names: OrderedDict[str, str] = field(default_factory=OrderedDict[str, str], repr=False)

    async def shut(self, sender: str, invitee: str, acquainted: Acquainted) -> bool:
        """Tell whether somebody is a minor to whom the sender of an invitation is a stranger.

        The sender learns no more than that no invitation is taken. Raises ``NotAcquainted`` for a
        sender who is a minor and does not know the other. Not inside a transaction.
        """
        sender_id, invitee_id = await self.id_of(sender), await self.id_of(invitee)
        if sender_id is None or invitee_id is None or sender_id == invitee_id:
            return False  # who is invited need not exist: that is not told here
        shut = await self._strange(invitee_id, sender_id)
        begun = await self._strange(sender_id, invitee_id)
        if not (shut or begun) or await acquainted(sender, invitee):
            return False
        if begun:
            raise NotAcquainted
        return True

    async def ask(self, caller: Caller, user_id: str) -> None:
        """Ask one's guardians to agree to somebody. Raises ``NoSuchContact``, ``TooManyContacts``."""
        async with self.db.transaction() as tx:
            contact_id = await self.accounts.id_of(tx, user_id)
            if contact_id is None or contact_id == caller.account_id:
                raise NoSuchContact
            if await store.count_contacts(tx, caller.account_id) >= CONTACTS_MAX:
                raise TooManyContacts
            await store.ask_contact(tx, caller.account_id, contact_id, self.clock.now())

    async def answer(self, caller: Caller, ward: str, user_id: str, agreed: bool) -> None:
        """Agree, as a guardian, that a ward writes with somebody; or have it end.

        The caller has proved that it is they. A ward need not have asked. Raises ``NoSuchWard``,
        ``NoSuchContact``, ``TooManyContacts``.
        """
        async with self.db.transaction() as tx:
            link = await self.families.held(tx, caller, ward)
            contact_id = await self.accounts.id_of(tx, user_id)
            if contact_id is None or contact_id == link.child_id:
                raise NoSuchContact
            if not agreed:
                await store.drop_contact(tx, link.child_id, contact_id)
            else:
                if await store.count_contacts(tx, link.child_id) >= 2 * CONTACTS_MAX:
                    raise TooManyContacts
                now = self.clock.now()
                await store.agree_contact(tx, link.child_id, contact_id, link.guardian_id, now)
            await self.log.put(tx, MinorChanged(link.child_id))

    async def contacts(self, child_id: str) -> list[tuple[str, Contact]]:
        """Return (name, contact) of those whom a minor asked for, and those agreed to."""
        async with self.db.read() as tx:
            return [await self._named(tx, one) for one in await store.contacts(tx, child_id)]

    async def _named(self, tx: Tx, one: Contact) -> tuple[str, Contact]:
        return (await self.accounts.by_id(tx, one.contact_id)).user_id, one

    async def _strange(self, minor_id: str, other_id: str) -> bool:
        """Tell whether somebody is a minor who keeps strangers out, and does not know the other."""
        known = await self.knowing.known(minor_id)
        if not (await self.knowing.age(minor_id)).minor:
            return False
        if other_id in known.guardians or other_id in known.contacts:
            return False
        return not (await self.knowing.may(minor_id, Capability.STRANGERS)).allowed

    async def id_of(self, user_id: str) -> str | None:
        """Return the id of a user's account, ``None`` when there is none; not inside a transaction."""
        found = self.names.get(user_id)
        if found is None:
            async with self.db.read() as tx:
                found = await self.accounts.id_of(tx, user_id)
            if found is not None:
                self.names[user_id] = found
                if len(self.names) > NAMES_MAX:
                    self.names.popitem(last=False)
        return found
