"""What pairing does later: forget pairings that have ended."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.pairing.service import Pairing

PURGE_SECONDS = 300


def register(pairing: Pairing, jobs: Jobs) -> None:
    """Register the schedule of this domain."""
    jobs.every("pairing.purge", PURGE_SECONDS, pairing.purge)
