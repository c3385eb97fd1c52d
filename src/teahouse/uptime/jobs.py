"""What uptime does by the clock: minutes are made of seconds."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.uptime.service import Uptime

EVERY_SECONDS = 60.0


def register(uptime: Uptime, jobs: Jobs) -> None:
    """Sum up each minute."""
    jobs.every("uptime.sum_up", EVERY_SECONDS, uptime.sum_up)
