"""What officials do later: tell what became of a change, and let lapse what waits too long."""

from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent
from teahouse.officials.model import TellChange
from teahouse.officials.service.changes import Changes

LAPSE_SECONDS = 3600


def register(changes: Changes, jobs: Jobs) -> None:
    """Register the job and schedule of this domain; before anything is enqueued."""

    async def tell(job: TellChange) -> None:
        try:
            await changes.tell(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle_outside(TellChange, tell)
    jobs.every("officials.lapse", LAPSE_SECONDS, changes.lapse)
