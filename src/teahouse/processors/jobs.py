"""What processors do by the clock: records older than three years go."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.processors.service.processors import Processors

FORGET_SECONDS = 86_400


def register(processors: Processors, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("processors.forget", FORGET_SECONDS, processors.forget)
