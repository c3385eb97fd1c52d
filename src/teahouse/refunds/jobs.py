"""What is done by the clock: what was not answered in time is noted, what is long over forgotten."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.refunds.service import Refunds

HOURLY_SECONDS = 3600
DAILY_SECONDS = 86_400


def register(refunds: Refunds, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("refunds.lapse", HOURLY_SECONDS, refunds.lapse)
    jobs.every("refunds.purge", DAILY_SECONDS, refunds.purge)
