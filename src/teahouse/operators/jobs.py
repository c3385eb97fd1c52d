"""What operators do later: forget sessions and links that have expired."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.operators.service import Operators

PURGE_SECONDS = 600


def register(operators: Operators, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("operators.purge", PURGE_SECONDS, operators.purge)
