"""What relations do later: look through the events of before there was this domain."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.relations.service import Relations

FILL_SECONDS = 2


def register(relations: Relations, jobs: Jobs) -> None:
    """Say what is done by the clock; it is nothing once all has been looked through."""

    async def fill(tx: Tx) -> None:
        await relations.fill(tx)

    jobs.every("relations.fill", FILL_SECONDS, fill)
