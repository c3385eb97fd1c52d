"""What screening does by the clock: look for bursts, stage what was found late, forget."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.screening.service import Screening

WATCH_SECONDS = 15
LATER_SECONDS = 60
PURGE_SECONDS = 600


def register(screening: Screening, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def purge(tx: Tx) -> None:
        await screening.weighing.purge(tx)
        await screening.watcher.purge(tx)

    jobs.every("screening.watch", WATCH_SECONDS, screening.watcher.watch)
    jobs.every("screening.later", LATER_SECONDS, screening.weighing.later)
    jobs.every("screening.purge", PURGE_SECONDS, purge)
