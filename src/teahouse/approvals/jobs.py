"""What approvals do later: send letters, let lapse what waits too long, forget old records."""

from teahouse.approvals.model import SendLetter
from teahouse.approvals.service import Approvals
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent

LAPSE_SECONDS = 300
PURGE_SECONDS = 3600


def register(approvals: Approvals, jobs: Jobs) -> None:
    """Register the jobs and schedules of this domain; before anything is enqueued."""

    async def send(job: SendLetter) -> None:
        try:
            await approvals.send(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle_outside(SendLetter, send)
    jobs.every("approvals.lapse", LAPSE_SECONDS, approvals.lapse)
    jobs.every("approvals.purge", PURGE_SECONDS, approvals.purge)
