"""What encryption does because of others, and by the clock."""

from teahouse.accounts.events import DeviceRenamed, SessionEnded, SessionOpened
from teahouse.encryption import store
from teahouse.encryption.service import Encryption
from teahouse.encryption.store import signing as rows
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs

PURGE_SECONDS = 3600


def register(encryption: Encryption, log: Log, jobs: Jobs) -> None:
    """Follow the log: a device that came, went or is called otherwise changes its owner's list."""
    changes, began = encryption.changes, log.applied

    async def note(tx: Tx, pos: int, user_id: str) -> None:
        if pos > began:  # whoever syncs has heard of it where it was
            await store.set_change(tx, user_id, "", pos)
        else:
            await changes.announce(tx, [await changes.of_in(tx, user_id)])

    async def came(tx: Tx, pos: int, told: SessionOpened) -> None:
        if told.new_device:
            await note(tx, pos, told.user_id)

    async def went(tx: Tx, pos: int, told: SessionEnded) -> None:
        await rows.drop_targets(tx, told.user_id, told.device_ids)
        await note(tx, pos, told.user_id)

    async def renamed(tx: Tx, pos: int, told: DeviceRenamed) -> None:
        await note(tx, pos, told.user_id)

    log.follow(
        "encryption.following",
        (SessionOpened, came),
        (SessionEnded, went),
        (DeviceRenamed, renamed),
    )
    jobs.every("encryption.purge", PURGE_SECONDS, encryption.purge)
