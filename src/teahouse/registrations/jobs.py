"""What registrations do by the clock: those that nobody finished are emptied and deleted."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.registrations.service import Registrations

PURGE_SECONDS = 60


def register(registrations: Registrations, jobs: Jobs) -> None:
    """Register the schedule of this domain."""

    async def purge(tx: Tx) -> None:
        await registrations.steps.purge(tx)

    jobs.every("registrations.purge", PURGE_SECONDS, purge)
