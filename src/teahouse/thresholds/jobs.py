"""What thresholds do by the clock: people are counted once a day."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.thresholds.service import Thresholds

COUNT_SECONDS = 86_400


def register(thresholds: Thresholds, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("thresholds.measure", COUNT_SECONDS, thresholds.measure)
