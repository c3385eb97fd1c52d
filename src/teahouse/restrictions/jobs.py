"""What restrictions do by the clock: end on the day of which their person was told."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.restrictions.service import Restrictions

LAPSE_SECONDS = 300


def register(restrictions: Restrictions, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("restrictions.lapse", LAPSE_SECONDS, restrictions.lapse)
