"""What the timeline does later: it forgets old transaction ids."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.timeline import store

TRIM_SECONDS = 3600


def register(jobs: Jobs) -> None:
    """Forget old transaction ids."""

    async def trim(tx: Tx) -> None:
        await store.trim_transactions(tx)

    jobs.every("timeline.trim", TRIM_SECONDS, trim)
