"""What application services do later: they are told what waits for them."""

from teahouse.appservices.model import JOB_SECONDS_MAX, Deliver
from teahouse.appservices.service import AppServices
from teahouse.infra.jobs.queue import Jobs


def register(services: AppServices, jobs: Jobs) -> None:
    """Say who does it; before the runner starts."""
    deliver = services.delivering.deliver
    jobs.handle_outside(Deliver, deliver, urgent=True, seconds_max=JOB_SECONDS_MAX)
