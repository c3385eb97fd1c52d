"""What campaigns do by the clock: note that they are over, and count what came of them."""

from teahouse.campaigns.service import Campaigns
from teahouse.infra.jobs.queue import Jobs

CONCLUDE_SECONDS = 60
TALLY_SECONDS = 600


def register(campaigns: Campaigns, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("campaigns.conclude", CONCLUDE_SECONDS, campaigns.conclude)
    jobs.every("campaigns.tally", TALLY_SECONDS, campaigns.tally)
