"""What push does because of others: the rules of those who are gone go with them."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.push.service import Push


def register(push: Push, log: Log) -> None:
    """Follow the log."""

    async def gone(tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await push.forget(tx, told.user_id)

    log.follow("push.forgetting", (AccountDeactivated, gone))
