"""What membership does because of others: who is gone leaves; a removed alias names nothing."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.directory.events import AliasRemoved
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.membership.service.house import Membership
from teahouse.timeline.service.house import Timeline

# The name under which its place in the log is kept since before membership was a domain.
FOLLOWER = "timeline.following"


def register(membership: Membership, timeline: Timeline, log: Log) -> None:
    """Follow the log."""

    async def gone(_tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await membership.coming.leave_everything(told.user_id)
        if told.erase:
            await timeline.erasing.erase(told.user_id)

    async def unnamed(_tx: Tx, _pos: int, told: AliasRemoved) -> None:
        await timeline.speaking.drop_alias(told.room_id, told.alias, told.by)

    log.follow(FOLLOWER, (AccountDeactivated, gone), (AliasRemoved, unnamed))
