"""What this domain does by the clock: forget who did not come back."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.oidc.service import Oidc

PURGE_SECONDS = 300


def register(oidc: Oidc, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("oidc.purge", PURGE_SECONDS, oidc.purge)
