"""What accounts do later: send codes, and forget what has expired."""

from teahouse.accounts.model import SendCode
from teahouse.accounts.service import Accounts
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.senders.model import NeverSent

SEND_ATTEMPTS_MAX = 3  # a code that comes after minutes helps nobody
PURGE_SECONDS = 300


def register(accounts: Accounts, jobs: Jobs) -> None:
    """Register the jobs and schedules of this domain; call it before anything is enqueued."""

    async def send(job: SendCode) -> None:
        try:
            await accounts.send_code(job)
        except NeverSent as never:
            raise GiveUp from never

    jobs.handle_outside(SendCode, send, SEND_ATTEMPTS_MAX)
    jobs.every("accounts.purge", PURGE_SECONDS, accounts.codes.purge)
