"""What the timeline does because of others: who is gone leaves; a removed alias names nothing."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.directory.events import AliasRemoved
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.timeline import store
from teahouse.timeline.service.house import Timeline

TRIM_SECONDS = 3600


def register(timeline: Timeline, log: Log, jobs: Jobs) -> None:
    """Follow the log, and forget old transaction ids."""

    async def gone(_tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await timeline.coming.leave_everything(told.user_id)
        if told.erase:
            await timeline.erasing.erase(told.user_id)

    async def unnamed(_tx: Tx, _pos: int, told: AliasRemoved) -> None:
        await timeline.speaking.drop_alias(told.room_id, told.alias, told.by)

    async def trim(tx: Tx) -> None:
        await store.trim_transactions(tx)

    log.follow("timeline.following", (AccountDeactivated, gone), (AliasRemoved, unnamed))
    jobs.every("timeline.trim", TRIM_SECONDS, trim)
