"""What recovery does later: tell people, end accounts whose time is over, forget what expired."""

from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent
from teahouse.recovery.model import EndAccount, SendReturn, TellAll, TellContact
from teahouse.recovery.service import Recovery

PURGE_SECONDS = 300
ENDS_SECONDS = 300


def register(recovery: Recovery, jobs: Jobs) -> None:
    """Register the jobs and schedules of this domain; call it before anything is enqueued."""

    async def send(job: TellContact | SendReturn) -> None:
        try:
            if isinstance(job, SendReturn):
                await recovery.helping.send(job)
            else:
                await recovery.telling.send(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle(TellAll, recovery.telling.show, urgent=True)
    jobs.handle_outside(TellContact, send, urgent=True)
    jobs.handle_outside(SendReturn, send)
    jobs.handle_outside(EndAccount, recovery.leaving.end)
    jobs.every("recovery.purge", PURGE_SECONDS, recovery.purge)
    jobs.every("recovery.ends", ENDS_SECONDS, recovery.leaving.look)
