"""What real names do because of others: a proof goes when its consent does."""

from teahouse.consent.events import ConsentChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.realnames.service import Realnames
from teahouse.realnames.store import PURPOSE

PURGE_SECONDS = 3600


def register(realnames: Realnames, log: Log, jobs: Jobs) -> None:
    """Follow the log, and register the schedule."""

    async def changed(tx: Tx, _pos: int, told: ConsentChanged) -> None:
        if PURPOSE.id in told.withdrawn:
            await realnames.withdrawn(tx, told.account_id)

    log.follow("realnames.withdrawing", (ConsentChanged, changed))
    jobs.every("realnames.purge", PURGE_SECONDS, realnames.purge)
