"""What breaches do later: count who is affected, tell them, forget old cases' lists."""

from teahouse.breaches.model import CountCase, TellCase, TellOne
from teahouse.breaches.service import Breaches
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent

PURGE_SECONDS = 86_400


def register(breaches: Breaches, jobs: Jobs) -> None:
    """Register the jobs of this domain; call it before anything is enqueued."""

    async def send(job: TellOne) -> None:
        try:
            await breaches.send(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle_outside(CountCase, breaches.count)
    jobs.handle(TellCase, breaches.tell_some)
    jobs.handle_outside(TellOne, send)
    jobs.every("breaches.purge", PURGE_SECONDS, breaches.purge)
