"""What grants does later: forgets what has ended, and apps that nobody lets in."""

from teahouse.grants.service import Grants
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 600


def register(grants: Grants, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("grants.purge", PURGE_SECONDS, grants.purge)
