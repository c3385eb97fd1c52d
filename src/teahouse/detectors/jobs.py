"""What detectors do because of others, and later: they follow what is said, and suggest."""

from teahouse.detectors.service.house import Detectors
from teahouse.detectors.service.looking import FOLLOWER, Picture, Suggest
from teahouse.infra.bus.log import Log
from teahouse.infra.jobs.queue import Jobs
from teahouse.timeline.events import Posted

PURGE_SECONDS = 3_600


def register(detectors: Detectors, log: Log, jobs: Jobs) -> None:
    """Follow the log, and say what is done behind it."""
    log.follow_together(FOLLOWER, (Posted,), detectors.looking.follow)
    jobs.handle_outside(Suggest, detectors.suggesting.suggest)
    jobs.handle_outside(Picture, detectors.suggesting.look_at)
    jobs.every("detectors.purge", PURGE_SECONDS, detectors.suggesting.purge)
