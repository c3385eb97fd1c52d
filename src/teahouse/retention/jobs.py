"""What retention does by the clock: it looks for what is due, and has it taken away."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.retention.model import Sweep
from teahouse.retention.service import Retention

LOOK_SECONDS = 30


def register(retention: Retention, jobs: Jobs) -> None:
    """Look twice a minute; the sweep itself is outside any transaction, and rests in between."""
    jobs.handle_outside(Sweep, retention.sweep)
    jobs.every("retention.look", LOOK_SECONDS, retention.look)
