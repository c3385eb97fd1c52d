"""What storage does by the clock: it writes down each day."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.storage.service import Storage

NOTE_SECONDS = 3600


def register(storage: Storage, jobs: Jobs) -> None:
    """Look every hour whether today was measured."""
    jobs.every("storage.note", NOTE_SECONDS, storage.note)
