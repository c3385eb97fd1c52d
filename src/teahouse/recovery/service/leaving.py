"""Leaving: an account that its owner deletes can be called back for a while, then it is erased."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.jobs.queue import Jobs
from teahouse.proofs.model import Shown
from teahouse.proofs.service import Proofs
from teahouse.recovery.model import EndAccount, What
from teahouse.recovery.service.telling import Telling

ENDING_AT_ONCE_MAX = 100


@dataclass(frozen=True, slots=True, repr=False)
class Leaving:
    """Ends accounts, at last."""

    accounts: Accounts
    confirming: Proofs
    telling: Telling
    jobs: Jobs
    grace_days: int

    async def leave(self, caller: Caller, shown: Shown, erase: bool) -> datetime | None:
        """Begin to end the caller's account; return until when it can be called back.

        Everything is signed out at once. Without days of grace it ends now: ``None``, unless it has to
        wait for something else.
        """
        await self.confirming.check(caller, shown)
        if not self.grace_days:
            return await self.accounts.deactivate(caller.account_id, erase)
        until = self.accounts.clock.now() + timedelta(days=self.grace_days)
        async with self.accounts.db.transaction() as tx:
            ended = await self.accounts.leave(tx, caller.account_id, until, erase)
            await self.telling.tell(tx, caller.account_id, What.LEAVING, caller)
            await self.accounts.log.put(tx, ended)
        return until

    async def restored(self, tx: Tx, account_id: str) -> None:
        """Tell everybody that an account was called back."""
        await self.telling.tell(tx, account_id, What.RESTORED)

    async def look(self, tx: Tx) -> None:
        """Ask for the end of those whose time is over."""
        for account_id, erase in await self.accounts.ending(tx, ENDING_AT_ONCE_MAX):
            await self.jobs.enqueue(tx, EndAccount(account_id, erase), unique=account_id)

    async def end(self, job: EndAccount) -> None:
        """End an account, unless it was called back meanwhile."""
        await self.accounts.deactivate(job.account_id, job.erase, only_if_due=True)
