"""What unsealings do by the clock: they end, and what is long over is forgotten."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.unsealings.service import Unsealings

LAPSE_SECONDS = 60
DAILY_SECONDS = 86_400


def register(unsealings: Unsealings, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("unsealings.lapse", LAPSE_SECONDS, unsealings.lapse)
    jobs.every("unsealings.purge", DAILY_SECONDS, unsealings.purge)
