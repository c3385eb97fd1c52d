"""What collection does by the clock: it looks through what was there before, then for what is due."""

from teahouse.collection.model import Collect
from teahouse.collection.service.house import Collection
from teahouse.infra.jobs.queue import Jobs

FILL_SECONDS = 2
LOOK_SECONDS = 30


def register(collection: Collection, jobs: Jobs) -> None:
    """Say what is done by the clock; files are taken outside of any transaction, with rests."""
    jobs.handle_outside(Collect, collection.collecting.collect)
    jobs.every("collection.fill", FILL_SECONDS, collection.filling.fill)
    jobs.every("collection.look", LOOK_SECONDS, collection.collecting.look)
