"""Recovery as one thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.accountdata.service import AccountData
from teahouse.accounts.model import Contact
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.jobs.queue import Jobs
from teahouse.proofs.model import Shown
from teahouse.proofs.service import Proofs
from teahouse.recovery import store
from teahouse.recovery.model import RETURN_LIFE, LinkOver, What
from teahouse.recovery.service.contacts import Contacts
from teahouse.recovery.service.helping import Helping
from teahouse.recovery.service.leaving import Leaving
from teahouse.recovery.service.recycling import Recycling
from teahouse.recovery.service.returning import Returning
from teahouse.recovery.service.telling import LangOf, Telling
from teahouse.recovery.store import ways


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeps an account safe."""

    contacts: list[Contact]
    claimed: set[str]
    printed_left: int
    return_ready_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Recovery:
    """Ways back, and proofs before grave acts. ``listen`` once, before anybody's account ends."""

    accounts: Accounts
    confirming: Proofs
    telling: Telling
    contacts: Contacts
    returning: Returning
    helping: Helping
    leaving: Leaving
    recycling: Recycling

    def listen(self) -> None:
        """Be asked when a code was right, and when an account ends or is called back."""
        self.accounts.endings.append(store.forget)
        self.accounts.enterings.append(self.telling.entered)
        self.accounts.restorings.append(self.leaving.restored)

    async def set_password(
        self, caller: Caller, shown: Shown | None, password: str, logout_devices: bool
    ) -> None:
        """Set a new password and tell everybody; ``shown`` is ``None`` when it was shown before."""
        if shown is not None:
            await self.confirming.check(caller, shown)

        async def tell(tx: Tx, account_id: str) -> None:
            await self.telling.tell(tx, account_id, What.PASSWORD_SET, caller)

        await self.accounts.change_password(caller, password, logout_devices, tell)

    async def kept(self, account_id: str) -> Kept:
        """Return what keeps an account safe, for its owner."""
        contacts = await self.accounts.finder.contacts(account_id)
        async with self.accounts.db.read() as tx:
            going = await ways.open_return(tx, account_id)
            claims = await ways.open_claims(tx, account_id)
            left = await ways.codes_left(tx, account_id)
        return Kept(contacts, {kind for kind, _ in claims}, left, going[1] if going else None)

    async def undo(self, word: str) -> str:
        """Do what a link in a message is for, and return what that was. Raises ``LinkOver``."""
        undo_id = self.telling.read(word)
        if undo_id is None:
            raise LinkOver
        async with self.accounts.db.transaction() as tx:
            found = await ways.use_undo(tx, undo_id, self.accounts.clock.now())
            if found is None:
                raise LinkOver
            account_id, what, kind = found
            if what == "return":
                await self.returning.stop(tx, account_id)
            else:
                await self.contacts.undo(tx, account_id, what, kind)
        return what

    async def purge(self, tx: Tx) -> None:
        """Delete what expired."""
        now = self.accounts.clock.now()
        await self.confirming.purge(tx)
        await self.telling.purge(tx)
        await self.accounts.purge_contacts(tx)
        await self.helping.purge(tx)
        await ways.purge(tx, now, now - RETURN_LIFE)


def make_recovery(
    accounts: Accounts, account_data: AccountData, audit: Audit, jobs: Jobs, lang_of: LangOf
) -> Recovery:
    """Put the parts together."""
    config = accounts.config
    confirming = Proofs(accounts)
    confirming.listen()
    telling = Telling(accounts, account_data, jobs, lang_of)
    wait = timedelta(hours=config.recovery_wait_hours)
    helping = Helping(accounts, telling, audit, jobs, wait)
    recovery = Recovery(
        accounts=accounts,
        confirming=confirming,
        telling=telling,
        contacts=Contacts(accounts, confirming, telling),
        returning=Returning(accounts, confirming, telling, helping, wait),
        helping=helping,
        leaving=Leaving(accounts, confirming, telling, jobs, config.deletion_grace_days),
        recycling=Recycling(accounts, telling),
    )
    recovery.listen()
    return recovery
