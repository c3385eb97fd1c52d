"""What consent does later: step-ups that have ended are forgotten."""

from teahouse.consent.service.stepups import StepUps
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 600


def register(stepups: StepUps, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("consent.purge", PURGE_SECONDS, stepups.purge)
