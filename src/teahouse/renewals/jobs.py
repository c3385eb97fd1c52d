"""What renewals do by the clock: see how often the key that wraps keys has done so."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.renewals.service.successors import Successors

LOOK_SECONDS = 60.0


def register(successors: Successors, jobs: Jobs) -> None:
    """Look once a minute."""

    async def look(tx: Tx) -> None:
        await successors.look(tx)

    jobs.every("renewals.wraps", LOOK_SECONDS, look)
