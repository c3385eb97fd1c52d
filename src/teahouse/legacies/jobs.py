"""What legacies do by the clock: carry out claims whose time is over."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.legacies.service import Legacies

LOOK_SECONDS = 300


def register(legacies: Legacies, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("legacies.look", LOOK_SECONDS, legacies.look)
