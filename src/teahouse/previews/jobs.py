"""What previews do later: forget."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.previews.service import Previews

PURGE_SECONDS = 3_600


def register(previews: Previews, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("previews.purge", PURGE_SECONDS, previews.purge)
