"""What wellbeing does by the clock: counts of days gone by are forgotten."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.wellbeing.service import Wellbeings

PURGE_SECONDS = 3_600


def register(wellbeings: Wellbeings, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("wellbeing.purge", PURGE_SECONDS, wellbeings.purge)
