"""What sliding sync does by the clock."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.slidingsync.service.connections import Connections

PURGE_SECONDS = 3600


def register(connections: Connections, jobs: Jobs) -> None:
    """Say what is done by the clock."""
    jobs.every("slidingsync.purge", PURGE_SECONDS, connections.purge)
