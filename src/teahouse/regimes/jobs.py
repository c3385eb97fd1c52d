"""What regimes do by the clock: ask older accounts at a pace, and let dates pass."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.regimes.service import Regimes

ASK_SECONDS = 60
EXPIRE_SECONDS = 60


def register(regimes: Regimes, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def ask(tx: Tx) -> None:
        await regimes.ask(tx)

    async def expire(tx: Tx) -> None:
        await regimes.expire(tx)

    jobs.every("regimes.ask", ASK_SECONDS, ask)
    jobs.every("regimes.expire", EXPIRE_SECONDS, expire)
