"""What invitations do by the clock: forget who came by them long ago."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.invites.service import Invites

PURGE_SECONDS = 86_400


def register(invites: Invites, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("invites.purge", PURGE_SECONDS, invites.purge)
