"""What holds do by the clock: they end on their day, and what waited for that goes."""

from teahouse.holds.service.deciding import Holds, LetGo
from teahouse.infra.jobs.queue import Jobs

LAPSE_SECONDS = 60
PURGE_SECONDS = 3600


def register(holds: Holds, jobs: Jobs) -> None:
    """Register the schedules and the job of this domain."""
    jobs.handle_outside(LetGo, holds.let_go)
    jobs.every("holds.lapse", LAPSE_SECONDS, holds.lapse)
    jobs.every("holds.purge", PURGE_SECONDS, holds.purge)
