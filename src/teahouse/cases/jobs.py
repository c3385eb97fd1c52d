"""What cases do by the clock: deadlines go by, and what is over is deleted."""

from teahouse.cases.service.engine import Engine
from teahouse.infra.jobs.queue import Jobs

LAPSE_SECONDS = 60
PURGE_SECONDS = 86_400


def register(engine: Engine, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("cases.lapse", LAPSE_SECONDS, engine.lapse)
    jobs.every("cases.purge", PURGE_SECONDS, engine.purge)
