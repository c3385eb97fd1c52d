"""What the search does because of others: it follows what is said, and looks through what was."""

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.search.service.indexing import FOLLOWER, Indexing
from teahouse.timeline.events import Erased, Posted, TakenAgain

FILL_SECONDS = 2


def register(indexing: Indexing, log: Log, jobs: Jobs) -> None:
    """Follow the log, and fill what is missing; that is nothing once all has been looked through."""

    async def fill(tx: Tx) -> None:
        await indexing.fill(tx)

    log.follow_together(FOLLOWER, (Posted, Erased, TakenAgain), indexing.follow)
    jobs.every("search.fill", FILL_SECONDS, fill)
