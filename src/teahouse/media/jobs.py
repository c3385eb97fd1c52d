"""What media does later: the files of those who asked to be erased go, and then their bytes."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.media.model.files import DeleteBlobs
from teahouse.media.service import Media


def register(jobs: Jobs, media: Media) -> None:
    """Say who does media's jobs; before the runner starts."""
    jobs.handle_outside(DeleteBlobs, media.delete_blobs)


def follow(media: Media, log: Log) -> None:
    """Follow the log. What the gone sent stays with those it was sent to, unless they asked."""

    async def gone(tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        if told.erase:
            await media.forget(tx, told.account_id)

    log.follow("media.forgetting", (AccountDeactivated, gone))
