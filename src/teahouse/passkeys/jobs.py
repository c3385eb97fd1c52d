"""What passkeys do later: forget used challenges that have ended."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.passkeys.service import Passkeys

PURGE_SECONDS = 600


def register(passkeys: Passkeys, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("passkeys.purge", PURGE_SECONDS, passkeys.purge)
