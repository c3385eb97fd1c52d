"""What appearances do behind the reply: stills are scored, and scores are forgotten."""

from teahouse.appearances.model import Still
from teahouse.appearances.service.stills import FOLLOWER, Stills
from teahouse.infra.bus.log import Log
from teahouse.infra.jobs.queue import Jobs
from teahouse.timeline.events import Posted

DAILY_SECONDS = 86_400


def register(stills: Stills, log: Log, jobs: Jobs) -> None:
    """Follow the log, where there is a scorer, and say what is done behind it."""
    if stills.scorer is not None:
        log.follow_together(FOLLOWER, (Posted,), stills.follow)
    jobs.handle_outside(Still, stills.look_at)
    jobs.every("appearances.purge", DAILY_SECONDS, stills.purge)
