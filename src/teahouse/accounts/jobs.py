"""What accounts do later: forget what has expired."""

from teahouse.accounts.service import Accounts
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 300


def register(accounts: Accounts, jobs: Jobs) -> None:
    """Register the schedules of this domain; call it before anything is enqueued."""
    jobs.every("accounts.purge", PURGE_SECONDS, accounts.confirming.purge)
