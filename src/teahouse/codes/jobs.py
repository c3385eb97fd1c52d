"""What codes do later: send what was asked for, and forget what has expired."""

from teahouse.codes.model import SendCode
from teahouse.codes.service import Codes
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent

SEND_ATTEMPTS_MAX = 3  # a code that comes after minutes helps nobody
PURGE_SECONDS = 300


def register(codes: Codes, jobs: Jobs) -> None:
    """Register the jobs and schedules of this domain; call it before anything is enqueued."""

    async def send(job: SendCode) -> None:
        try:
            await codes.send(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle_outside(SendCode, send, SEND_ATTEMPTS_MAX, urgent=True)
    jobs.every("codes.purge", PURGE_SECONDS, codes.purge)
