"""What incidents do by the clock: what ran out is noted, and told in the audit log."""

from teahouse.incidents.service.incidents import Incidents
from teahouse.infra.jobs.queue import Jobs

LATE_SECONDS = 60


def register(incidents: Incidents, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("incidents.late", LATE_SECONDS, incidents.late)
