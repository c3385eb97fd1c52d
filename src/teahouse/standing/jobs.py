"""What standing does by the clock: newcomers become members, and counts are forgotten."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.standing.service import Standing

PROMOTE_SECONDS = 300
PURGE_SECONDS = 3600


def register(standing: Standing, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def promote(tx: Tx) -> None:
        await standing.promote(tx)

    jobs.every("standing.promote", PROMOTE_SECONDS, promote)
    jobs.every("standing.purge", PURGE_SECONDS, standing.purge)
