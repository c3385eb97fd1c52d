"""What is done by the clock: days of more than a week ago are forgotten."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.screentime.service import Screentime

PURGE_SECONDS = 3600


def register(screentime: Screentime, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("screentime.purge", PURGE_SECONDS, screentime.purge)
