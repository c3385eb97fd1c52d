"""Accounts for guests: made at their door, kept while they are used (Matrix, "Guest Access")."""

from dataclasses import dataclass
from datetime import timedelta

from teahouse.accounts.model import NameTaken
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.config import Config
from teahouse.consent.model import Basis
from teahouse.gate.model.doors import Door
from teahouse.guests import store
from teahouse.guests.model import LOOKED_AT_ONCE, NAME_DIGITS, EraseGuest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.registrations.model import Created, GuestsRefused, NewAccount, Registered
from teahouse.registrations.service import Registrations
from teahouse.screening.model.signals import Knock

GUEST = Door.GUEST.value
ACTOR = "system"


class _StillUsed(Exception):  # noqa: N818 - takes back what was begun, and is told nobody
    """It is a guest's no longer, or somebody uses it."""


@dataclass(frozen=True, repr=False)
class GuestAccounts:
    """The accounts of guests."""

    db: Database
    accounts: Accounts
    registrations: Registrations
    audit: Audit
    jobs: Jobs
    config: Config

    def listen(self) -> None:
        """Stand at the door, and hear of every account that is made or ends."""
        self.registrations.guest_ways.append(self.make)
        self.registrations.finishers.append(self.made)
        self.accounts.endings.append(store.delete)

    @property
    def is_open(self) -> bool:
        """Whether the operator admits guests: if nothing is said, while testing only."""
        return self.config.guests == "allow" or (self.config.test_mode and not self.config.guests)

    async def make(self, device_name: str | None, knock: Knock) -> Created:
        """Make an account for a guest, under a number.

        Nobody agrees to anything, so nothing personal is kept, what the device is called included.
        The gate has been asked. Raises ``GuestsRefused``, what ``at_once`` raises and what
        screening says.
        """
        testing = self.config.test_mode
        if not self.is_open:
            raise GuestsRefused
        if not testing:
            await self.registrations.steps.screening.knocks.check_start(knock, GUEST)
        name = device_name if testing else None
        basis = Basis.TEST if testing else None
        attempt = self.registrations.interactive.attempt(Door.GUEST)
        while True:
            number = self.accounts.ids.code(NAME_DIGITS)
            new = NewAccount(username=number, device_name=name)
            try:
                return await self.registrations.steps.at_once(attempt, new, basis)
            except NameTaken:
                continue  # one in a million millions

    async def made(self, tx: Tx, registered: Registered) -> None:
        """Note who is a guest, and who is not any more."""
        account = registered.account
        if account.door == GUEST:
            await store.insert(tx, account.account_id, account.user_id, account.created_at)
        else:
            await store.delete(tx, account.account_id)

    async def look(self, tx: Tx) -> None:
        """Have those erased that nobody has used for so many days."""
        since = self.accounts.clock.now() - self._life
        for account_id in await store.unused(tx, since, LOOKED_AT_ONCE):
            active_at = (await self.accounts.activity(tx, account_id)).active_at
            if active_at > since:
                await store.used(tx, account_id, active_at)
            else:
                await self.jobs.enqueue(tx, EraseGuest(account_id), unique=account_id)

    async def erase(self, account_id: str) -> None:
        """Erase an account that is still a guest's, and still not used. Audited."""

        async def note(tx: Tx, account_id: str) -> None:
            account = await self.accounts.by_id(tx, account_id)
            activity = await self.accounts.activity(tx, account_id)
            if account.door != GUEST or activity.active_at > self.accounts.clock.now() - self._life:
                raise _StillUsed
            detail: dict[str, object] = {"days": self.config.guest_days}
            await self.audit.append(tx, ACTOR, "guests.erased", account_id, detail)

        try:
            await self.accounts.deactivate(account_id, erase=True, also=[note])
        except _StillUsed:
            return

    @property
    def _life(self) -> timedelta:
        return timedelta(days=self.config.guest_days)
