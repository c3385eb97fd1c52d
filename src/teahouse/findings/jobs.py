"""What findings do by the clock: deadlines go by."""

from teahouse.findings.service import Findings
from teahouse.infra.jobs.queue import Jobs

LAPSE_SECONDS = 60


def register(findings: Findings, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("findings.lapse", LAPSE_SECONDS, findings.lapse)
