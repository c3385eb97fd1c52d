"""What guardians do by the clock: erase what was withdrawn, and let children come of age."""

from teahouse.guardians.service import Guardians
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 600
DAILY_SECONDS = 86_400
HOURLY_SECONDS = 3600


def register(guardians: Guardians, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def purge(tx: Tx) -> None:
        await guardians.purge(tx)

    async def erase_withdrawn(_tx: Tx) -> None:
        await guardians.erase_withdrawn()

    async def come_of_age(_tx: Tx) -> None:
        await guardians.come_of_age()

    jobs.every("guardians.purge", PURGE_SECONDS, purge)
    jobs.every("guardians.erase_withdrawn", HOURLY_SECONDS, erase_withdrawn)
    jobs.every("guardians.come_of_age", DAILY_SECONDS, come_of_age)
