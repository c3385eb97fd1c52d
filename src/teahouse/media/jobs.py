"""What media does later: the bytes of deleted files go when their rows have gone."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.media.model.files import DeleteBlobs
from teahouse.media.service import Media


def register(jobs: Jobs, media: Media) -> None:
    """Say who does media's jobs; before the runner starts."""
    jobs.handle_outside(DeleteBlobs, media.delete_blobs)
