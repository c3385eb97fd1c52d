"""What minors do by the clock: bands end, asks lapse, and children of before are taken over."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.minors.model.families import Reckon
from teahouse.minors.service import Minors

DAILY_SECONDS = 86_400
HOURLY_SECONDS = 3600
RECKON_SECONDS_MAX = 3600.0


def register(minors: Minors, jobs: Jobs) -> None:
    """Register the schedules of this domain; the reckoning itself is outside any transaction."""

    async def reckon(_wanted: Reckon) -> None:
        await minors.reckon()

    async def ask(tx: Tx) -> None:
        await jobs.enqueue(tx, Reckon(), unique="minors.reckon")

    async def purge(tx: Tx) -> None:
        await minors.families.purge(tx)
        await minors.spending.purge(tx)

    jobs.handle_outside(Reckon, reckon, seconds_max=RECKON_SECONDS_MAX)
    jobs.every("minors.reckon", DAILY_SECONDS, ask)
    jobs.every("minors.purge", HOURLY_SECONDS, purge)
