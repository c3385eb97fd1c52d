"""What vouching does because of others, and by the clock."""

from teahouse.accounts.events import AccountStateChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.vouching.service import Vouching

PURGE_SECONDS = 86_400


def register(vouching: Vouching, jobs: Jobs, log: Log) -> None:
    """Follow what becomes of the friends, and register the schedule."""

    async def changed(tx: Tx, _pos: int, told: AccountStateChanged) -> None:
        await vouching.state_changed(tx, told)

    log.follow("vouching.states", (AccountStateChanged, changed))
    jobs.every("vouching.purge", PURGE_SECONDS, vouching.purge)
