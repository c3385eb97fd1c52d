"""What the administration calls do later: rooms are closed, and closings forgotten."""

from teahouse.adminapi.model import DELETION_SECONDS_MAX, CloseRoom
from teahouse.adminapi.service import AdminApi
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 3600


def register(api: AdminApi, jobs: Jobs) -> None:
    """Say who does it; before the runner starts."""
    jobs.handle_outside(CloseRoom, api.halls.do_close, seconds_max=DELETION_SECONDS_MAX)
    jobs.every("adminapi.purge", PURGE_SECONDS, api.halls.purge)
