"""What assessments do by the clock: what holds no more ends, and what is on without one is noted."""

from teahouse.assessments.service import Assessments
from teahouse.infra.jobs.queue import Jobs

LOOK_SECONDS = 3_600


def register(assessments: Assessments, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("assessments.look", LOOK_SECONDS, assessments.look)
