"""What the waiting list does by the clock: call, end, tell, forget."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent
from teahouse.waitlist.model import Tell
from teahouse.waitlist.service import Waitlist

CALL_SECONDS = 2
LAPSE_SECONDS = 10
PURGE_SECONDS = 60


def register(waitlist: Waitlist, jobs: Jobs) -> None:
    """Register the jobs and schedules of this domain; call it before anything is enqueued."""
    turns = waitlist.turns

    async def tell(job: Tell) -> None:
        try:
            await turns.tell(job)
        except NeverSent as never:
            raise GiveUp from never

    async def call(tx: Tx) -> None:
        await turns.call(tx)

    async def lapse(tx: Tx) -> None:
        await turns.lapse(tx)

    async def purge(tx: Tx) -> None:
        await turns.purge(tx)

    jobs.handle_outside(Tell, tell)
    jobs.every("waitlist.call", CALL_SECONDS, call)
    jobs.every("waitlist.lapse", LAPSE_SECONDS, lapse)
    jobs.every("waitlist.purge", PURGE_SECONDS, purge)
