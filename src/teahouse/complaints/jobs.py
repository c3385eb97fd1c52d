"""What complaints do later: forget those decided long ago."""

from teahouse.complaints.service import Complaints
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 86_400


def register(complaints: Complaints, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("complaints.purge", PURGE_SECONDS, complaints.purge)
