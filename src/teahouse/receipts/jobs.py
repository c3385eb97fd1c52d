"""What receipts do because of others: who is gone has read nothing."""

from teahouse.accounts.events import AccountDeactivated
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.receipts import store


def register(log: Log) -> None:
    """Follow the log."""

    async def gone(tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await store.erase(tx, told.user_id)

    log.follow("receipts.forgetting", (AccountDeactivated, gone))
