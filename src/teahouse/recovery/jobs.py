"""What recovery does later: forget what has expired."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.recovery.service import Recovery

PURGE_SECONDS = 300


def register(recovery: Recovery, jobs: Jobs) -> None:
    """Register the schedules of this domain; call it before anything is enqueued."""
    jobs.every("recovery.purge", PURGE_SECONDS, recovery.confirming.purge)
