"""What calls do later: forget tokens that have expired."""

from teahouse.calls.service import Calls
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 3600


def register(calls: Calls, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("calls.purge", PURGE_SECONDS, calls.purge)
