"""What transfers do by the clock: count of how many people."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.transfers.service import Transfers

MEASURE_SECONDS = 86_400


def register(transfers: Transfers, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("transfers.measure", MEASURE_SECONDS, transfers.measure)
