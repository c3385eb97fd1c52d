"""What phone holders do because of others: a reference goes when its consent does."""

from teahouse.consent.events import ConsentChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.phoneholders.service import PhoneHolders
from teahouse.phoneholders.store import PURPOSE

PURGE_SECONDS = 3600


def register(holders: PhoneHolders, log: Log, jobs: Jobs) -> None:
    """Follow the log, and register the schedule."""

    async def changed(tx: Tx, _pos: int, told: ConsentChanged) -> None:
        if PURPOSE.id in told.withdrawn:
            await holders.withdrawn(tx, told.account_id)

    log.follow("phoneholders.withdrawing", (ConsentChanged, changed))
    jobs.every("phoneholders.purge", PURGE_SECONDS, holders.purge)
